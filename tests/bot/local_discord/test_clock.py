from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_discord.clock import Clock
from tests.bot.local_discord.test_clocks import Hand

DELAYS = st.lists(st.floats(0, 1000), max_size=20)
STEPS = st.lists(st.floats(0, 1000), max_size=20)


@given(delays=DELAYS, steps=STEPS)
def test_what_is_due_happens_in_order_each_at_its_own_time(delays: list[float], steps: list[float]) -> None:
    async def scene() -> None:
        hand = Hand()
        clock = Clock(hand)
        began = clock()
        rung: list[tuple[float, float]] = []
        for delay in delays:
            clock.call_later(delay, lambda due=began + delay: rung.append((due, clock())))  # type: ignore[misc] # a default argument's type is not inferred
        moved = 0.0
        for step in steps:
            clock.advance(step)
            moved += step
            assert clock() == pytest.approx(began + moved, abs=1e-3)
        dues = [due for due, _ in rung]
        assert dues == sorted(dues)
        assert all(at == pytest.approx(due, abs=1e-3) for due, at in rung)
        left = [delay for delay in delays if delay > moved + 1e-3]
        assert len(rung) >= len([delay for delay in delays if delay < moved - 1e-3])
        assert len(rung) <= len(delays) - len(left)
        clock.close()

    asyncio.run(scene())


@given(delays=st.lists(st.floats(0, 100), min_size=1, max_size=20), cancelled=st.sets(st.integers(0, 19)))
def test_what_is_cancelled_never_happens(delays: list[float], cancelled: set[int]) -> None:
    async def scene() -> None:
        clock = Clock(Hand())
        rung: list[int] = []
        timers = [
            clock.call_later(delay, lambda one=number: rung.append(one))  # type: ignore[misc] # as above
            for number, delay in enumerate(delays)
        ]
        for number in cancelled & set(range(len(delays))):
            timers[number].cancel()
        clock.advance(101)
        assert sorted(rung) == [number for number in range(len(delays)) if number not in cancelled]
        clock.close()

    asyncio.run(scene())


async def test_a_timer_that_sets_another_is_followed_up_in_one_advance() -> None:
    clock = Clock(Hand())
    began = clock()
    times: list[float] = []

    def again() -> None:
        times.append(clock() - began)
        clock.call_later(10, again)

    clock.call_later(10, again)
    clock.advance(35)
    assert times == pytest.approx([10, 20, 30])
    clock.close()


async def test_a_timer_rings_by_itself() -> None:
    clock = Clock()
    rung = asyncio.Event()
    clock.call_later(0.02, rung.set)
    await asyncio.wait_for(rung.wait(), 2)
    clock.close()


async def test_an_error_in_one_timer_does_not_stop_the_others() -> None:
    clock = Clock()
    seen: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))
    rung = asyncio.Event()

    def broken() -> None:
        raise ZeroDivisionError

    clock.call_later(0.01, broken)
    clock.call_later(0.01, rung.set)
    await asyncio.wait_for(rung.wait(), 2)
    assert [type(one["exception"]) for one in seen] == [ZeroDivisionError]
    clock.close()


async def test_who_sleeps_wakes_when_the_clock_is_moved_or_closed() -> None:
    clock = Clock(Hand())
    first = asyncio.create_task(clock.sleep(60))
    second = asyncio.create_task(clock.sleep(120))
    await asyncio.sleep(0)
    clock.advance(60)
    await asyncio.wait_for(first, 1)
    assert not second.done()
    clock.close()
    await asyncio.wait_for(second, 1)
    assert not clock._timers
