"""Refusals about taking back."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class NothingToUndo(Refusal):
    """The person did nothing here that can be taken back."""


class NoSuchAct(Refusal):
    """Nothing that can be taken back happened at that revision, or it was taken back already."""


class NotYourAct(Refusal):
    """Somebody else did it."""

    who: str


class BuiltUpon(Refusal):
    """Others have worked on from it."""

    draft: int
    who: str


class MovedOnSince(Refusal):
    """Another draft is current now."""

    draft: int
    current: int


class ChangedSince(Refusal):
    """A card was changed once more after it; 0 is the frame."""

    premise: int


class RoomMovedOn(Refusal):
    """The room changed between the reading of its log and the decision."""
