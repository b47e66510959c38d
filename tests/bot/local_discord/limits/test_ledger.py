from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.local_discord.limits.ledger import Ledger


def write(ledger: Ledger, route: str = "/gateway", status: int = 200, **more: Any) -> None:
    said: dict[str, Any] = {"time": 1.0, "method": "GET", "path": route, "code": 0, "took_ms": 0.1}
    ledger.write(route=route, status=status, **{**said, **more})


@given(kept=st.integers(1, 30), written=st.integers(0, 60), since=st.integers(0, 70))
def test_reading_since_a_number_gives_what_is_kept_after_it(kept: int, written: int, since: int) -> None:
    ledger = Ledger(kept)
    for _ in range(written):
        write(ledger)
    expected = [number for number in range(max(1, written - kept + 1), written + 1) if number > since]
    assert [one["number"] for one in ledger.read(since=since)] == expected


def test_entries_are_found_by_route_and_status() -> None:
    ledger = Ledger()
    write(ledger)
    write(ledger, status=429, bucket="x", scope="user", remaining=0)
    write(ledger, route="/users/@me")
    assert [one["number"] for one in ledger.read(route="GET /gateway")] == [1, 2]
    assert [one["number"] for one in ledger.read(status=200, limit=1)] == [1]
    (refused,) = ledger.read(route="GET /gateway", status=429)
    assert (refused["bucket"], refused["scope"], refused["remaining"], refused["fault"]) == (
        "x",
        "user",
        0,
        "",
    )


def test_what_is_not_built_is_counted_beyond_what_is_kept() -> None:
    ledger = Ledger(1)
    for route in ("/a", "/b", "/a"):
        write(ledger, route=route, status=501)
    write(ledger)
    assert ledger.unbuilt() == [{"route": "GET /a", "count": 2}, {"route": "GET /b", "count": 1}]
