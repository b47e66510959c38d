"""No guild is served much more than another that waits, whatever happens (see docs/fairness.md)."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from bot.store import connect
from tests.bot.store.fairness.machine import Capped, Fair

RUNS = settings(max_examples=15, stateful_step_count=40, deadline=None, derandomize=True)


@pytest.mark.parametrize("machine", [Fair, Capped])
def test_shares_hold_under_whatever_people_and_workers_do(redis_url: str, machine: type[Fair]) -> None:
    with asyncio.Runner() as runner:
        redis = connect(redis_url)
        run_state_machine_as_test(lambda: machine(redis, runner), settings=RUNS)  # type: ignore[arg-type]  # a factory will do
        runner.run(redis.aclose())
