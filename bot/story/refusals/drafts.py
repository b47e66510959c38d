"""Refusals about drafts."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class AdoptedMeanwhile(Refusal):
    """Somebody adopted another take of the round first."""

    who: str
    letter: str
    draft: int


class NotItsMessage(Refusal):
    """The button is on a message that the round was not posted as, or is not any more."""

    round: int


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
