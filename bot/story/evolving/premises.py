"""What bringing, changing and withdrawing a premise change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.brief import Premise
from bot.story.events import PremiseAdded, PremiseEdited, PremiseWithdrawn
from bot.story.evolving.changes import Change, who
from bot.story.room import Room


def _added(room: Room, event: PremiseAdded) -> dict[str, Any]:
    added_by = who(event).id
    author = event.author.id if event.author else added_by
    premise = Premise(id=event.premise, kind=event.kind, text=event.text, author=author, added_by=added_by)
    return {"premises": (*room.premises, premise)}


def _edited(room: Room, event: PremiseEdited) -> dict[str, Any]:
    return premise_with(room, event.premise, kind=event.kind, text=event.text)


def _withdrawn(room: Room, event: PremiseWithdrawn) -> dict[str, Any]:
    return premise_with(room, event.premise, withdrawn=True)


def premise_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    """The room's premises with one of them changed."""
    return {
        "premises": tuple(
            one.model_copy(update=changes) if one.id == number else one for one in room.premises
        )
    }


CHANGES: Final[dict[type[Any], Change]] = {
    PremiseAdded: _added,
    PremiseEdited: _edited,
    PremiseWithdrawn: _withdrawn,
}
