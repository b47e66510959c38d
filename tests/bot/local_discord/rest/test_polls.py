"""Polls: made by the bot and by people, voted in by people, ended by time or by their author."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.local_discord.clock import Clock
from bot.local_discord.forms.message import read_message
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, BO, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.person import Person, Refused
from tests.bot.local_discord.story_bot import StoryBot

HOUR, DAY = 3600, 86400


@pytest.fixture
async def hearing(launch: Callable[..., Awaitable[StoryBot]]) -> StoryBot:
    """A bot that hears of messages and votes."""
    return await launch(discord.Intents(guilds=True, guild_messages=True, polls=True))


def question(*, multiple: bool = False) -> discord.Poll:
    poll = discord.Poll("Which ending?", timedelta(hours=24), multiple=multiple)
    return poll.add_answer(text="The sea", emoji="🌊").add_answer(text="The lamp")


async def vote(person: Person, message: Any, *answers: int) -> None:
    path = f"/people/v1/channels/{WRITERS_ROOM}/polls/{message.id}/votes"
    await person.call("PUT", path, answer_ids=list(answers))


async def code_of(attempt: Any) -> int:
    with pytest.raises(discord.HTTPException) as refusal:
        await attempt
    return refusal.value.code


async def test_people_vote_and_the_bot_hears_of_it(hearing: StoryBot, ana: Person, bo: Person) -> None:
    ears = Ears(hearing, "raw_poll_vote_add", "raw_poll_vote_remove")
    channel = hearing.text_channel(WRITERS_ROOM)
    sent = await channel.send(poll=question())
    assert sent.poll is not None
    assert [answer.text for answer in sent.poll.answers] == ["The sea", "The lamp"]
    assert str(sent.poll.answers[0].emoji) == "🌊"
    await vote(ana, sent, 1)
    await vote(bo, sent, 1)
    await vote(ana, sent, 2)
    told = [await ears.next() for _ in range(4)]
    assert [(name.removeprefix("raw_poll_vote_"), one.user_id, one.answer_id) for name, one in told] == [
        ("add", int(ANA), 1),
        ("add", int(BO), 1),
        ("remove", int(ANA), 1),
        ("add", int(ANA), 2),
    ]
    poll = (await channel.fetch_message(sent.id)).poll
    assert poll is not None
    assert [answer.vote_count for answer in poll.answers] == [1, 1]
    assert [user.id async for user in poll.answers[0].voters()] == [int(BO)]
    assert (await bo.sees("MESSAGE_POLL_VOTE_REMOVE"))["answer_id"] == 1
    await vote(ana, sent)
    seen = (await ana.messages(WRITERS_ROOM))[0]["poll"]["results"]
    assert seen["answer_counts"] == [{"id": 1, "count": 1, "me_voted": False}]


async def test_a_poll_ends_in_its_time_and_says_how_it_went(
    bot: StoryBot, ana: Person, bo: Person, local: LocalDiscord
) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(poll=question())
    await vote(ana, sent, 1)
    local.parts.clock.advance(DAY)
    ended = await ana.sees("MESSAGE_UPDATE", lambda body: body["id"] == str(sent.id))
    assert ended["poll"]["results"]["is_finalized"]
    result = await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 46)
    assert result["message_reference"]["message_id"] == str(sent.id)
    fields = {field["name"]: field["value"] for field in result["embeds"][0]["fields"]}
    assert fields["poll_question_text"] == "Which ending?"
    assert (fields["victor_answer_id"], fields["victor_answer_votes"], fields["total_votes"]) == (
        "1",
        "1",
        "1",
    )
    with pytest.raises(Refused) as refusal:
        await vote(bo, sent, 2)
    assert refusal.value.body["message"] == "This poll has ended."


async def test_its_author_ends_a_poll_early_and_once(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send(poll=question())
    assert sent.poll is not None
    ended = await sent.end_poll()
    assert ended.poll is not None
    assert ended.poll.is_finalised()
    assert await code_of(sent.end_poll()) == 520001
    plain = await channel.send("x")
    assert await code_of(bot.http.end_poll(channel.id, plain.id)) == 520006
    result = await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 46)
    names = [field["name"] for field in result["embeds"][0]["fields"]]
    assert "victor_answer_id" not in names


async def test_a_persons_poll_is_a_poll_that_the_bot_cannot_end(bot: StoryBot, ana: Person) -> None:
    body = {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}], "duration": 1}
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", poll=body)
    assert said["poll"]["question"] == {"text": "Tea?"}
    await vote(ana, discord.Object(int(said["id"])), 1)
    path = f"/people/v1/channels/{WRITERS_ROOM}/polls/{said['id']}/answers/1"
    assert [user["id"] for user in (await ana.call("GET", path, user=ANA))["users"]] == [ANA]
    assert await code_of(bot.http.end_poll(int(WRITERS_ROOM), int(said["id"]))) == 50013


async def test_a_poll_is_not_edited(bot: StoryBot, asks: Asker) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(poll=question())
    assert await code_of(sent.edit(content="changed")) == 520003
    plain = await bot.text_channel(WRITERS_ROOM).send("x")
    body = {"poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}}
    answer = await asks.rest("PATCH", f"/channels/{WRITERS_ROOM}/messages/{plain.id}", json=body)
    assert answer.body["code"] == 520003


@pytest.mark.parametrize("answers", [[3], [0], [1, 2], ["x"], "1", [True], [None]])
async def test_votes_are_for_answers_that_are_there(bot: StoryBot, ana: Person, answers: Any) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(poll=question())
    path = f"/people/v1/channels/{WRITERS_ROOM}/polls/{sent.id}/votes"
    with pytest.raises(Refused) as refusal:
        await ana.call("PUT", path, answer_ids=answers)
    assert refusal.value.status == 400


async def test_several_answers_where_the_poll_allows_it(bot: StoryBot, ana: Person, asks: Asker) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(poll=question(multiple=True))
    await vote(ana, sent, 1, 2)
    path = f"/channels/{WRITERS_ROOM}/polls/{sent.id}/answers"
    for answer in (1, 2):
        assert [user["id"] for user in (await asks.rest("GET", f"{path}/{answer}")).body["users"]] == [ANA]
    assert (await asks.rest("GET", f"{path}/9")).status == 400
    assert (await asks.rest("GET", f"{path}/1?limit=0")).body["code"] == 50035


async def test_a_poll_ends_in_its_time_after_a_restart_too(tmp_path: Path) -> None:
    options = Options(rate_limits=False, state=tmp_path / "state.db")
    body = {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}], "duration": 1}
    async with LocalDiscord(options) as first:
        draft = read_message({"poll": body, "nonce": 5}, fresh=True)
        asked = first.parts.posting.post(WRITERS_ROOM, ANA, draft)
        first.parts.talk.polls.vote(asked, BO, [1])
        first.parts.talk.reactions.add(asked, "👍", BO)
    async with LocalDiscord(replace(options, clock=Clock())) as second:
        kept = second.parts.world.messages.get(WRITERS_ROOM, asked.id)
        assert kept == asked
        second.parts.clock.advance(HOUR)
        assert kept.poll is not None
        assert kept.poll.finalized
