"""Ballots on Discord: opened, voted in without anybody seeing how, closed, told, adopted from."""

from __future__ import annotations

import json

import pytest

from bot.local_discord.seed import GUILD
from bot.story.ballots.ballot import MARKS, Ballot, Sheet
from bot.story.commands import CastVote
from bot.story.model import Person as Somebody
from bot.story.room import Room
from tests.bot.chat.asides import EN, everything, seen_everything, told, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.reading import Message, labels, text_of
from tests.bot.chat.stage import Stage
from tests.bot.chat.test_bad_buttons import press_made_up


@pytest.fixture
async def room(ana: Person) -> str:
    """A room with one written round of three takes."""
    return await with_takes(ana, takes=3)


async def votes(person: Person, ballot: Ballot, *order: int, on: Message | None = None) -> None:
    """Press Vote and pick in this order; the last needs no pick."""
    await person.press("Vote", on)
    for place, candidate in enumerate(order[:-1]):
        asked = EN.say("ballot.first") if place == 0 else " … and which is the best of the rest?"
        sheet = await person.private(asked)
        await person.press(ballot.mark(candidate), sheet)
    await person.private("Your vote is kept: " + " › ".join(ballot.mark(each) for each in order))


def ballot_of(room: Room) -> Ballot:
    return room.ballots[-1]


