"""Opening, showing, locking, closing a room."""

from __future__ import annotations

from bot.story.brief import Brief
from bot.story.commands.command import Command, PersonCommand
from bot.story.events import Event
from bot.story.room import Preset


class OpenRoom(PersonCommand):
    """Turn a thread into a room."""

    room: str
    guild: str
    preset: Preset
    brief: Brief


class ImportRoom(PersonCommand):
    """Make a thread the room that an export tells. `events` have passed `bot.story.importing`."""

    room: str
    guild: str
    events: tuple[Event, ...]


class Lock(PersonCommand):
    """Lock a draft as canon. `draft` is the one the person saw as current; None takes what is current."""

    draft: int | None = None


class Close(PersonCommand):
    """Close the room without a canon."""


class Reopen(PersonCommand):
    """Open a locked or closed room again."""


class PlaceBoard(Command):
    """Record the message that shows the board."""

    message: str
