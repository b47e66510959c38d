"""A short run of everything at once, in the test suite. `python -m tests.chaos` makes long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.evidence import save
from tests.chaos.offers import ASKS
from tests.chaos.run import Options, run

# Processes: not at the same time as others of the kind; and the machine may be slow to start seven.
pytestmark = [pytest.mark.xdist_group("end to end"), pytest.mark.timeout(300)]

SEED = 396  # Redis and a gateway are killed, a worker frozen for longer than its lease, wires fail


async def test_every_promise_is_kept_through_a_short_run_of_faults(tmp_path: Path) -> None:
    said: list[str] = []
    options = Options(
        seed=SEED,
        rounds=15,
        folder=tmp_path / "run",
        rooms=3,
        seconds=30,
        rest_seconds=60,
        without=("half_open",),  # a caller may take a minute to find that out
        say=said.append,
    )
    evidence = await run(options)
    save(evidence, tmp_path / "run" / "evidence")
    story = "\n".join([*said, f"replay: python -m tests.chaos --seed {SEED} --rounds 15 --without half_open"])
    assert check(evidence) == {}, story
    struck = {each.kind for each in evidence.windows}
    assert len(struck) >= 3, story
    asked = [one for room in evidence.rooms for one in room.lived if one.event["type"] == "RoundAsked"]
    assert len(asked) >= 3, story
    assert {one.what for one in evidence.asked if one.id in {each.operation for each in asked}} <= ASKS
    assert sum(one.answered_at is not None for one in evidence.asked) >= 20, story