async def test_a_room_votes_blind_and_adopts_what_the_votes_found(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    await ana.command(room, "ballot open", quorum=3)
    asked = await bo.sees("Ballot 1: which take of round 1 should the room go on with?", room)
    assert "It closes when 3 people have voted." in text_of(asked)
    assert labels(asked) == ["Vote", "Close the ballot"]
    await ana.board(room, "Ballot 1 is open")
    ballot = ballot_of(await stage.room(room))
    await votes(ana, ballot, 1, 0, 2, on=asked)
    await votes(bo, ballot, 1, 2, 0, on=asked)
    before = (await stage.room(room)).ballots[0]
    assert (before.sheets, before.result, len(before.voted)) == ((), None, 2)
    await dee.press("Vote", asked)
    await dee.press(ballot.mark(2), await dee.private(EN.say("ballot.first")))
    sheet = await dee.private("… and which is the best of the rest?")
    assert "Your vote counts once all are ranked or you press **That is all**." in text_of(sheet)
    await dee.press("That is all", sheet)
    await dee.private("It was the last one needed, so the ballot is closed.")
    told_ = await bo.sees("3 votes: too few to tell take B from take C", room)
    assert "1. " + ballot.mark(1) + " take B: preferred" in text_of(told_)
    assert "1 vote leaves a part unranked" in text_of(told_)
    assert "Voted: Ana, Bo, Dee." in text_of(told_)
    assert set(labels(told_)) == {"Adopt take B", "Adopt take C", "Adopt take A"}
    await bo.press("Adopt take B", told_)
    await ana.sees("**Bo** adopted take B after ballot 1. It is **draft 1** now; draft 2, the", room)
    after = await stage.room(room)
    assert after.current == 1
    kept = after.drafts[1]
    assert (kept.lost_to, kept.take) == (1, after.ballots[0].result.standings[1].candidate)  # type: ignore[union-attr]  # it is closed
    await ana.sees("Take C · draft 2, the runner-up", room)
    settled = await ana.sees("The room went on with take B: draft 1.", room)
    assert labels(settled) == []


async def test_nobody_sees_a_vote_but_its_voter(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await ana.command(room, "ballot open")
    asked = await bo.sees("Ballot 1: which take", room)
    ballot = ballot_of(await stage.room(room))
    await votes(bo, ballot, 2, 0, 1, on=asked)
    await seen_everything(ana)
    assert not [sign for sign in MARKS if sign in everything(ana)]
    await ana.command(room, "export", format="json")
    file = await ana.private(EN.say("export.ready"))
    exported = json.loads(next(iter((await ana.files(file)).values())))
    assert exported["room"]["ballots"][0]["sheets"] == []
    cast = [event for event in exported["events"] if event["type"] == "VoteCast"]
    assert [set(each) - {"at", "by", "type", "ballot"} for each in cast] == [set()]
    await ana.press("Close the ballot", asked)
    await bo.sees("One vote, for take C: one opinion, not yet the room's.", room)
    closed = (await stage.room(room)).ballots[0]
    assert [each.sheet.order for each in closed.sheets] == [(2, 0, 1)]
    assert await stage.app.store.votes(room) == {}, "what is counted is kept nowhere else"


async def test_each_voter_sees_the_texts_in_an_order_of_their_own(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    orders = set()
    for number in range(1, 4):
        await ana.command(room, "ballot open", round=1)
        asked = await ana.sees(f"Ballot {number}: which take", room)
        ballot = ballot_of(await stage.room(room))
        for person in (ana, bo, dee):
            pressed = await person.press("Vote", asked)
            sheet = await person.private(EN.say("ballot.first"), to=pressed)
            marks = [embed["title"] for embed in sheet["embeds"]]
            signs = {ballot.mark(each): each for each in range(3)}
            orders.add(tuple(signs[each] for each in marks))
            assert labels(sheet)[:3] == marks
            for embed in sheet["embeds"]:
                text = (await stage.room(room)).rounds[0].takes[signs[embed["title"]]].text
                assert embed["description"].startswith(text[:60])
        await ana.command(room, "ballot close")
        await ana.sees(f"Ballot {number} is closed.", room)
    assert len(orders) > 1, "nine sheets in one order: once in a million and a half"


async def test_a_vote_can_be_changed_until_the_ballot_is_closed(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.command(room, "ballot open", quorum=5)
    asked = await ana.sees("Ballot 1: which take", room)
    ballot = ballot_of(await stage.room(room))
    await votes(ana, ballot, 0, 1, 2, on=asked)
    pressed = await ana.press("Vote", asked)
    kept = await ana.private("Your vote is kept: " + ballot.mark(0), to=pressed)
    await ana.press("Change my vote", kept)
    again = await ana.private(EN.say("ballot.first"))
    await ana.press(ballot.mark(2), again)
    await ana.press("Start over")
    await ana.press(ballot.mark(1), await ana.private(EN.say("ballot.first")))
    await ana.press(ballot.mark(2))
    await ana.private("Your vote is kept: " + " › ".join(ballot.mark(each) for each in (1, 2, 0)))
    assert (await stage.room(room)).ballots[0].voted == (ana.id,)
    await bo.command(room, "ballot close")
    await ana.sees("One vote, for take B", room)
    late = await ana.press("Change my vote", kept)
    await told(ana, bo, EN.say("refusal.ballot_is_closed", ballot=1), to=late)


async def test_two_texts_are_a_pair_both_and_neither(ana: Person, bo: Person, dee: Person) -> None:
    room = await with_takes(ana, takes=2)
    await ana.press("Ballot")
    asked = await bo.sees("Ballot 1: which take of round 1", room)
    await bo.press("Vote", asked)
    sheet = await bo.private(EN.say("ballot.first"))
    assert labels(sheet)[2:] == ["Both", "Neither"]
    await bo.press("Both", sheet)
    await bo.private("Your vote is kept: all equal.")
    await dee.press("Vote", asked)
    await dee.press("Neither", await dee.private(EN.say("ballot.first")))
    await dee.private("Your vote is kept: none good enough.")
    await ana.press("Close the ballot", asked)
    shown = await ana.sees("2 votes, and everybody finds them equal.", room)
    assert "1 vote would take none of them." in text_of(shown)
    assert labels(shown) == ["Adopt take A", "Adopt take B"] or labels(shown) == [
        "Adopt take B",
        "Adopt take A",
    ]


async def test_a_ballot_without_a_voter_decides_nothing(room: str, ana: Person, bo: Person) -> None:
    await ana.press("Ballot")
    asked = await bo.sees("Ballot 1:", room)
    await ana.press("Close the ballot", asked)
    shown = await bo.sees("Nobody voted, so it decides nothing.", room)
    assert labels(shown) == []
    await bo.command(room, "ballot results")
    await bo.private("Nobody voted, so it decides nothing.")


async def test_only_who_may_closes_a_ballot(room: str, ana: Person, bo: Person, dee: Person) -> None:
    await bo.command(room, "ballot open", round=1)
    asked = await dee.sees("Ballot 1:", room)
    sent = await dee.press("Close the ballot", asked)
    await told(dee, ana, EN.say("refusal.not_your_ballot", opener="Bo"), to=sent)
    await bo.press("Close the ballot", asked)
    await dee.sees("Ballot 1 is closed.", room)


async def test_while_a_ballot_is_open_nothing_of_its_round_is_adopted(
    room: str, ana: Person, bo: Person
) -> None:
    written = await bo.sees(EN.say("round.written"), room)
    await ana.press("Ballot", written)
    await bo.sees("Ballot 1:", room)
    await bo.until(lambda: "Vote" in labels(bo.now(written)))
    assert "Adopt A" not in labels(bo.now(written))
    sent = await bo.command(room, "ballot open")
    await told(bo, ana, EN.say("refusal.ballot_is_open", ballot=1), to=sent)
    await ana.command(room, "ballot close")
    await bo.until(lambda: "Adopt A" in labels(bo.now(written)))
    await bo.press("Adopt A", written)
    await ana.sees("**Bo** adopted take A.", room)


async def test_drafts_are_voted_on_by_their_numbers(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await ana.press("Adopt A")
    await ana.sees("Take A · draft 1, adopted by Ana", room)
    await ana.press("Adopt B")
    await ana.board(room, "Draft 2, from take B")
    await bo.command(room, "ballot open", drafts="1, 2")
    asked = await ana.sees("Ballot 1: which of these drafts should the room go on with?", room)
    assert "On the ballot: draft 1, draft 2." in text_of(asked)
    ballot = ballot_of(await stage.room(room))
    await votes(ana, ballot, 0, 1, on=asked)
    await ana.press("Close the ballot", asked)
    shown = await bo.sees("One vote, for draft 1", room)
    await bo.press("Adopt draft 1", shown)
    await ana.board(room, "Draft 1, from take A")
    drafts = (await stage.room(room)).drafts
    assert (len(drafts), drafts[1].lost_to) == (2, 1)


async def test_a_clear_winner_is_adopted_at_once_where_the_ballot_says_so(
    room: str, ana: Person, stage: Stage
) -> None:
    await ana.command(room, "ballot open", quorum=9, adopt="at-once")
    await ana.sees("If the votes tell one from all others, it is adopted at once.", room)
    for number in range(9):
        await stage.app.rooms.act(
            room,
            CastVote(
                at=1, by=Somebody(id=f"9{number}", name=f"V{number}"), ballot=1, sheet=Sheet(order=(2, 0, 1))
            ),
            operation=f"vote{number}",
        )
    found = await stage.room(room)
    assert found.ballots[0].adopted == 2
    assert (found.current, found.drafts[0].take) == (1, 2)


async def test_everything_works_after_a_restart(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await ana.command(room, "ballot open", quorum=2)
    asked = await bo.sees("Ballot 1:", room)
    ballot = ballot_of(await stage.room(room))
    await votes(bo, ballot, 0, 2, 1, on=asked)
    await ana.press("Vote", asked)
    sheet = await ana.private(EN.say("ballot.first"))
    await stage.restart()
    await ana.press(ballot.mark(0), sheet)
    await ana.press(ballot.mark(2), await ana.private("… and which is the best of the rest?"))
    shown = await bo.sees("2 votes: too few to tell take A from", room)
    await stage.restart()
    await bo.press("Adopt take A", shown)
    await ana.sees("**Bo** adopted take A after ballot 1.", room)


async def test_a_vote_delivered_twice_is_cast_once(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await ana.command(room, "ballot open", quorum=2)
    asked = await bo.sees("Ballot 1:", room)
    ballot = ballot_of(await stage.room(room))
    await bo.press("Vote", asked)
    await bo.press(ballot.mark(0), await bo.private(EN.say("ballot.first")))
    sent = await bo.press(ballot.mark(1), await bo.private("… and which is the best of the rest?"))
    await bo.private("Your vote is kept")
    revision = (await stage.room(room)).revision
    await stage.redeliver(sent)
    await seen_everything(bo)
    assert (await stage.room(room)).revision == revision


async def test_a_chinese_room_votes_in_chinese(ana: Person, chen: Person, stage: Stage) -> None:
    room = await _chinese_room(chen)
    await chen.press("发起投票")
    asked = await ana.sees("投票 1：大家想用第 1 轮的哪个版本继续？", room)
    assert "投票是匿名的" in text_of(asked)
    await chen.press("投票", asked)
    sheet = await chen.private("哪个最好？")
    ballot = ballot_of(await stage.room(room))
    await chen.press(ballot.mark(1), sheet)
    await chen.private("你的票已记下：")
    await chen.press("结束投票", asked)
    await ana.sees("只有一票，投给版本 B：这是一个人的看法，还不是大家的。", room)


async def _chinese_room(chen: Person) -> str:
    room = await chen.opens("枯井", language="zh-CN")
    await chen.command(room, "premise add", kind="setting", text="没有雨的山谷")
    await chen.command(room, "synopsis", takes=2)
    await chen.sees("写好了", room)
    return room


async def test_a_vote_stays_counted_when_its_voter_leaves_the_server(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "ballot open")
    asked = await bo.sees("Ballot 1:", room)
    ballot = ballot_of(await stage.room(room))
    await votes(bo, ballot, 2, 0, 1, on=asked)
    await stage._control("DELETE", f"/guilds/{GUILD}/members/{bo.id}")
    await ana.press("Close the ballot", asked)
    shown = await ana.sees("One vote, for take C: one opinion, not yet the room's.", room)
    assert "Voted: Bo." in text_of(shown)


async def test_an_adoption_in_the_round_takes_the_buttons_off_the_result(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "ballot open", quorum=1)
    asked = await bo.sees("Ballot 1:", room)
    ballot = ballot_of(await stage.room(room))
    await bo.press("Vote", asked)
    await bo.press(ballot.mark(2), await bo.private(EN.say("ballot.first")))
    await bo.press(ballot.mark(1), await bo.private("… and which is the best of the rest?"))
    shown = await ana.sees("One vote, for take C", room)
    await ana.press("Adopt A")
    await ana.sees("**Ana** adopted take A.", room)
    await ana.until(lambda: labels(ana.now(shown)) == [])
    assert "The room went on with take A: draft 1." in text_of(ana.now(shown))
    assert [each.lost_to for each in (await stage.room(room)).drafts] == [None, 1]


async def test_a_later_ballot_on_the_round_takes_the_buttons_off_the_earlier_result(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.command(room, "ballot open")
    asked = await bo.sees("Ballot 1:", room)
    await bo.press("Vote", asked)
    await bo.press((await bo.private(EN.say("ballot.first")))["embeds"][0]["title"])
    await bo.press("That is all", await bo.private("… and which is the best of the rest?"))
    await ana.press("Close the ballot", asked)
    shown = await ana.sees("One vote, for", room)
    assert len(labels(shown)) == 3
    await ana.command(room, "ballot open", round=1)
    again = await bo.sees("Ballot 2:", room)
    await ana.until(lambda: labels(ana.now(shown)) == [])
    await ana.press("Close the ballot", again)
    await ana.sees("Nobody voted", room)
    assert EN.say("ballot.choose") not in text_of(ana.now(shown))


@pytest.mark.parametrize(
    "custom_id",
    [
        "sr1:ballot_pick:{room}:0:1:x:0",
        "sr1:ballot_pick:{room}:0:1:-",
        "sr1:ballot_pick:{room}:0:1:012345:0",
        "sr1:ballot_done:{room}:0:1:-:perhaps",
        "sr1:ballot_vote:{room}:0",
        "sr1:ballot_adopt:{room}:0:1",
        "sr1:light_go:{room}:0",
        "sr1:notes_answered:{room}:0",
    ],
)
async def test_a_garbled_button_of_a_ballot_is_explained(
    room: str, ana: Person, bo: Person, stage: Stage, custom_id: str
) -> None:
    before = await stage.room(room)
    sent = await press_made_up(bo, stage, room, custom_id.format(room=room))
    await told(bo, ana, EN.say("error.old_button"), to=sent)
    assert await stage.room(room) == before


async def test_a_button_about_a_ballot_that_is_not_there_says_so(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    for custom_id, sentence in (
        (f"sr1:ballot_vote:{room}:0:7", EN.say("refusal.no_such_ballot", ballot=7)),
        (f"sr1:ballot_pick:{room}:0:7:-:0", EN.say("refusal.no_such_ballot", ballot=7)),
        (f"sr1:ballot_done:{room}:0:7:-:equal", EN.say("refusal.no_such_ballot", ballot=7)),
        (f"sr1:ballot_close:{room}:0:7", EN.say("refusal.no_such_ballot", ballot=7)),
        (f"sr1:ballot_adopt:{room}:0:7:0", EN.say("refusal.no_such_ballot", ballot=7)),
        (f"sr1:light_go:{room}:0:7", EN.say("refusal.no_such_light", light=7)),
        (f"sr1:light_not_yet:{room}:0:7", EN.say("refusal.no_such_light", light=7)),
    ):
        sent = await press_made_up(bo, stage, room, custom_id)
        await told(bo, ana, sentence, to=sent)
    sent = await bo.command(room, "ballot vote")
    await told(bo, ana, EN.say("refusal.no_ballot_yet"), to=sent)
    await ana.command(room, "ballot open")
    for picks in ("-:9", "0:0", "-:-1"):
        sent = await press_made_up(bo, stage, room, f"sr1:ballot_pick:{room}:0:1:{picks}")
        await told(bo, ana, EN.say("refusal.not_a_sheet"), to=sent)
    await ana.command(room, "ballot close")
    sent = await bo.command(room, "ballot open", drafts="none of them")
    await told(bo, ana, EN.say("refusal.nothing_to_choose_from", limit=5), to=sent)
