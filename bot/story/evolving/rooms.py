"""What opening, showing, locking and closing change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import BoardPlaced, RoomClosed, RoomLocked, RoomOpened, RoomReopened
from bot.story.evolving.changes import Change, who
from bot.story.room import Room, RoomStatus


def opened(event: RoomOpened) -> Room:
    """A room at its first revision."""
    opener = who(event)
    return Room(
        id=event.room,
        guild=event.guild,
        revision=1,
        opened_by=opener.id,
        opened_at=event.at,
        changed_at=event.at,
        preset=event.preset,
        brief=event.brief,
        imports=event.imports,
        people={opener.id: opener.name} | {one.by.id: one.by.name for one in event.imports},
    )


def _board_placed(_: Room, event: BoardPlaced) -> dict[str, Any]:
    return {"board": event.message}


def _locked(_: Room, event: RoomLocked) -> dict[str, Any]:
    return {"status": RoomStatus.LOCKED, "canon": event.draft}


def _closed(_: Room, __: RoomClosed) -> dict[str, Any]:
    return {"status": RoomStatus.CLOSED}


def _reopened(_: Room, __: RoomReopened) -> dict[str, Any]:
    return {"status": RoomStatus.OPEN, "canon": None}


CHANGES: Final[dict[type[Any], Change]] = {
    BoardPlaced: _board_placed,
    RoomLocked: _locked,
    RoomClosed: _closed,
    RoomReopened: _reopened,
}
