"""What locks, pins, secrets and the frame change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.bible import FRAME, Frame, Secret, Version
from bot.story.events import (
    CardLocked,
    CardOpened,
    CardPinned,
    CardUnlocked,
    DraftStillFine,
    FrameChanged,
    Happening,
    SecretDropped,
    SecretKept,
    Withheld,
)
from bot.story.evolving.changes import Change, who, with_one
from bot.story.room import Room


def version_of(room: Room, event: Happening) -> Version:
    """The version that an event makes of a card."""
    return Version(revision=room.revision + 1, at=event.at, by=who(event).id)


def card_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    """The room's cards with one of them changed; 0 is the frame."""
    if number == FRAME:
        return {"frame": room.frame.model_copy(update=changes)}
    return {
        "premises": tuple(
            one.model_copy(update=changes) if one.id == number else one for one in room.premises
        )
    }


def _locked(room: Room, event: CardLocked) -> dict[str, Any]:
    return card_with(room, event.premise, locked_by=who(event).id)


def _unlocked(room: Room, event: CardUnlocked) -> dict[str, Any]:
    return card_with(room, event.premise, locked_by=None)


def _pinned(room: Room, event: CardPinned) -> dict[str, Any]:
    return card_with(room, event.premise, pinned=event.pinned)


def _opened(room: Room, event: CardOpened) -> dict[str, Any]:
    return card_with(room, event.premise, open=event.open)


def _secret_kept(room: Room, event: SecretKept) -> dict[str, Any]:
    secret = Secret(text=event.text, owner=who(event).id, shared_with=event.shared_with, model=event.model)
    return _secret_with(room, event, secret)


def _secret_dropped(room: Room, event: SecretDropped) -> dict[str, Any]:
    return _secret_with(room, event, None)


def _secret_with(room: Room, event: SecretKept | SecretDropped, secret: Secret | None) -> dict[str, Any]:
    card = room.premise(event.premise)
    before, now = (each.text if each and each.model else None for each in (card and card.secret, secret))
    told = {} if before == now else {"told": version_of(room, event)}
    return card_with(room, event.premise, secret=secret, **told)


def _withheld(_: Room, __: Withheld) -> dict[str, Any]:
    return {}


def _frame_changed(room: Room, event: FrameChanged) -> dict[str, Any]:
    named = {"form": event.form, "length": event.length, "tone": event.tone, "rating": event.rating}
    frame = Frame(locked_by=room.frame.locked_by, versions=(*room.frame.versions, version_of(room, event)))
    return {"brief": room.brief.model_copy(update=named), "frame": frame}


def _still_fine(room: Room, event: DraftStillFine) -> dict[str, Any]:
    return {"drafts": with_one(room.drafts, event.draft, fine_at=room.revision + 1)}


CHANGES: Final[dict[type[Any], Change]] = {
    CardLocked: _locked,
    CardUnlocked: _unlocked,
    CardPinned: _pinned,
    CardOpened: _opened,
    SecretKept: _secret_kept,
    SecretDropped: _secret_dropped,
    Withheld: _withheld,
    FrameChanged: _frame_changed,
    DraftStillFine: _still_fine,
}
