"""Rooms as people left them, and the check that a log holds together."""

from __future__ import annotations

from bot.rooms import Rooms
from bot.store import RoomStore
from bot.story import Room, replay
from bot.story.commands import Command
from tests.bot.building import add_premise, ask_round, open_room, record_take


async def acted(rooms: Rooms, *commands: Command) -> Room:
    """The room after commands, each an operation of its own, that are all carried out."""
    room: Room | None = None
    for number, command in enumerate(commands):
        outcome = await rooms.act("room", command, operation=f"op{number}")
        assert outcome.refusal is None, outcome.refusal
        room = outcome.room
    assert room is not None
    return room


async def with_takes(rooms: Rooms) -> Room:
    return await acted(
        rooms,
        open_room(),
        add_premise("A well-digger"),
        ask_round(),
        record_take(1, 0),
        record_take(1, 1, "A man fills a well."),
    )


async def check_log(store: RoomStore) -> None:
    entries = [entry async for entry in store.log("room")]
    assert replay(entry.event for entry in entries) == (await store.load("room")).room
