"""A worker writes the rounds that are asked for, as many at once as it may, and logs no story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.store import Job
from bot.story.brief import Kind
from bot.story.room import Room
from bot.story.rounds import RoundStatus
from tests.bot.building import add_premise
from tests.bot.writing.scripted_tgi import (
    ScriptedTgi,
    breaks_after,
    prose,
    refuses,
    says,
)
from tests.bot.writing.stage import KEYS, Gallery, Stage, working
from tgi.client import TgiClient


async def test_a_round_is_written_shown_and_done(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask(takes=3)
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert one.status is RoundStatus.WRITTEN
    assert [take.receipt.seed for take in one.takes] == [7, 8, 9]
    assert stage.gallery.begun == [("lamp", 1)]
    assert stage.gallery.ended[-1].round(1) == one
    for take in one.takes:
        assert prose(take.receipt.seed).startswith(take.text.partition("a retired diver,")[2])
        assert stage.gallery.texts["lamp", 1, take.number][-1] == take.text


async def test_several_rounds_are_written_at_once(stage: Stage, server: ScriptedTgi, tgi: TgiClient) -> None:
    server.pause = 0.01
    await stage.ask("one")
    await stage.ask("two")
    async with working(stage.worker(tgi, rounds=3)):
        await stage.sees(lambda: len(stage.gallery.begun) == 2 and not stage.gallery.ended)
        await stage.settled(2)


async def test_a_worker_writes_no_more_rounds_than_it_may(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.pause = 0.005
    await stage.ask("one")
    await stage.ask("two")
    async with working(stage.worker(tgi, rounds=1)):
        await stage.sees(lambda: stage.gallery.ended)
        assert len(stage.gallery.begun) <= 2
        assert stage.gallery.begun[0] != stage.gallery.begun[-1] or len(stage.gallery.begun) == 1
        await stage.settled(2)
    assert stage.gallery.ended[0].id != stage.gallery.ended[1].id


async def test_a_round_written_before_is_only_shown_again(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    await stage.ask()
    async with working(stage.worker(tgi)):
        await stage.settled()
    room = await stage.rooms.read("lamp")
    assert room is not None
    assert await stage.queue.put(Job(room="lamp", round=1, guild="guild", asked_at=3))
    before = len(server.requests)
    async with working(stage.worker(tgi)):
        await stage.settled(2)

    assert len(server.requests) == before
    assert await stage.rooms.read("lamp") == room


async def test_a_round_of_a_forgotten_room_leaves_the_queue(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask()
    await stage.redis.delete(*KEYS.room("lamp").all)
    async with working(stage.worker(tgi)):
        await stage.settled(0)

    assert stage.gallery.ended == []


class Clumsy(Gallery):
    """An audience that breaks its word on one room."""

    async def started(
        self,
        room: Room,
        round: int,  # noqa: A002 - the port's word
        shows: Callable[[], None] | None = None,
    ) -> None:
        await super().started(room, round, shows)
        if room.id == "bad":
            raise RuntimeError("Mara, a retired diver")


async def test_one_rounds_failure_does_not_end_the_worker_and_quotes_no_story(
    redis: Redis, server: ScriptedTgi, tgi: TgiClient
) -> None:
    stage = Stage(redis, gallery=Clumsy())
    await stage.ask("bad")
    await stage.ask("good")
    with capture_logs() as logs:
        async with working(stage.worker(tgi, rounds=1)):
            await stage.sees(lambda: stage.gallery.ended)
    deferred = [line for line in logs if line["event"] == "writing.deferred"]

    assert stage.gallery.ended[0].id == "good"
    assert deferred[0]["room"] == "bad"
    assert deferred[0]["failure"] == "RuntimeError"
    assert "started" in deferred[0]["where"]
    assert "Mara" not in str(logs)
    assert server.requests


async def test_logs_name_rooms_and_never_quote_them(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    failed = refuses("Request failed during generation: oom", "generation")
    server.answers = [says(" runs."), breaks_after(4), failed]
    await stage.ask()
    await stage.rooms.act("lamp", add_premise("Unmentionable", kind=Kind.TWIST), operation="more")
    with capture_logs() as logs:
        async with working(stage.worker(tgi)):
            await stage.settled()
    lines = [line for line in logs if str(line["event"]).startswith("writing.")]

    assert {line["event"] for line in lines} >= {"writing.leased", "writing.take", "writing.take_failed"}
    assert all(line["room"] == "lamp" and line["round"] == 1 for line in lines)
    assert not any(word in str(logs) for word in ("Mara", "Unmentionable", "Then take"))


async def test_a_guild_is_charged_what_was_really_read_and_written(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask(takes=2)
    async with working(stage.worker(tgi)):
        await stage.settled()
    receipts = [take.receipt for take in (await stage.round()).takes]
    used = sum(each.prompt_tokens + 2 * each.generated_tokens for each in receipts)

    assert await stage.redis.zscore(KEYS.queue.idle, "guild") == used


async def test_a_worker_leases_no_more_than_the_servers_have_room_for(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    assert tgi.token_room() is None, "no server has said anything yet"
    await tgi.info()
    assert tgi.token_room() == 16 * server.max_total_tokens
    server.pause = 0.01
    await stage.ask("one")
    await stage.ask("two")
    one_at_a_time = stage.worker(tgi, rounds=3, room=lambda: tgi.token_room(batch_tokens=1500))
    async with working(one_at_a_time):
        await stage.sees(lambda: stage.gallery.begun)
        while not stage.gallery.ended:
            assert len(stage.gallery.begun) == 1, "the second has no room beside the first"
            await asyncio.sleep(0.01)
        await stage.settled(2)
