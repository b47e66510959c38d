"""What fails is tried again where that may help, and costs an attempt only where the round is at fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.story.rounds import RoundStatus
from bot.writing import failures
from tests.bot.writing.scripted_tgi import (
    Answer,
    ScriptedTgi,
    breaks_after,
    html,
    overloaded,
    refuses,
    silent,
)
from tests.bot.writing.stage import Stage, working
from tests.redis_server import free_port
from tgi.client import Breaking, Budgets, Retry, TgiClient
from tgi.errors import NoEndpoint, TimedOut


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
        (lambda: breaks_after(3), ("writer_unavailable", 6)),  # each attempt goes on twice; the breaker opens
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
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
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
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
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
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
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


async def test_while_a_slow_look_keeps_the_breaker_open_rounds_wait_and_spend_no_attempt(
    stage: Stage, server: ScriptedTgi
) -> None:
    await stage.ask(takes=1)
    await server.goes_away()
    budgets = Budgets(connect=1, answer=5, probe=0.2)
    at_once = Breaking(in_a_row=1, cool_down=1.5, cap=1.5)
    async with TgiClient([server.url], budgets=budgets, retry=Retry(attempts=1), breaking=at_once) as tgi:
        with capture_logs() as logs:
            async with working(stage.worker(tgi)):
                await stage.sees(lambda: any(line["event"] == "writing.no_server" for line in logs))
                server.answers = [silent()]
                await server.comes_back()
                await stage.settled()

    assert (await stage.round()).status is RoundStatus.WRITTEN
    assert [line["attempt"] for line in logs if line["event"] == "writing.leased"] == [1]


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


async def test_a_round_whose_attempts_are_spent_gets_an_apology(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask()
    for _ in range(stage.attempts):
        lease = await stage.queue.lease()
        assert lease is not None
        await stage.queue.defer(lease, 0)
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert (await stage.round()).failure == "writer_failed"


async def test_a_round_whose_attempts_were_spent_by_servers_going_away_says_so(
    stage: Stage, tgi: TgiClient
) -> None:
    await stage.ask()
    for _ in range(3 + stage.attempts):  # three are spared
        lease = await stage.queue.lease()
        assert lease is not None
        await stage.queue.spare(lease, 0)
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert (await stage.round()).failure == "writer_unavailable"
