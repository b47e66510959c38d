from __future__ import annotations

from bot.local_discord.clock import Clock
from bot.local_discord.limits.bar import Bar
from bot.local_discord.limits.sizes import Limits, Size
from tests.bot.local_discord.test_clocks import Hand

SIZES = Limits(invalid=Size(limit=3, seconds=600), barred_seconds=60)


def test_three_invalid_requests_bar_the_address_and_no_other() -> None:
    hand = Hand()
    bar = Bar(Clock(hand))
    for status in (401, 403, 429):
        assert bar.left("a") == 0
        bar.count("a", status, "user", SIZES)
    assert (bar.left("a"), bar.left("b")) == (60, 0)
    hand.now += 60
    assert bar.left("a") == 0


def test_other_answers_and_shared_limits_do_not_count() -> None:
    bar = Bar(Clock(Hand()))
    for status, scope in [(200, ""), (404, ""), (400, ""), (500, ""), (429, "shared")] * 5:
        bar.count("a", status, scope, SIZES)
    assert (bar.left("a"), bar.read()) == (0, {})


def test_a_window_that_is_over_begins_anew() -> None:
    hand = Hand()
    bar = Bar(Clock(hand))
    bar.count("a", 403, "", SIZES)
    bar.count("a", 403, "", SIZES)
    hand.now += 600
    bar.count("a", 403, "", SIZES)
    assert bar.left("a") == 0
    assert bar.read() == {"a": {"invalid": 1, "barred": 0}}


def test_discords_own_bar_is_ten_thousand_in_ten_minutes() -> None:
    bar = Bar(Clock(Hand()))
    for _ in range(9_999):
        bar.count("a", 403, "", Limits())
    assert bar.left("a") == 0
    bar.count("a", 403, "", Limits())
    assert bar.left("a") == 3600


def test_a_bar_may_be_lifted() -> None:
    bar = Bar(Clock(Hand()))
    for _ in range(3):
        bar.count("a", 401, "", SIZES)
    bar.lift()
    assert bar.left("a") == 0


def test_addresses_that_are_over_are_forgotten() -> None:
    hand = Hand()
    bar = Bar(Clock(hand))
    for number in range(3000):
        hand.now += 10
        bar.count(str(number), 403, "", SIZES)
    assert len(bar.read()) <= 1000
