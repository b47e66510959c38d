"""Who may know which secret, in a room as it is and in its log.

A secret is in two places, the room and its events; whatever leaves either for a person passes one of the two
functions here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.story.events import Event, SecretDropped, SecretKept, Withheld
from bot.story.evolve import replay
from bot.story.model import MemberId
from bot.story.room import Room


def room_seen_by(room: Room, viewer: MemberId | None) -> Room:
    """The room without the secrets that a person may not see; None is everybody at once."""
    return room.model_copy(
        update={
            "premises": tuple(
                card
                if card.secret is None or card.secret.seen_by(viewer)
                else card.model_copy(update={"secret": None})
                for card in room.premises
            )
        }
    )


def events_seen_by(events: Sequence[Event], viewer: MemberId | None) -> tuple[Event, ...]:
    """The log without the secrets that a person may not see; None is everybody at once.

    Each of those events stands as `Withheld`, so that revisions keep their numbers and nobody learns which
    card it was about. An owner keeps what they wrote, earlier words included; others keep the words in force
    that are shared with them, and no more.
    """
    room = replay(events)
    shown = {
        at
        for at, event in enumerate(events)
        if isinstance(event, SecretKept | SecretDropped) and event.by and event.by.id == viewer
    }
    latest = {event.premise: at for at, event in enumerate(events) if isinstance(event, SecretKept)}
    for number, at in latest.items():
        card = room.premise(number) if room else None
        if card and card.secret and card.secret.seen_by(viewer):
            shown.add(at)
    return tuple(
        Withheld(at=event.at) if isinstance(event, SecretKept | SecretDropped) and at not in shown else event
        for at, event in enumerate(events)
    )
