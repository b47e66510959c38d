"""Leases: a worker that is killed, stopped, late or cut off loses nothing, and nobody writes twice."""

from __future__ import annotations

import asyncio
import time

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.rooms import Outcome
from bot.story.commands import CancelRound, Command, RecordTake
from bot.story.requested import Requests
from bot.story.room import Room
from bot.story.rounds import Receipt, RoundStatus
from bot.story.sent import Sent
from tests.bot.building import ANA
from tests.bot.writing.scripted_tgi import (
    ScriptedTgi,
    prose,
    says,
    silent,
)
from tests.bot.writing.stage import KEYS, Dying, Stage, working
from tests.redis_server import RedisServer
from tgi.client import TgiClient


async def test_after_a_kill_another_worker_writes_only_what_is_missing(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [says(prose(1)), silent(), silent()]
    await stage.ask(takes=3)
    async with working(stage.worker(tgi, queue=stage.new_queue(Dying))):
        await stage.writes_a_take()
    kept = (await stage.round()).takes
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert one.status is RoundStatus.WRITTEN
    assert [take.number for take in one.takes] == [0, 1, 2]
    assert set(kept) <= set(one.takes)
    assert len(server.requests) == 5
    assert await stage.redis.xlen(KEYS.room("lamp").events) == one_event_each(one.takes_wanted)


def one_event_each(takes: int) -> int:
    """Opened, six premises, asked, and one event a take."""
    return 8 + takes


async def test_a_stopped_worker_gives_its_round_back_within_five_seconds(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [silent(), silent()]
    await stage.ask()
    began = 0.0
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(server.requests) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    lease = await stage.queue.lease()

    assert lease is not None
    assert lease.attempt == 1  # being given back did not count


async def test_a_lost_lease_ends_the_writing_quietly(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.pause = 0.03
    await stage.ask()
    async with working(stage.worker(tgi, rounds=1)):
        await stage.sees(lambda: len(server.requests) == 2)
        await stage.redis.hset(KEYS.queue.holders, "lamp:1", "somebody-else")
        with capture_logs() as logs:
            await stage.sees(lambda: any(line["event"] == "writing.lease_lost" for line in logs))
            await asyncio.sleep(0.1)
    taken = [line["event"] for line in logs if line["event"] != "redis_away"]

    assert taken == ["writing.lease_lost"]
    assert (await stage.round()).takes == ()
    assert stage.gallery.given_up == [("lamp", 1)]  # nothing of it is shown any more


async def test_a_long_round_keeps_its_lease(stage: Stage, server: ScriptedTgi, tgi: TgiClient) -> None:
    server.pause = 0.035  # about 2.6 s a take, over leases of 1 s
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert len(server.requests) == 1
    assert (await stage.round()).status is RoundStatus.WRITTEN


class Interrupted:
    """Rooms whose log is away for the first appends; whether a change was made is then not known."""

    def __init__(self, stage: Stage, times: int) -> None:
        self._rooms = stage.rooms
        self.left = times

    async def read(self, room: str) -> Room | None:
        return await self._rooms.read(room)

    async def act(self, room: str, command: Command, *, operation: str) -> Outcome:
        outcome = await self._rooms.act(room, command, operation=operation)
        if isinstance(command, RecordTake) and self.left:
            self.left -= 1
            raise StoreUnavailable("the reply was lost")
        return outcome

    async def keep_sent(self, room: str, sent: Sent) -> None:
        await self._rooms.keep_sent(room, sent)

    async def keep_requests(self, room: str, receipt: Receipt, requests: Requests) -> None:
        await self._rooms.keep_requests(room, receipt, requests)


async def test_a_finished_text_outlives_a_lost_reply(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    rooms = Interrupted(stage, times=3)
    await stage.ask()
    async with working(stage.worker(tgi, rooms=rooms)):
        await stage.settled()
    one = await stage.round()

    assert rooms.left == 0
    assert len(one.takes) == 2
    assert len(server.requests) == 2


async def test_redis_standing_still_for_a_moment_loses_nothing(
    embedded_redis: RedisServer, redis: Redis, server: ScriptedTgi, tgi: TgiClient
) -> None:
    stage = Stage(redis, lease_seconds=4)
    server.pause = 0.02
    await stage.ask()
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(server.requests) == 2)
        embedded_redis.freeze()
        try:
            await asyncio.sleep(1.2)
        finally:
            embedded_redis.thaw()
        await stage.settled()

    assert len((await stage.round()).takes) == 2
    assert len(server.requests) == 2


async def test_a_round_that_is_taken_back_is_let_go_within_a_second(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [silent(), silent()]
    await stage.ask()
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(server.requests) == 2)
        cancel = CancelRound(at=9, by=ANA, round=1)
        assert (await stage.rooms.act("lamp", cancel, operation="back")).refusal is None
        began = time.monotonic()
        assert await stage.relay.deliver("lamp") == 1
        await stage.settled()
        assert time.monotonic() - began < 1.5
    one = await stage.round()

    assert (one.status, one.failure, one.cancelled_by) == (RoundStatus.FAILED, "cancelled", ANA.id)
    assert len(server.requests) == 2
    assert stage.gallery.ended[-1].round(1) == one


async def test_a_round_whose_task_never_began_is_given_back(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask()
    loop = asyncio.get_running_loop()
    working = asyncio.create_task(stage.worker(tgi).run(), name="worker")

    def end_at_once() -> None:
        """As when a process ends all its tasks: also one that was made in this very step."""
        rounds = [task for task in asyncio.all_tasks() if task.get_name().startswith("round lamp")]
        if not rounds:
            loop.call_soon(end_at_once)
        for task in (*rounds, working) if rounds else ():
            task.cancel()

    loop.call_soon(end_at_once)
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await working
    assert stage.gallery.begun == []
    lease = await stage.queue.lease()
    assert lease is not None
    assert lease.attempt == 1
