"""`storyroom check --plan` as an operator runs it: its lines, its exit code, one sentence for a bad file."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.bot.check.small_tgi import SmallTgi
from tests.bot.check.test_planned import AS_PLANNED, plan_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_of()), encoding="utf-8")
    return path


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    path = tmp_path / "torn.json"
    path.write_text(json.dumps(plan_of())[:200], encoding="utf-8")
    return path


async def check(folder: Path, plan: Path, settings: Settings) -> tuple[int, list[str], list[str]]:
    """The exit code, and the lines of standard output and error."""
    told = {
        "STORYROOM_DISCORD_TOKEN": settings.discord_token.get_secret_value(),
        "STORYROOM_DISCORD_API": settings.discord_api,
        "STORYROOM_DISCORD_GATEWAY": settings.discord_gateway,
        "STORYROOM_REDIS_URL": settings.redis_url,
        "STORYROOM_TGI_URLS": ",".join(settings.tgi_urls),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--plan", str(plan)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode().splitlines(), err.decode().splitlines()


async def test_the_planned_server_passes(plan: Path, synced: Settings, tgi: SmallTgi) -> None:
    tgi.info |= AS_PLANNED
    code, lines, errors = await check(plan.parent, plan, synced)
    assert (code, errors) == (0, [])
    assert any("is as planned: opt-175b" in line for line in lines)


async def test_another_server_fails_and_each_difference_is_a_line(
    plan: Path, synced: Settings, tgi: SmallTgi
) -> None:
    tgi.info |= {**AS_PLANNED, "model_id": "/weights/opt-66b", "max_concurrent_requests": 8}
    code, lines, errors = await check(plan.parent, plan, synced)
    assert (code, errors) == (1, [])
    missing = [line for line in lines if line.startswith("missing ")]
    assert ["opt-66b" in missing[0], "--max-concurrent-requests=64" in missing[1]] == [True, True]
    assert lines[-1].startswith("Missing: 2.")


async def test_a_torn_plan_is_one_sentence_before_anything_is_asked(
    torn: Path, settings: Settings, tgi: SmallTgi
) -> None:
    code, lines, (error,) = await check(torn.parent, torn, settings)
    assert (code, lines) == (78, [])
    assert "is no whole plan" in error
    assert tgi.generated == []
