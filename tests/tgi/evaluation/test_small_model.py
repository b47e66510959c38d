"""The command as it is typed, with the small model started by itself: two briefs, both sides."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.tgi.evaluation.at_hand import WELL
from tests.tgi.evaluation.test_command import briefs, evaluate
from tests.tgi.server.conftest import needs_model

pytestmark = [*needs_model, pytest.mark.timeout(400)]


async def test_two_briefs_are_written_by_both_sides_on_the_small_model(tmp_path: Path) -> None:
    two = briefs(
        tmp_path,
        WELL | {"words": 60},
        WELL | {"id": "two", "words": 60, "premises": [{"kind": "character", "text": "Bo Okafor, a cook"}]},
    )
    code, told, errors = await evaluate(
        "--briefs", two, "--json", tmp_path / "out.json", "--seeds", "1", "--at-once", "2"
    )
    assert code == 0, errors
    whole = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert "SmolLM2-135M" in whole["model"]
    assert whole["programs"]["names_used"] == 1
    assert whole["programs"]["length_within_20"] == 1
    assert whole["programs"]["loops"] == whole["programs"]["leakage"] == 0
    assert whole["programs"]["tokens"] > 0
    assert len(whole["seed_prompt"]["texts"]) == 2
    assert "names used: programs 100.0%" in told


async def test_an_evaluation_that_is_told_to_end_takes_its_server_with_it(tmp_path: Path) -> None:
    path = briefs(tmp_path, WELL | {"words": 600})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tgi", "evaluate", "--briefs", path, "--json", tmp_path / "out.json")
    )
    async with asyncio.timeout(100):
        while not (servers := psutil.Process(process.pid).children()):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 128 + signal.SIGTERM
    assert not any(server.is_running() for server in servers)
