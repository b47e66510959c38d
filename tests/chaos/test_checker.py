"""The checker finds nothing in evidence that is sound, and finds each kind of harm that is done to it.

Without this, a run that says "every promise was kept" would say nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.render.round import round_message
from bot.local_discord.snowflake import made_at
from bot.story import decide, replay
from bot.story.brief import Brief
from bot.story.commands import Command, FailRound, PlaceRound
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.words import CHINESE, words
from tests.bot.building import add_premise, adopt, ask_round, open_room, record_take
from tests.bot.writing.scripted_tgi import prose
from tests.chaos.__main__ import summary
from tests.chaos.checker import check
from tests.chaos.evidence import Asked, Evidence, KeptRoom, Logged, Posted, Told, Trouble, Window, load, save
from tests.chaos.marks import mark, piece
from tests.chaos.rest_rules import nothing_left

ROOM = "1576227177182134272"
BEGAN = made_at(ROOM)
SENT = {
    name: str(int(ROOM) + (number << 22)) for number, name in enumerate(("open", "add", "ask", "adopt"), 1)
}
MESSAGE = str(int(ROOM) + (9 << 22))
FAILED = str(int(ROOM) + (11 << 22))
TITLE = f"{mark(1)} The Dry Well"


def sound() -> Evidence:
    """A room with a premise, a round of two takes, one of them adopted, and a round that was given up."""
    asked_again = str(int(ROOM) + (10 << 22))
    steps: list[tuple[str, Command]] = [
        (SENT["open"], open_room(ROOM, brief=Brief(title=TITLE))),
        (SENT["add"], add_premise(f"A well-digger {piece(1, 1)}")),
        (SENT["ask"], ask_round()),
        (f"{ROOM}:1:place:{MESSAGE}", PlaceRound(at=4, round=1, message=MESSAGE)),
        (f"{ROOM}:1:take:0", record_take(1, 0, prose(7, 3))),
        (f"{ROOM}:1:take:1", record_take(1, 1, prose(8, 3))),
        (SENT["adopt"], adopt(1, 0)),
        (asked_again, ask_round()),
        (f"{ROOM}:2:place:{FAILED}", PlaceRound(at=4, round=2, message=FAILED)),
        (f"{ROOM}:2:fail", FailRound(at=9, round=2, reason="writer_unavailable")),
    ]
    room: Room | None = None
    log: list[Logged] = []
    told: list[Told] = []
    for operation, command in steps:
        events = decide(room, command)
        assert not isinstance(events, Refusal)
        room = replay(events, room)
        for event in events:
            log.append(Logged(len(log) + 1, operation, event.model_dump(mode="json")))
        told.append(Told("gateway1", ROOM, operation, len(log), [event.type for event in events]))
    assert room is not None
    asked = [
        Asked(
            SENT["open"], BEGAN, "1", "command room open", "9", answered_at=BEGAN + 0.2, texts=[f"<#{ROOM}>"]
        ),
        Asked(SENT["add"], BEGAN + 1, "1", "command premise add", ROOM, answered_at=BEGAN + 1.1),
        Asked(SENT["ask"], BEGAN + 2, "1", "command synopsis", ROOM, answered_at=BEGAN + 2.1),
        Asked(SENT["adopt"], BEGAN + 3, "1", "press adopt", ROOM, answered_at=BEGAN + 3.1),
        Asked(asked_again, BEGAN + 4, "1", "command synopsis", ROOM, answered_at=BEGAN + 4.1),
    ]
    return Evidence(
        asked=asked,
        rooms=[KeptRoom(ROOM, log, len(log), room.model_dump(mode="json"), {"outbox": 0, "votes": 0})],
        told=told,
        posted=[posted(room, 1, MESSAGE), posted(room, 2, FAILED)],
        private=[(ROOM, f"Bible of {TITLE}")],
        queue={"jobs": 0, "leases": 0, "counter": 4},
        memory={"gateway1": [100.0, 101.0]},
    )


def posted(room: Room, number: int, message: str) -> Posted:
    drawn = round_message(room, number)
    text = "\n".join([drawn.text, *(f"{each.title}\n{each.description}" for each in drawn.embeds)])
    return Posted(message, ROOM, text, f"{ROOM}:{number}", [f"sr1:again:{ROOM}:3:{number}"])


Harm = Callable[[Evidence], None]


def without_revision(number: int) -> Harm:
    def harm(evidence: Evidence) -> None:
        log = evidence.rooms[0].log
        evidence.rooms[0].log = [one for one in log if one.revision != number]

    return harm


def an_operation_lost(evidence: Evidence) -> None:
    """The premise never came into the log, and the log does not show it."""
    room = evidence.rooms[0]
    left = [one for one in room.log if one.operation != SENT["add"]]
    room.log = [replace(one, revision=number) for number, one in enumerate(left, 1)]


def an_operation_twice(evidence: Evidence) -> None:
    log = evidence.rooms[0].log
    log.append(replace(next(one for one in log if one.operation == SENT["add"]), revision=len(log) + 1))


def a_take_twice(evidence: Evidence) -> None:
    log = evidence.rooms[0].log
    again = next(one for one in log if one.event["type"] == "TakeWritten")
    log.append(replace(again, revision=len(log) + 1, operation=f"{ROOM}:1:again"))


def an_operation_of_nobodys(evidence: Evidence) -> None:
    evidence.asked = [one for one in evidence.asked if one.id != SENT["adopt"]]


def another_snapshot(evidence: Evidence) -> None:
    snapshot = evidence.rooms[0].snapshot
    assert snapshot is not None
    snapshot["current"] = None


def a_round_open(evidence: Evidence) -> None:
    room = evidence.rooms[0]
    room.log = [one for one in room.log if one.event["type"] != "RoundFailed"]


def no_rest(evidence: Evidence) -> None:
    evidence.rested = False


def a_message_gone(evidence: Evidence) -> None:
    del evidence.posted[0]


def a_take_not_shown(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], text="Round 1: two takes. Being written ...")


def no_apology(evidence: Evidence) -> None:
    evidence.posted[1] = replace(evidence.posted[1], text="Round 2: two takes. Being written ...")


def a_round_posted_twice(evidence: Evidence) -> None:
    evidence.posted.append(replace(evidence.posted[0], id=str(int(MESSAGE) + 1)))


def a_round_posted_afresh_while_it_is_there(evidence: Evidence) -> None:
    evidence.posted.append(replace(evidence.posted[0], id=str(int(MESSAGE) + 1), nonce=f"{ROOM}:1+"))


def a_notice_answered_and_posted(evidence: Evidence) -> None:
    for extra in ({"nonce": SENT["add"]}, {"nonce": "", "answers": SENT["add"]}):
        evidence.posted.append(
            Posted(str(int(MESSAGE) + 5), ROOM, "added", custom_ids=[], **{"nonce": "", **extra})
        )


def words_of_another_room(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], text=evidence.posted[0].text + piece(2, 7))


def private_words_of_another_room(evidence: Evidence) -> None:
    evidence.private.append((ROOM, piece(2, 7)))


def an_event_with_words_of_another_room(evidence: Evidence) -> None:
    room = evidence.rooms[0]
    room.log[1] = replace(room.log[1], event={**room.log[1].event, "text": piece(2, 7)})


def a_button_of_another_room(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], custom_ids=["sr1:again:42:3:1"])


def nobody_answered(evidence: Evidence) -> None:
    evidence.asked[1].answered_at, evidence.asked[1].failed_at = None, BEGAN + 4


def thought_about_for_ever(evidence: Evidence) -> None:
    evidence.asked[1].deferred = evidence.asked[1].thinking = True


def a_dead_lease(evidence: Evidence) -> None:
    evidence.queue["leases"] = 1


def an_orphan_job(evidence: Evidence) -> None:
    evidence.queue["jobs"] = 1


def a_full_outbox(evidence: Evidence) -> None:
    evidence.rooms[0].left["outbox"] = 1


def a_half_written_text(evidence: Evidence) -> None:
    evidence.rooms[0].left["partials"] = 1


def votes_of_a_closed_ballot(evidence: Evidence) -> None:
    evidence.rooms[0].left["votes"] = 2


def a_traceback(evidence: Evidence) -> None:
    evidence.troubles.append(Trouble("worker1", "Traceback (most recent call last):"))


def a_process_that_grows(evidence: Evidence) -> None:
    evidence.memory["worker1"] = [80 + number / 4 for number in range(800)]


def a_process_that_is_huge(evidence: Evidence) -> None:
    evidence.memory["worker1"] = [80.0, 4000.0]


HARMS: dict[str, list[Harm]] = {
    "what a process was told is in the log": [without_revision(2), an_operation_lost],
    "what a person was told is in the log": [an_operation_lost],
    "every operation is in the log once": [an_operation_twice, a_take_twice],
    "nothing is in the log that nobody did": [an_operation_of_nobodys],
    "the log has no gap, and its replay is the snapshot": [without_revision(2), another_snapshot],
    "every round ended": [a_round_open, no_rest],
    "every round is on Discord as it ended": [a_message_gone, a_take_not_shown, no_apology],
    "nothing is posted twice": [
        a_round_posted_twice,
        a_round_posted_afresh_while_it_is_there,
        a_notice_answered_and_posted,
    ],
    "no text is in another room": [
        words_of_another_room,
        private_words_of_another_room,
        an_event_with_words_of_another_room,
        a_button_of_another_room,
    ],
    "nobody waits for an answer": [nobody_answered, thought_about_for_ever],
    "nothing is left in queue, leases and outboxes": [
        a_dead_lease,
        an_orphan_job,
        a_full_outbox,
        a_half_written_text,
        votes_of_a_closed_ballot,
    ],
    "no process fell over its own feet": [a_traceback],
    "no process grows": [a_process_that_grows, a_process_that_is_huge],
}
EVERY = [(rule, harm) for rule, harms in HARMS.items() for harm in harms]


def test_sound_evidence_is_found_sound() -> None:
    assert check(sound()) == {}


@pytest.mark.parametrize(("rule", "harm"), EVERY, ids=[harm.__name__ for _, harm in EVERY])
def test_harm_is_found(rule: str, harm: Harm) -> None:
    evidence = sound()
    harm(evidence)
    assert rule in check(evidence)


def test_every_rule_was_seen_to_be_broken() -> None:
    from tests.chaos.checker import RULES  # noqa: PLC0415 - beside what it is compared with

    assert set(HARMS) == set(RULES)


def test_evidence_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    evidence = sound()
    evidence.windows.append(Window("kill", "redis", BEGAN, BEGAN + 1))
    save(evidence, tmp_path)
    assert load(tmp_path) == evidence


@pytest.mark.parametrize(
    ("target", "start", "is_excused"),
    [
        ("gateway1", 1.0, True),
        ("discord", 3.5, True),
        ("gateway1-discord", 0.0, True),
        ("machine", 2.0, True),
        ("gateway1", 30.0, False),
        ("gateway1-redis", 1.0, False),
        ("redis", 1.0, False),
        ("worker1", 1.0, False),
        ("worker1-discord", 1.0, False),
    ],
)
def test_only_what_keeps_an_answer_away_excuses_that_there_is_none(
    target: str,
    start: float,
    is_excused: bool,  # noqa: FBT001 - pytest names it
) -> None:
    evidence = sound()
    nobody_answered(evidence)
    evidence.windows.append(Window("kill", target, BEGAN + start, BEGAN + start + 0.5))
    assert ("nobody waits for an answer" not in check(evidence)) == is_excused


@pytest.mark.parametrize(
    ("kind", "target", "seconds", "excused"),
    [
        ("kill", "discord", 0.3, True),
        ("kill", "discord", 6.4, True),
        ("kill", "discord", 6.6, False),
        ("kill", "discord", -0.1, False),
        ("freeze", "discord", 0.3, False),
        ("kill", "gateway1", 0.3, False),
    ],
)
def test_a_last_edit_is_excused_where_the_local_discord_was_killed_right_after_it(
    kind: str, target: str, seconds: float, *, excused: bool
) -> None:
    evidence = sound()
    a_take_not_shown(evidence)
    ended = max(
        one.event["at"] for one in evidence.rooms[0].log if one.event["type"] == "TakeWritten"
    )  # in ms
    struck = ended / 1000 + seconds
    evidence.windows.append(Window(kind, target, struck, struck + 1))
    assert (check(evidence) == {}) == excused


def test_what_the_local_discord_lost_with_its_memory_is_not_missed() -> None:
    evidence = sound()
    a_message_gone(evidence)
    made = made_at(MESSAGE)
    evidence.windows.append(Window("kill", "discord", made + 0.3, made + 3))
    assert check(evidence) == {}


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_a_refusal_is_no_acknowledgement(language: str) -> None:
    evidence = sound()
    an_operation_lost(evidence)
    evidence.told.clear()
    evidence.rooms[0].snapshot = None
    one = next(each for each in evidence.asked if each.id == SENT["add"])
    one.texts = [words(language).say("refusal.same_premise", premise=1)]
    assert "what a person was told is in the log" not in check(evidence)


def test_a_ballot_that_is_open_keeps_its_votes() -> None:
    evidence = sound()
    votes_of_a_closed_ballot(evidence)
    snapshot = evidence.rooms[0].snapshot
    assert snapshot is not None
    snapshot["ballots"] = [{"result": None}]
    assert not list(nothing_left(evidence))


def test_the_parts_of_a_summary_add_up_and_its_faults_are_the_plans() -> None:
    evidence = sound()
    nobody_answered(evidence)
    evidence.asked.append(Asked("7", BEGAN + 9, "1", "suggest bible", ROOM))
    evidence.windows += [
        Window("kill", "gateway1", BEGAN + 1, BEGAN + 2),
        Window("pause", "machine", BEGAN, BEGAN + 30),
        Window("offline", "gateway", BEGAN + 1, BEGAN + 2),
    ]
    told = summary(evidence)
    assert "5 things done by people: 4 answered, 1 not\n  of these 1 while a fault" in told
    assert "1 lists of suggestions while typing" in told
    assert "1 faults struck: kill 1\n1 times the bot was offline" in told
    assert "1 times the machine itself was too busy" in told
