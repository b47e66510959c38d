from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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
