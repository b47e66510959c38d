"""What bringing, changing and withdrawing a premise change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.bible import VERSIONS_KEPT
from bot.story.brief import Premise
from bot.story.events import PremiseAdded, PremiseEdited, PremiseWithdrawn
from bot.story.evolving.cards import card_with, version_of
from bot.story.evolving.changes import Change, who
from bot.story.room import Room


def _added(room: Room, event: PremiseAdded) -> dict[str, Any]:
    added_by = who(event).id
    premise = Premise(
        id=event.premise,
        kind=event.kind,
        text=event.text,
        author=event.author.id if event.author else added_by,
        added_by=added_by,
        name=event.name,
        aliases=event.aliases,
        details=event.details,
        versions=(version_of(room, event),),
    )
    return {"premises": (*room.premises, premise)}


def _edited(room: Room, event: PremiseEdited) -> dict[str, Any]:
    named = {"name": event.name, "aliases": event.aliases, "details": event.details}
    changed = {field: value for field, value in named.items() if value is not None}
    premise = room.premise(event.premise)
    versions = (*(premise.versions if premise else ()), version_of(room, event))
    return card_with(
        room, event.premise, kind=event.kind, text=event.text, versions=versions[-VERSIONS_KEPT:], **changed
    )


def _withdrawn(room: Room, event: PremiseWithdrawn) -> dict[str, Any]:
    return card_with(room, event.premise, withdrawn=True, withdrawn_at=room.revision + 1)


CHANGES: Final[dict[type[Any], Change]] = {
    PremiseAdded: _added,
    PremiseEdited: _edited,
    PremiseWithdrawn: _withdrawn,
}
