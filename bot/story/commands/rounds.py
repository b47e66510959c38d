"""Asking for rounds, and what the worker says of them."""

from __future__ import annotations

from bot.story.commands.command import Command, PersonCommand
from bot.story.levels import Level
from bot.story.rounds import DialPreset, Receipt


class AskRound(PersonCommand):
    """Ask for takes of a level. What is None comes from the room's preset; `seed` always has a value."""

    seed: int
    takes: int | None = None
    preset: DialPreset | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    level: Level = Level.SYNOPSIS


class AskAgain(PersonCommand):
    """Ask for another round like an earlier one, with a new seed."""

    round: int
    seed: int


class WriteNote(PersonCommand):
    """Give a note on the current draft and ask for its refinement. `draft` is the one the person saw."""

    text: str
    seed: int
    draft: int | None = None


class PlaceRound(Command):
    """Record the message that shows a round."""

    round: int
    message: str


class RecordTake(Command):
    """A take is written."""

    round: int
    take: int
    text: str
    receipt: Receipt


class CancelRound(PersonCommand):
    """Have a round not written, or not to its end; takes already there stay.

    `message` has the button, where that is one for everybody, as with `Adopt`.
    """

    round: int
    message: str | None = None


class FailRound(Command):
    """A round cannot be written; takes already there stay."""

    round: int
    reason: str
