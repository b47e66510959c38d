from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_discord.clock import Clock
from bot.local_discord.errors import RateLimited
from bot.local_discord.limits.ratelimit import EDIT_ROUTE, RateLimits
from bot.local_discord.snowflake import Snowflakes, isoformat


class Hand:
    """A clock that is moved by hand."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(min_value=-0.01, max_value=0.01), max_size=50))
def test_ids_grow_whatever_the_clock_does(steps: list[float]) -> None:
    clock = Hand()
    snowflakes = Snowflakes(clock)
    made = []
    for step in steps:
        clock.now += step
        made.append(int(snowflakes.make()))
    assert made == sorted(set(made))


def test_more_than_4096_ids_in_a_millisecond_still_grow() -> None:
    snowflakes = Snowflakes(Hand())
    made = [int(snowflakes.make()) for _ in range(10_000)]
    assert made == sorted(set(made))


def test_an_id_carries_its_time_since_2015() -> None:
    made = int(Snowflakes(Hand(1_420_070_400.0 + 1.5)).make())
    assert made >> 22 == 1500
    assert isoformat(1_420_070_400.0 + 1.5) == "2015-01-01T00:00:01.500000+00:00"


def test_a_window_begins_with_its_first_request_and_is_one_channels_own() -> None:
    hand = Hand()
    limits = RateLimits(Clock(hand))
    for _ in range(5):
        limits.take(EDIT_ROUTE, "1")
    hand.now += 4
    with pytest.raises(RateLimited) as refusal:
        limits.take(EDIT_ROUTE, "1")
    assert refusal.value.retry_after == 1.0
    assert limits.take(EDIT_ROUTE, "2")["X-RateLimit-Remaining"] == "4"
    hand.now += 1
    assert limits.take(EDIT_ROUTE, "1")["X-RateLimit-Remaining"] == "4"


def test_limits_can_be_off() -> None:
    limits = RateLimits(Clock(Hand()), enabled=False)
    assert [limits.take(EDIT_ROUTE, "1") for _ in range(9)] == [{}] * 9
