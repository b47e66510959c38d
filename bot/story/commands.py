"""What people and the worker ask of a room. Every command says who asks and when; the rules decide."""

from __future__ import annotations

from bot.story.brief import Brief, Kind
from bot.story.model import Model, Person
from bot.story.room import Preset
from bot.story.rounds import DialPreset, Receipt


class Command(Model):
    """One operation asked of a room."""

    at: int  # ms since the epoch


class PersonCommand(Command):
    """A command by a person; `leads` where Discord lets them moderate the thread."""

    by: Person
    leads: bool = False


class OpenRoom(PersonCommand):
    """Turn a thread into a room."""

    room: str
    guild: str
    preset: Preset
    brief: Brief


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


class AskRound(PersonCommand):
    """Ask for takes of a synopsis. What is None comes from the room's preset; `seed` always has a value."""

    seed: int
    takes: int | None = None
    preset: DialPreset | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None


class AskAgain(PersonCommand):
    """Ask for another round like an earlier one, with a new seed."""

    round: int
    seed: int


class WriteNote(PersonCommand):
    """Give a note on the current draft and ask for its refinement. `draft` is the one the person saw."""

    text: str
    seed: int
    draft: int | None = None


class Adopt(PersonCommand):
    """Make a take a draft. `seen` is the room's revision on the screen of who pressed."""

    round: int
    take: int
    seen: int


class GoBack(PersonCommand):
    """Make an earlier draft the current one."""

    draft: int


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


class FailRound(Command):
    """A round cannot be written; takes already there stay."""

    round: int
    reason: str
