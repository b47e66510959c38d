"""What every command says."""

from __future__ import annotations

from bot.story.model import Model, Person


class Command(Model):
    """One operation asked of a room."""

    at: int  # ms since the epoch


class PersonCommand(Command):
    """A command by a person; `leads` where Discord lets them moderate the thread."""

    by: Person
    leads: bool = False
