"""A card's history out of the log: every version of its words, with who wrote it and when."""

from __future__ import annotations

from collections.abc import Iterable

from bot.story.bible import FRAME
from bot.story.brief import Brief, Premise
from bot.story.events import (
    CardLocked,
    CardOpened,
    CardPinned,
    CardUnlocked,
    Event,
    FrameChanged,
    PremiseAdded,
    PremiseEdited,
    PremiseRestored,
    PremiseWithdrawn,
    RoomOpened,
)
from bot.story.evolve import evolve
from bot.story.model import Model, Person
from bot.story.room import Room


class Step(Model):
    """One thing that happened to a card, and the card after it. Never anything about a secret."""

    revision: int
    at: int
    by: Person
    event: str  # the event's type
    card: Premise | None = None
    brief: Brief | None = None  # of the frame


def history_of(events: Iterable[Event], number: int) -> tuple[Step, ...]:
    """What became of a card, oldest first; secrets are left out of it. 0 is the frame."""
    room: Room | None = None
    steps: list[Step] = []
    for event in events:
        room = evolve(room, event)
        if event.by and _is_about(event, number):
            card = room.premise(number)
            steps.append(
                Step(
                    revision=room.revision,
                    at=event.at,
                    by=event.by,
                    event=event.type,
                    card=card.model_copy(update={"secret": None}) if card else None,
                    brief=room.brief if number == FRAME else None,
                )
            )
    return tuple(steps)


def card_as_of(events: Iterable[Event], number: int, version: int) -> Premise | None:
    """The card in the version that began at that revision of the room; None if it never had it."""
    steps = history_of(events, number)
    return next((step.card for step in steps if step.card and step.card.version == version), None)


def _is_about(event: Event, number: int) -> bool:
    if isinstance(event, RoomOpened | FrameChanged):
        return number == FRAME
    return isinstance(event, _OF_CARDS) and event.premise == number


_OF_CARDS = (
    PremiseAdded,
    PremiseEdited,
    PremiseWithdrawn,
    PremiseRestored,
    CardLocked,
    CardUnlocked,
    CardPinned,
    CardOpened,
)
