"""A room whose old events are in the archive: all goes on, and without the archive it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import Archive, Archiver, Kept
from bot.store.keys import Keys
from bot.words import words
from tests.bot.chat.asides import EN
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage

MISSING = "error.archive_missing"


@pytest.fixture
async def at_hand(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the bot reads the archive in."""
    monkeypatch.setenv("STORYROOM_ARCHIVE", str(tmp_path))
    await stage.restart()
    return tmp_path


async def archived(redis: Redis, folder: Path, room: str) -> None:
    """All but the last event of a room goes to the folder."""
    done = await Archiver(redis, Archive(folder), keys=Keys(), days=90).archive(room, Kept(events=1))
    assert done.taken_out > 1


async def test_with_the_archive_at_hand_nobody_notices(
    at_hand: Path, ana: Person, bo: Person, redis: Redis
) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.board(room, "A valley without rain")
    await archived(redis, at_hand, room)
    sent = await bo.command(room, "export")
    await bo.private("Here it is", to=sent)
    await ana.command(room, "undo")
    await ana.sees("took back", room)


async def test_without_it_who_asks_is_told_what_is_missing_and_the_room_works(
    ana: Person, chen: Person, redis: Redis, tmp_path: Path
) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.board(room, "A valley without rain")
    await archived(redis, tmp_path, room)
    for command in ("export", "undo"):
        sent = await ana.command(room, command)
        await ana.private(EN.say(MISSING), to=sent)
    await chen.private(words("zh-CN").say(MISSING), to=await chen.command(room, "export"))
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    await ana.board(room, "The well answers")
