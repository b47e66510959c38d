"""Bringing premises and changing one's own."""

from __future__ import annotations

from bot.story.brief import Kind
from bot.story.commands.command import PersonCommand
from bot.story.model import Person


class AddPremise(PersonCommand):
    """Bring a premise. `author` is set where the words are another person's message."""

    kind: Kind
    text: str
    author: Person | None = None


class EditPremise(PersonCommand):
    """Change one's own premise."""

    premise: int
    text: str
    kind: Kind | None = None


class WithdrawPremise(PersonCommand):
    """Take one's own premise out of the brief."""

    premise: int
