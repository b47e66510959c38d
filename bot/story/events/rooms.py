"""A room opened, shown, locked, closed and opened again."""

from __future__ import annotations

from typing import Literal

from bot.story.brief import Brief
from bot.story.events.happening import Happening
from bot.story.room import Import, Preset


class RoomOpened(Happening):
    """A thread became a room."""

    type: Literal["RoomOpened"] = "RoomOpened"
    room: str
    guild: str
    preset: Preset
    brief: Brief
    imports: tuple[Import, ...] = ()  # where the room was made from an export: each time


class BoardPlaced(Happening):
    """The board has its message."""

    type: Literal["BoardPlaced"] = "BoardPlaced"
    message: str


class RoomLocked(Happening):
    """A draft became canon."""

    type: Literal["RoomLocked"] = "RoomLocked"
    draft: int


class RoomClosed(Happening):
    """The room ended without a canon."""

    type: Literal["RoomClosed"] = "RoomClosed"


class RoomReopened(Happening):
    """The room takes work again."""

    type: Literal["RoomReopened"] = "RoomReopened"
