"""Bringing premises and changing one's own."""

from __future__ import annotations

from bot.story.bible import Details
from bot.story.brief import Kind
from bot.story.commands.command import PersonCommand
from bot.story.model import Person


class AddPremise(PersonCommand):
    """Bring a premise. `author` is set where the words are another person's message."""

    kind: Kind
    text: str
    author: Person | None = None
    name: str = ""
    aliases: tuple[str, ...] = ()
    details: Details | None = None
    secret: str = ""  # for the author's eyes, until they share it


class EditPremise(PersonCommand):
    """Change one's own premise, or an open one. What is None stays as it is.

    `seen`: the version of the card that the person had before them while they typed; None asks not whether
    it changed meanwhile.
    """

    premise: int
    text: str
    kind: Kind | None = None
    name: str | None = None
    aliases: tuple[str, ...] | None = None
    details: Details | None = None
    secret: str | None = None  # nothing takes it off; of no effect but for who owns the card
    seen: int | None = None


class WithdrawPremise(PersonCommand):
    """Take one's own premise out of the brief."""

    premise: int
