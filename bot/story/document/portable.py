"""A room as JSON: everything there is, so that a program, or a later version of this one, can take it up.

The format is described in `docs/rooms.md`. `events` is the whole truth; the rest is read from it for those
who do not want to replay them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.story.credit import Credits, credits_of, standing_draft
from bot.story.document.binding import disclosure, licences
from bot.story.events import Event
from bot.story.evolve import replayed
from bot.story.model import Model
from bot.story.room import Room
from bot.story.saying import Say

FORMAT: Literal["storyroom.room"] = "storyroom.room"
VERSION: Literal[1] = 1  # goes up with the schema version of stored events


class Export(Model):
    """A room's JSON. Read it with `Export.model_validate_json`."""

    format: Literal["storyroom.room"]
    version: Literal[1]
    disclosure: str
    licences: tuple[str, ...] = ()  # exports made before it was told have none
    text: str | None  # of the canon, or of the current draft
    room: Room
    credit: Credits
    events: tuple[Event, ...]


def as_json(events: Sequence[Event], *, say: Say) -> str:
    """A room as JSON, indented.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    room = replayed(events)
    draft = standing_draft(room)
    export = Export(
        format=FORMAT,
        version=VERSION,
        disclosure=disclosure(room, say),
        licences=licences(room, say),
        text=room.text_of(draft) if draft else None,
        room=room,
        credit=credits_of(room),
        events=tuple(events),
    )
    return export.model_dump_json(indent=2)
