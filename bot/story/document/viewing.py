"""The log of a room as one person may take it away: without others' secrets and private readings.

Revisions, numbers and everybody's credit stay: what may not be known stands as withheld, or as nothing said.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.story.events import Event, RoundAsked, TakeWritten
from bot.story.model import MemberId
from bot.story.secrets import events_seen_by

_WITHHELD = "…"


def log_for(events: Sequence[Event], viewer: MemberId | None) -> tuple[Event, ...]:
    """The events that a person may take away; None is everybody at once."""
    hidden = {
        event.round
        for event in events
        if isinstance(event, RoundAsked)
        and event.work is not None
        and event.work.private
        and not (event.by and event.by.id == viewer)
    }
    return tuple(_without_words(event, hidden) for event in events_seen_by(events, viewer))


def _without_words(event: Event, hidden: set[int]) -> Event:
    if isinstance(event, TakeWritten) and event.round in hidden:
        return event.model_copy(update={"text": _WITHHELD})
    if isinstance(event, RoundAsked) and event.round in hidden and event.work is not None:
        return event.model_copy(update={"work": event.work.model_copy(update={"text": None})})
    return event
