"""What taking an act back changes."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import ActUndone, DraftsRestored, PremiseRestored
from bot.story.evolving.cards import card_with
from bot.story.evolving.changes import Change, known
from bot.story.room import Room


def _undone(_: Room, __: ActUndone) -> dict[str, Any]:
    return {}


def _drafts_restored(room: Room, event: DraftsRestored) -> dict[str, Any]:
    named = (event.current, event.taken_back, *event.in_force.values())
    for number in named:
        if number is not None:
            known(room.draft(number), "draft", number)
    drafts = tuple(
        one.model_copy(
            update={
                "taken_back": one.number != event.current
                and (one.taken_back or one.number == event.taken_back)
            }
        )
        for one in room.drafts
    )
    return {"drafts": drafts, "current": event.current, "in_force": event.in_force}


def _premise_restored(room: Room, event: PremiseRestored) -> dict[str, Any]:
    return card_with(room, event.premise, withdrawn=False, withdrawn_at=0)


CHANGES: Final[dict[type[Any], Change]] = {
    ActUndone: _undone,
    DraftsRestored: _drafts_restored,
    PremiseRestored: _premise_restored,
}
