"""Cards besides their words: who may lock, pin, open and share them, and what the frame may become."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.bible import FRAME, SECRET_LIMIT, SHARED_LIMIT
from bot.story.brief import TONE_LIMIT, Premise
from bot.story.commands import (
    ChangeFrame,
    DropSecret,
    KeepSecret,
    LockCard,
    OpenCard,
    PersonCommand,
    PinCard,
    StillFine,
    UnlockCard,
)
from bot.story.decide.room import closed, led
from bot.story.events import (
    CardLocked,
    CardOpened,
    CardPinned,
    CardUnlocked,
    DraftStillFine,
    Event,
    FrameChanged,
    SecretDropped,
    SecretKept,
)
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.stale import stale_of
from bot.story.text import clean, clean_line


def lock(room: Room, command: LockCard) -> tuple[Event, ...] | Refusal:
    """Lock a card: for its author, and for who leads the room."""
    locked_by = _locked_by(room, command.premise)
    if refusal := closed(room) or _may_lock(room, command, command.premise):
        return refusal
    if locked_by is not None:
        return () if locked_by == command.by.id else _is_locked(room, command.premise, locked_by)
    return (CardLocked(at=command.at, by=command.by, premise=command.premise),)


def unlock(room: Room, command: UnlockCard) -> tuple[Event, ...] | Refusal:
    """Unlock a card: for who locked it, and for who leads the room."""
    if refusal := closed(room) or _missing(room, command.premise):
        return refusal
    locked_by = _locked_by(room, command.premise)
    if locked_by is None:
        return ()
    if locked_by != command.by.id and led(room, command):
        return _is_locked(room, command.premise, locked_by)
    return (CardUnlocked(at=command.at, by=command.by, premise=command.premise),)


def pin(room: Room, command: PinCard) -> tuple[Event, ...] | Refusal:
    """Pin a card or take the pin off: for anybody."""
    card = _in_force(room, command.premise)
    if refusal := closed(room) or _missing(room, command.premise, frame=False):
        return refusal
    if card is None or card.pinned == command.pinned:
        return ()
    return (CardPinned(at=command.at, by=command.by, premise=card.id, pinned=command.pinned),)


def open_card(room: Room, command: OpenCard) -> tuple[Event, ...] | Refusal:
    """Open one's own card to everybody, or keep it to oneself again."""
    if refusal := closed(room):
        return refusal
    card = own(room, command, command.premise)
    if isinstance(card, Refusal):
        return card
    if card.open == command.open:
        return ()
    return (CardOpened(at=command.at, by=command.by, premise=card.id, open=command.open),)


def keep_secret(room: Room, command: KeepSecret) -> tuple[Event, ...] | Refusal:
    """Give one's own card a secret, or change whom it is for."""
    if refusal := closed(room):
        return refusal
    card = own(room, command, command.premise)
    if isinstance(card, Refusal):
        return card
    if command.text is None and card.secret is None:
        return no.NoSecret(premise=card.id)
    text = clean(command.text) if command.text is not None else card.secret.text if card.secret else ""
    shared_with = tuple(dict.fromkeys(one for one in command.shared_with if one != command.by.id))
    if len(shared_with) > SHARED_LIMIT:
        return no.TooManyToldASecret(limit=SHARED_LIMIT)
    words_change = card.secret is None or card.secret.text != text
    if words_change and (refusal := unlocked(room, card)):
        return refusal
    return secret_events(card, command, text, shared_with=shared_with, model=command.model)


def secret_events(
    card: Premise,
    command: PersonCommand,
    text: str,
    *,
    shared_with: tuple[str, ...] = (),
    model: bool = False,
) -> tuple[Event, ...] | Refusal:
    """What makes a cleaned text the card's secret; nothing where it is that already."""
    if not text:
        return no.NoWords()
    if len(text) > SECRET_LIMIT:
        return no.TooLong(length=len(text), limit=SECRET_LIMIT)
    kept = card.secret
    if kept and (kept.text, kept.shared_with, kept.model) == (text, shared_with, model):
        return ()
    return (
        SecretKept(
            at=command.at, by=command.by, premise=card.id, text=text, shared_with=shared_with, model=model
        ),
    )


def drop_secret(room: Room, command: DropSecret) -> tuple[Event, ...] | Refusal:
    """Take the secret off one's own card; in a room that is over too, as it is nobody else's business."""
    card = own(room, command, command.premise)
    if isinstance(card, Refusal):
        return card
    if card.secret is None:
        return ()
    return (SecretDropped(at=command.at, by=command.by, premise=card.id),)


def change_frame(room: Room, command: ChangeFrame) -> tuple[Event, ...] | Refusal:
    """Change form, length, tone and rating: for who leads the room."""
    if refusal := closed(room) or led(room, command):
        return refusal
    tone = clean_line(command.tone) or None
    if tone is not None and len(tone) > TONE_LIMIT:
        return no.TooLong(length=len(tone), limit=TONE_LIMIT)
    named = (command.form, command.length, tone, command.rating)
    if named == (room.brief.form, room.brief.length, room.brief.tone, room.brief.rating):
        return ()
    if room.frame.locked_by is not None:
        return _is_locked(room, FRAME, room.frame.locked_by)
    last = room.frame.versions[-1] if room.frame.versions else None
    if command.seen is not None and last and last.revision > command.seen:
        return no.FrameChangedMeanwhile(who=room.name_of(last.by))
    return (
        FrameChanged(
            at=command.at,
            by=command.by,
            form=command.form,
            length=command.length,
            tone=tone,
            rating=command.rating,
        ),
    )


def still_fine(room: Room, command: StillFine) -> tuple[Event, ...] | Refusal:
    """Keep a stale draft as it is: for anybody."""
    if refusal := closed(room):
        return refusal
    draft = room.draft(command.draft)
    if draft is None:
        return no.NoSuchDraft(draft=command.draft)
    if not stale_of(room, draft):
        return ()
    return (DraftStillFine(at=command.at, by=command.by, draft=draft.number),)


def own(room: Room, command: PersonCommand, number: int, *, opened: bool = False) -> Premise | Refusal:
    """The card in force, if it is the person's; with `opened`, one that everybody may edit is too."""
    card = _in_force(room, number)
    if card is None:
        return no.NoSuchPremise(premise=number)
    if card.author != command.by.id and not (opened and card.open):
        return no.NotYours(author=room.name_of(card.author))
    return card


def unlocked(room: Room, card: Premise) -> Refusal | None:
    """Why a card cannot be changed, if it is locked."""
    return None if card.locked_by is None else _is_locked(room, card.id, card.locked_by)


def _is_locked(room: Room, number: int, locked_by: str) -> Refusal:
    return no.CardIsLocked(premise=number, who=room.name_of(locked_by))


def _in_force(room: Room, number: int) -> Premise | None:
    card = room.premise(number)
    return None if card is None or card.withdrawn else card


def _missing(room: Room, number: int, *, frame: bool = True) -> Refusal | None:
    if (frame and number == FRAME) or _in_force(room, number):
        return None
    return no.NoSuchPremise(premise=number)


def _locked_by(room: Room, number: int) -> str | None:
    if number == FRAME:
        return room.frame.locked_by
    card = _in_force(room, number)
    return card.locked_by if card else None


def _may_lock(room: Room, command: PersonCommand, number: int) -> Refusal | None:
    if refusal := _missing(room, number):
        return refusal
    card = _in_force(room, number)
    if card is None:
        return led(room, command)
    if card.author == command.by.id or not led(room, command):
        return None
    return no.NotYourCard(premise=card.id, author=room.name_of(card.author))
