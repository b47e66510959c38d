"""Refusals of a whole room, and of words anywhere in it."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


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


class OnlyTheOpener(Refusal):
    """Only who opened the room, or a moderator, may do this."""

    opener: str


class NoWords(Refusal):
    """Nothing is left of the text once invisible characters are gone."""


class TooLong(Refusal):
    """The text is longer than its place."""

    length: int
    limit: int
