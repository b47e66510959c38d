"""What keeping parts and choosing a structure form change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import PartsLocked, StructureChosen
from bot.story.evolving.changes import Change
from bot.story.room import Room


def _locked(room: Room, event: PartsLocked) -> dict[str, Any]:
    return {
        "drafts": tuple(
            one.model_copy(update={"locked": event.parts}) if one.number == event.draft else one
            for one in room.drafts
        )
    }


def _structure(_: Room, event: StructureChosen) -> dict[str, Any]:
    return {"structure": event.structure}


CHANGES: Final[dict[type[Any], Change]] = {
    PartsLocked: _locked,
    StructureChosen: _structure,
}
