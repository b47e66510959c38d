"""Gateway processes over four shards, restarted and frozen while people press: each is answered once."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import build
from bot.local_discord.parts import Options
from bot.settings import Settings
from bot.story.events import PremiseAdded
from tests.bot.chat.gateway.pressing import Busy, Press, people
from tests.end_to_end.processes import World, world

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
SHARDS = 4
LEASE_SECONDS = 2.0
GATEWAY = {
    "STORYROOM_SHARDS": str(SHARDS),
    "STORYROOM_SHARD_IDS": "leased",
    "STORYROOM_SHARD_LEASE_SECONDS": str(LEASE_SECONDS),
    "STORYROOM_WORKER": "false",
}


@pytest.fixture
async def around(redis_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(redis_url, tmp_path, Options(max_concurrency=SHARDS)) as everything:
        await everything.sync()
        yield everything


def logged(folder: Path, event: str) -> list[dict[str, Any]]:
    """Lines of the log, into which several processes write: two may stand on one line."""
    text, found, place = (folder / "bot.log").read_text("utf-8"), [], 0
    while (place := text.find("{", place)) >= 0:
        line, place = json.JSONDecoder().raw_decode(text, place)
        found.append(line)
    return [line for line in found if line["event"] == event]


async def written(redis_url: str, busy: Busy) -> Counter[str]:
    """The premises in a room's log."""
    async with build(Settings(_env_file=None, redis_url=redis_url)) as app:
        events = await app.rooms.events(busy.room)
    return Counter(event.text for event in events if isinstance(event, PremiseAdded))


async def test_a_rolling_restart_answers_every_press_once_and_so_does_a_gateway_that_freezes_or_dies(
    around: World, redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = [await around.start("run", **GATEWAY) for _ in range(2)]
    crowd = await people(around, SHARDS)
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for busy in crowd:
            group.create_task(busy.go_on(enough))
        for number, old in enumerate(running):
            old.terminate()
            assert await asyncio.wait_for(old.wait(), 20) == 0
            running[number] = await around.start("run", **GATEWAY)
        restarted = time.monotonic()
        running[0].send_signal(signal.SIGSTOP)
        await asyncio.sleep(LEASE_SECONDS + 2)
        running[0].send_signal(signal.SIGCONT)
        await asyncio.sleep(LEASE_SECONDS)  # they share again
        running[1].kill()
        await asyncio.sleep(LEASE_SECONDS + 1)
        enough.set()
    running[0].terminate()
    assert await asyncio.wait_for(running[0].wait(), 20) == 0

    presses = [press for busy in crowd for press in busy.presses]
    rolling = [press for press in presses if press.at + press.seconds < restarted]
    assert len(rolling) > 20
    assert [press for press in rolling if not press.answered] == []
    lost = [press for press in presses if not press.answered]
    # Whoever waits for an answer presses nothing else: one press, perhaps two, of each shard that was frozen.
    assert len(lost) <= 2 * SHARDS
    for busy in crowd:
        kept = await written(redis_url, busy)
        assert set(kept.values()) == {1}
        assert {press.text for press in busy.presses if press.answered} <= set(kept)
    assert len(logged(tmp_path, "gateway.lost_lease")) >= 1
    callbacks = around.local.parts.ledger.find(route=CALLBACK)
    taken = Counter(
        entry.path.split("/interactions/")[1].split("/")[0] for entry in callbacks if entry.status < 300
    )
    assert {press.operation for press in presses if press.answered} <= set(taken)
    assert set(taken.values()) == {1}
    with capsys.disabled():
        print(_told(rolling, lost))  # noqa: T201 - the figures are worth reading


def _told(rolling: list[Press], lost: list[Press]) -> str:
    slow = sorted(press.seconds for press in rolling)
    return (
        f"\n{len(rolling)} presses in a rolling restart: p50 {slow[len(slow) // 2] * 1000:.0f} ms, "
        f"longest {slow[-1] * 1000:.0f} ms; {len(lost)} lost to a gateway that froze or died"
    )
