from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.rooms import Outcome
from bot.store import Job
from bot.story.brief import Kind
from bot.story.commands import CancelRound, Command, RecordTake
from bot.story.requested import Requests
from bot.story.room import Room
from bot.story.rounds import Receipt, RoundStatus
from bot.story.sent import Sent
from bot.writing import failures, reach, worker
from tests.bot.building import ANA, add_premise
from tests.bot.writing.scripted_tgi import (
    Answer,
    ScriptedTgi,
    breaks_after,
    html,
    overloaded,
    prose,
    refuses,
    says,
    silent,
)
from tests.bot.writing.stage import KEYS, Dying, Gallery, Stage, working
from tests.redis_server import RedisServer, free_port
from tgi.client import TgiClient
from tgi.errors import NoEndpoint, TimedOut


@pytest.fixture
def stage(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(failures, "FIRST_PAUSE_SECONDS", 0.05)  # nobody waits for a backoff here,
    monkeypatch.setattr(worker, "WAIT_SECONDS", 0.1)  # nor for what was put off to become ready
    return Stage(redis)


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


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([html()], id="a page instead of a stream"),
        pytest.param([html(502)], id="a gateway's page"),
        pytest.param([overloaded(), overloaded()], id="overloaded"),
        pytest.param([silent()], id="silent"),
        pytest.param([refuses("Request failed during generation: oom", "generation")], id="failed"),
    ],
)
async def test_what_may_pass_is_tried_again_and_finished_takes_are_kept(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, answers: list[Answer]
) -> None:
    server.answers = list(answers)
    await stage.ask(takes=2)
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert one.status is RoundStatus.WRITTEN
    assert sorted(server.seeds) == sorted([7, 8, *(7 + at for at in range(len(answers)))])
    assert stage.gallery.begun == [("lamp", 1)] * 2


@pytest.mark.parametrize(
    ("answer", "gives"),
    [
        (overloaded, ("writer_overloaded", 3)),
        (html, ("writer_unavailable", 3)),
        (lambda: breaks_after(3), ("writer_unavailable", 5)),  # each attempt goes on twice; the breaker opens
        (lambda: refuses("Request failed during generation: oom", "generation"), ("writer_failed", 3)),
    ],
)
async def test_a_round_that_keeps_failing_gets_its_reason(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, answer: Callable[[], Answer], gives: tuple[str, int]
) -> None:
    reason, requests = gives
    server.answers = [answer() for _ in range(9)]
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert (one.status, one.failure, len(server.requests)) == (RoundStatus.FAILED, reason, requests)
    assert stage.gallery.ended[-1].round(1) == one


async def test_a_refused_request_is_not_sent_again(stage: Stage, server: ScriptedTgi, tgi: TgiClient) -> None:
    server.answers = [refuses("Input validation error: `top_p` must be > 0.0 and < 1.0", "validation")]
    await stage.ask(takes=2)
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert (one.status, one.failure) == (RoundStatus.FAILED, "writer_refused")
    assert len(one.takes) == 1  # the other was written, and stays
    assert len(server.requests) == 2


async def test_a_brief_that_cannot_fit_says_so_at_once(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.max_total_tokens = 200
    await stage.ask()
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert (await stage.round()).failure == "prompt_too_long"
    assert server.requests == []


async def test_while_no_server_has_answered_rounds_wait_and_spend_no_attempt(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "LOOK_SECONDS", 0.05)
    await stage.ask(takes=1)
    await server.goes_away()
    with capture_logs() as logs:
        async with working(stage.worker(tgi)):
            await stage.sees(lambda: any(line["event"] == "writing.no_server" for line in logs))
            await asyncio.sleep(0.3)
            assert stage.gallery.begun == []
            await server.comes_back()
            await stage.settled()

    assert (await stage.round()).status is RoundStatus.WRITTEN
    assert [line["attempt"] for line in logs if line["event"] == "writing.leased"] == [1]


async def test_rounds_asked_for_while_the_servers_are_away_for_a_while_are_written_after_that(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "LOOK_SECONDS", 0.05)
    with capture_logs() as logs:
        async with working(stage.worker(tgi)):
            await stage.ask("one", takes=1)
            await stage.settled()
            await server.goes_away()
            await stage.ask("two", takes=1)
            await stage.ask("three", takes=1)
            await stage.sees(lambda: any(line["event"] == "writing.no_server" for line in logs))
            await asyncio.sleep(1)  # each attempt would be over in a tenth of that
            assert len(stage.gallery.ended) == 1
            await server.comes_back()
            await stage.settled(3)

    assert {(await stage.round(room)).status for room in ("two", "three")} == {RoundStatus.WRITTEN}
    assert max(line["attempt"] for line in logs if line["event"] == "writing.leased") <= 2


async def test_a_round_under_way_when_the_last_server_goes_spends_no_attempt_by_it(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "LOOK_SECONDS", 0.05)
    stage.queue._attempts = stage.attempts = 1
    server.pause = 0.01
    await stage.ask(takes=1)
    with capture_logs() as logs:
        async with working(stage.worker(tgi)):
            await stage.sees(lambda: any(len(each) > 9 for each in stage.gallery.texts.values()))
            await server.goes_away()
            await stage.sees(lambda: any(line["event"] == "writing.spared" for line in logs))
            server.pause = 0
            await server.comes_back()
            await stage.settled()

    assert (await stage.round()).status is RoundStatus.WRITTEN
    assert [line["attempt"] for line in logs if line["event"] == "writing.leased"] == [1, 1]


async def test_a_dead_server_beside_a_good_one_costs_no_attempt(stage: Stage, server: ScriptedTgi) -> None:
    urls = [f"http://127.0.0.1:{free_port()}", server.url]
    await stage.ask("one")
    await stage.ask("two")
    async with TgiClient(urls) as tgi:
        with capture_logs() as logs:
            async with working(stage.worker(tgi)):
                await stage.settled(2)

    assert [line["attempt"] for line in logs if line["event"] == "writing.leased"] == [1, 1]


def test_a_time_limit_says_busy_and_is_waited_out_longer_than_what_is_gone() -> None:
    late = failures.writing_error(TimedOut("first_token", 60))
    later = failures.writing_error(NoEndpoint(["it keeps failing"], late=True))
    gone = failures.writing_error(TimedOut("connect", 5))

    assert (late.code, later.code, gone.code) == ("writer_busy", "writer_busy", "writer_unavailable")
    assert [failures.pause_before(attempt, late) for attempt in (1, 2, 3)] == [20, 60, 60]
    assert [failures.pause_before(attempt, gone) for attempt in (1, 2, 3)] == [2, 6, 18]


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


async def test_a_round_whose_attempts_are_spent_gets_an_apology(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask()
    for _ in range(stage.attempts):
        lease = await stage.queue.lease()
        assert lease is not None
        await stage.queue.defer(lease, 0)
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert (await stage.round()).failure == "writer_failed"


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
