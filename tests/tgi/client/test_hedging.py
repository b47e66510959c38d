from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgi.client import Hedge
from tgi.client.hedging import FirstTokens, race


class Runner:
    """A coroutine that brings its name, or fails, after so many seconds; it says whether it was cancelled."""

    def __init__(self, name: str, seconds: float, failure: Exception | None = None) -> None:
        self.name = name
        self.seconds = seconds
        self.failure = failure
        self.begun = False
        self.cancelled = False

    async def run(self) -> str:
        self.begun = True
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.failure is not None:
            raise self.failure
        return self.name


async def run(first: Runner, second: Runner | None, patience: float = 0.02) -> tuple[str, bool, list[str]]:
    dropped: list[str] = []

    def other() -> Coroutine[Any, Any, str] | None:
        return None if second is None else second.run()

    name, hedged = await race(first.run(), other, patience=patience, drop=dropped.append)
    return name, hedged, dropped


async def test_a_first_that_is_in_time_has_no_rival() -> None:
    second = Runner("second", 0)
    assert await run(Runner("first", 0), second) == ("first", False, [])
    assert not second.begun


async def test_the_second_wins_where_the_first_is_late_and_the_first_is_cancelled() -> None:
    first = Runner("first", 5)
    assert await run(first, Runner("second", 0)) == ("second", True, [])
    assert first.cancelled


async def test_the_first_may_win_all_the_same_and_the_second_is_cancelled() -> None:
    second = Runner("second", 5)
    assert await run(Runner("first", 0.05), second) == ("first", False, [])
    assert second.cancelled


async def test_a_second_that_declines_leaves_the_first_alone() -> None:
    assert await run(Runner("first", 0.05), None) == ("first", False, [])


@pytest.mark.parametrize("which", ["first", "second"])
async def test_a_failure_loses_to_what_is_under_way(which: str) -> None:
    fails, brings = Runner("fails", 0.04, OSError()), Runner("brings", 0.1)
    first, second = (fails, brings) if which == "first" else (brings, fails)
    assert (await run(first, second))[0] == "brings"


async def test_where_both_fail_the_first_says_why() -> None:
    with pytest.raises(OSError, match="first"):
        await run(Runner("first", 0.04, OSError("first")), Runner("second", 0, OSError("second")))


async def test_a_race_that_is_cancelled_ends_both() -> None:
    first, second = Runner("first", 5), Runner("second", 5)
    task = asyncio.create_task(run(first, second))
    while not second.begun:  # noqa: ASYNC110 - the runner sets no event
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (first.cancelled, second.cancelled) == (True, True)


async def test_what_a_loser_brings_in_the_same_moment_is_dropped() -> None:
    together = asyncio.Event()

    async def brings(name: str) -> str:
        await together.wait()
        return name

    dropped: list[str] = []
    task = asyncio.create_task(
        race(brings("first"), lambda: brings("second"), patience=0.01, drop=dropped.append)
    )
    await asyncio.sleep(0.05)
    together.set()
    assert await task == ("first", False)
    assert dropped == ["second"]


@given(st.lists(st.floats(0, 100), min_size=20, max_size=400))
def test_patience_is_what_95_of_100_of_the_latest_streams_took_at_most(seconds: list[float]) -> None:
    known = FirstTokens()
    for each in seconds:
        known.add(each)
    latest = seconds[-200:]
    patience = known.patience(Hedge())
    assert patience in latest
    assert sum(each <= patience for each in latest) >= 0.95 * len(latest)
    assert sum(each < patience for each in latest) < 0.95 * len(latest)


def test_there_is_no_patience_to_speak_of_before_enough_is_known() -> None:
    known = FirstTokens()
    for _ in range(19):
        known.add(1.0)
    assert known.patience(Hedge(at_least=20)) is None
    assert known.patience(Hedge(after=3.0)) == 3.0


@pytest.mark.parametrize(
    "wrong", [{"share": 0}, {"share": 1.1}, {"after": 0}, {"quantile": 1}, {"at_least": 0}, {"at_least": 201}]
)
def test_a_hedge_that_could_not_work_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="hedge"):
        Hedge(**wrong)  # type: ignore[arg-type] # that is the point


async def test_whoever_leaves_while_the_loser_ends_leaves_no_winner_behind() -> None:
    dropped: list[str] = []
    ending = asyncio.Event()

    async def slow() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ending.set()
            await asyncio.sleep(0.01)
            raise
        return "slow"

    async def quick() -> str:
        return "quick"

    running = asyncio.create_task(race(slow(), quick, patience=0, drop=dropped.append))
    await ending.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert dropped == ["quick"]
