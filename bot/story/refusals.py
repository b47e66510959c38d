"""Why the rules said no: each refusal is a type, with its words in the message catalogue (`refusal.CODE`).

Fields are the values those words need. Nothing here is secret: a refusal may be shown to whoever asked.
"""

from __future__ import annotations

import re

from bot.story.model import Model


class Refusal(Model):
    """A command that was not carried out, and why."""

    @property
    def code(self) -> str:
        """Its name in the message catalogue: `NoSuchRoom` is `no_such_room`."""
        return code_of(type(self))

    def values(self) -> dict[str, object]:
        """The values its words need."""
        return self.model_dump()


def code_of(refusal: type[Refusal]) -> str:
    """The name of a type of refusal in the message catalogue."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


class NoSuchRoom(Refusal):
    """The thread is not a room, or no longer one."""


class AlreadyARoom(Refusal):
    """The thread is a room already."""


class RoomIsLocked(Refusal):
    """A locked room takes no more work."""


class RoomIsClosed(Refusal):
    """A closed room takes no more work."""


class RoomIsOpen(Refusal):
    """There is nothing to open again."""


class NotYours(Refusal):
    """Only the author may change or withdraw a premise."""

    author: str


class OnlyTheOpener(Refusal):
    """Only who opened the room, or a moderator, may do this."""

    opener: str


class NoWords(Refusal):
    """Nothing is left of the text once invisible characters are gone."""


class TooLong(Refusal):
    """The text is longer than its place."""

    length: int
    limit: int


class NoSuchPremise(Refusal):
    """No premise has this number, or it was withdrawn."""

    premise: int


class TooManyPremises(Refusal):
    """The brief is full."""

    limit: int


class SamePremise(Refusal):
    """The brief holds these words already."""

    premise: int


class NothingToWriteFrom(Refusal):
    """A round needs a premise."""


class TooManyRounds(Refusal):
    """Enough rounds are on their way."""

    limit: int


class RoomIsFull(Refusal):
    """The room has had as many rounds as one room keeps."""

    limit: int


class DialOutOfRange(Refusal):
    """A dial was turned too far."""

    dial: str
    low: float
    high: float


class TakesOutOfRange(Refusal):
    """A round has one to four takes."""

    limit: int


class NoSuchRound(Refusal):
    """No round has this number."""

    round: int


class NotWrittenYet(Refusal):
    """The take is still being written, or never came."""

    letter: str


class AdoptedMeanwhile(Refusal):
    """Somebody adopted another take of the round first."""

    who: str
    letter: str
    draft: int


class AlreadyCurrent(Refusal):
    """The draft is the current one."""

    draft: int


class NoSuchDraft(Refusal):
    """No draft has this number."""

    draft: int


class NoDraftYet(Refusal):
    """Adopt a take first."""


class DraftMovedOn(Refusal):
    """The current draft is not the one the person saw."""

    seen: int
    current: int


class RoundIsOver(Refusal):
    """A late result for a round that is written or given up: quiet, only the worker meets it."""
