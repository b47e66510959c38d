"""`storyroom archive` as an operator meets it: a whole process, its exit code, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.errors import ArchiveMissing
from bot.rooms import Rooms
from bot.store import Archive, Queue, Relay, RoomStore
from bot.store.keys import Keys
from tests.bot.building import add_premise, ask_round, open_room

ROOT = Path(__file__).parents[2]
ROOM = "1100000000000000099"
EVENTS = 40

Archiving = Callable[..., tuple[int, str]]


@pytest.fixture
def archiving(redis_url: str, tmp_path: Path) -> Archiving:
    """Run the command in an empty folder, with these settings alone; its exit code and all it says."""

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("STORYROOM_")}
        done = subprocess.run(
            [sys.executable, "-m", "bot", "archive", *arguments],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": str(ROOT), "STORYROOM_REDIS_URL": redis_url} | settings,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def rooms_of(redis: Redis, archive: Archive | None = None) -> Rooms:
    keys = Keys()
    queue = Queue(redis, keys=keys, lease_seconds=30, attempts=3, token=lambda: "token")
    return Rooms(RoomStore(redis, keys=keys, days=90, archive=archive), queue, Relay(redis, queue, keys=keys))


async def test_events_go_to_the_folder_and_the_room_comes_back_from_it(
    redis: Redis, archiving: Archiving, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    set_so = {"STORYROOM_ARCHIVE": str(folder)}
    rooms = rooms_of(redis, Archive(folder))
    await rooms.act(ROOM, open_room(ROOM), operation="open")
    for number in range(1, EVENTS):
        await rooms.act(ROOM, add_premise(f"Card {number}"), operation=f"op{number}")
    log, room = await rooms.events(ROOM), await rooms.read(ROOM)

    done = archiving("--keep", "10", **set_so)
    assert done == (0, f"1 of 1 rooms: 30 events written to {folder}, 30 taken out of Redis.\n")
    assert await rooms.events(ROOM) == log
    with pytest.raises(ArchiveMissing):
        await rooms_of(redis).events(ROOM)

    code, said = archiving("--to", str(tmp_path / "another"), "--keep", "0", **set_so)
    assert code == 1
    assert "the bot cannot read what is archived there" in said
    assert f"Room {ROOM} stays as it is: the first 30 events of room {ROOM} are not in" in said

    await rooms.act(ROOM, ask_round(), operation="ask")
    log, room = await rooms.events(ROOM), await rooms.read(ROOM)
    archiving("--keep", "0", "--expiring", "365", **set_so)
    await RoomStore(redis, keys=Keys(), days=90).delete(ROOM)
    code, said = archiving("--back", ROOM, **set_so)
    assert code == 0
    assert said == (
        f"Room {ROOM} is back in Redis as it stood at revision {EVENTS + 1}, the last one that is archived. "
        "Whatever happened in it after that is lost.\n"
        "It has open rounds, which are written again: 1.\n"
    )
    assert await rooms_of(redis).events(ROOM) == log
    assert await rooms_of(redis).read(ROOM) == room


def test_what_is_missing_is_one_sentence(archiving: Archiving, tmp_path: Path) -> None:
    code, said = archiving()
    assert code == 78
    assert said == "Name the folder with --to, or better in STORYROOM_ARCHIVE, where the bot reads it too.\n"
    code, said = archiving("--to", str(tmp_path), STORYROOM_REDIS_URL="redis://127.0.0.1:1/0")
    assert code == 69
    assert "Traceback" not in said
