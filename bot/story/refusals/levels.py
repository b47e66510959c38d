"""Refusals about levels, their drafts, and the parts of a draft."""

from __future__ import annotations

from bot.story.levels import Level
from bot.story.refusals.refusal import Refusal


class NothingAbove(Refusal):
    """The level is written from another, and the room has no draft of that one."""

    level: Level
    needed: Level


class NoDraftAt(Refusal):
    """The room has no draft at this level."""

    level: Level


class NoEarlierDraft(Refusal):
    """The draft in force is the first of its level."""

    level: Level
    draft: int


class NoLaterDraft(Refusal):
    """The draft in force is the last of its level."""

    level: Level
    draft: int


class NothingBelow(Refusal):
    """No level tells more than this one."""

    level: Level


class NoSuchPart(Refusal):
    """The draft has no part, or no sentence, of this number."""

    part: int
    draft: int
    parts: int


class PartIsLocked(Refusal):
    """The part is to stay as it is."""

    part: int


class EverythingIsLocked(Refusal):
    """No part of the draft may be written again."""

    draft: int


class NoSuchStructure(Refusal):
    """No structure form has this name."""

    structure: str
