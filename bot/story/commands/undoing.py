"""Taking back what was done."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand
from bot.story.events import Event


class Undo(PersonCommand):
    """Take back an act, by the revision of its event; None takes the last one that the person may.

    `log` is the room's whole log: what there was before an act stands nowhere else.
    """

    act: int | None = None
    log: tuple[Event, ...]
