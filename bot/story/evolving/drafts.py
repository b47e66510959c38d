"""What adopting a take and going back to a draft change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import DraftAdopted, DraftChosen
from bot.story.evolving.changes import Change, who
from bot.story.room import Draft, Room


def _adopted(room: Room, event: DraftAdopted) -> dict[str, Any]:
    draft = Draft(
        number=event.draft,
        parent=event.parent,
        round=event.round,
        take=event.take,
        adopted_by=who(event).id,
        revision=room.revision + 1,
    )
    return {"drafts": (*room.drafts, draft), "current": event.draft}


def _chosen(_: Room, event: DraftChosen) -> dict[str, Any]:
    return {"current": event.draft}


CHANGES: Final[dict[type[Any], Change]] = {
    DraftAdopted: _adopted,
    DraftChosen: _chosen,
}
