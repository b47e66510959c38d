"""Cards in the words that they had before they were changed: a room keeps the last ones, and its log has all.

What a draft took over of a card is its author's, also when they reword the card afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.story.brief import Premise
from bot.story.events import Event
from bot.story.evolve import evolve
from bot.story.room import Room

Wordings: TypeAlias = Mapping[int, Sequence[Premise]]
"""By number, the card as it was before each change of its words, the first one first."""


def wordings_of(events: Sequence[Event]) -> Wordings:
    """The earlier wordings of every card of a log.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    found: dict[int, list[Premise]] = {}
    room: Room | None = None
    for event in events:
        after = evolve(room, event)
        number = getattr(event, "premise", None)
        old = room.premise(number) if room and isinstance(number, int) else None
        new = after.premise(number) if old and number else None
        if old and new and _words(old) != _words(new):
            found.setdefault(old.id, []).append(old)
        room = after
    return found


def were_changed(room: Room) -> bool:
    """Whether any card has earlier words, for which the log would have to be read."""
    return any(len(card.versions) > 1 for card in room.premises)


def as_it_was(card: Premise, wordings: Wordings, revision: int) -> Premise | None:
    """The card at a revision of the room, None where it was not; at 0, which is not known, as it is now."""
    if not revision:
        return card
    fitting = [each for each in (*wordings.get(card.id, ()), card) if each.version <= revision]
    return fitting[-1] if fitting else None


def _words(card: Premise) -> tuple[object, ...]:
    return card.text, card.details
