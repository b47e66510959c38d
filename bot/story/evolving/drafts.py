"""What adopting a take and going back to a draft change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import DraftAdopted, DraftChosen, DraftEdited
from bot.story.evolving.changes import BrokenLog, Change, known, who, with_one
from bot.story.parts import parts_of
from bot.story.room import Draft, Room
from bot.story.rounds import Round
from bot.story.works import PIECEWISE


def _adopted(room: Room, event: DraftAdopted) -> dict[str, Any]:
    one = room.round(event.round)
    if one is None:
        raise BrokenLog(f"DraftAdopted of round {event.round}, which nobody asked for")
    draft = Draft(
        number=event.draft,
        parent=event.parent,
        round=event.round,
        take=event.take,
        adopted_by=who(event).id,
        revision=room.revision + 1,
        level=one.level,
        rests_on=_rests_on(room, one),
        locked=one.locked,
    )
    return {"drafts": (*room.drafts, draft), **in_force(room, draft)}


def _rests_on(room: Room, one: Round) -> int | None:
    """The draft of another level that a take rests on; the parts it has kept still rest on what they did."""
    parent = room.draft(one.draft)
    piecewise = one.work is not None and one.work.kind in PIECEWISE
    return parent.rests_on if parent and piecewise else one.source


def _edited(room: Room, event: DraftEdited) -> dict[str, Any]:
    parent = _known(room, event.parent)
    draft = Draft(
        number=event.draft,
        parent=parent.number,
        text=event.text,
        adopted_by=who(event).id,
        revision=room.revision + 1,
        level=parent.level,
        rests_on=parent.rests_on,
        locked=_still_locked(room, parent, event.text),
    )
    return {"drafts": (*room.drafts, draft), **in_force(room, draft)}


def _chosen(room: Room, event: DraftChosen) -> dict[str, Any]:
    draft = _known(room, event.draft)
    changes = in_force(room, draft)
    if draft.taken_back:
        changes["drafts"] = with_one(room.drafts, draft.number, taken_back=False)
    return changes


def in_force(room: Room, draft: Draft) -> dict[str, Any]:
    """The changes that make a draft the current one, and the one in force at its level."""
    return {"current": draft.number, "in_force": {**room.in_force, draft.level: draft.number}}


def _still_locked(room: Room, parent: Draft, text: str) -> tuple[int, ...]:
    """The locked parts that the new text still has, wherever they stand in it now."""
    parts = parts_of(parent.level, room.text_of(parent))
    kept = {part.said for part in parts if part.number in parent.locked}
    return tuple(part.number for part in parts_of(parent.level, text) if part.said in kept)


def _known(room: Room, number: int) -> Draft:
    return known(room.draft(number), "draft", number)


CHANGES: Final[dict[type[Any], Change]] = {
    DraftAdopted: _adopted,
    DraftChosen: _chosen,
    DraftEdited: _edited,
}
