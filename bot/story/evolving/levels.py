"""What keeping parts and choosing a structure form change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import PartsLocked, StructureChosen
from bot.story.evolving.changes import Change, with_one
from bot.story.room import Room


def _locked(room: Room, event: PartsLocked) -> dict[str, Any]:
    return {"drafts": with_one(room.drafts, event.draft, locked=event.parts)}


def _structure(_: Room, event: StructureChosen) -> dict[str, Any]:
    return {"structure": event.structure}


CHANGES: Final[dict[type[Any], Change]] = {
    PartsLocked: _locked,
    StructureChosen: _structure,
}
