"""Asking for a green light, answering, and its end."""

from __future__ import annotations

from bot.story.commands.command import Command, PersonCommand
from bot.story.model import Person


class AskLight(PersonCommand):
    """Ask whether the current draft may go. `lock` locks it as soon as enough people say so."""

    quorum: int
    deadline: int | None = None  # ms since the epoch
    lock: bool = False


class SayGo(PersonCommand):
    """Say go, or with `missing`, which becomes a note, not yet."""

    light: int
    missing: str | None = None


class PlaceLight(Command):
    """Record the message that shows a light, or that tells how it ended."""

    light: int
    message: str
    told: bool = False


class EndLight(Command):
    """End a light: withdrawn by a person, or, with `by` None, because its time is up."""

    light: int
    by: Person | None = None
    leads: bool = False
