"""Refusals of files that are to become rooms."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class FileTooLarge(Refusal):
    """No export of a room is that large. In MB."""

    size: float
    limit: int


class NotAnExport(Refusal):
    """The file is not the JSON of a room, or not whole."""


class NewerExport(Refusal):
    """A newer program made the file."""

    version: int
    known: int


class BrokenExport(Refusal):
    """The file says of itself that it is a room's JSON, and something in it cannot be; `place` is where."""

    place: str


class UnheldExport(Refusal):
    """Every event can be read, and together they are no room's story."""
