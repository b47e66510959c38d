"""The command as it is typed, with the small model started by itself: two briefs, both sides."""

from __future__ import annotations

import json
from pathlib import Path

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
