"""Refusals of works on a draft, and of readings."""

from __future__ import annotations

from bot.story.levels import Level
from bot.story.refusals.refusal import Refusal


class OnlyProse(Refusal):
    """The work needs prose, and the draft is a list."""

    level: Level


class TooFewSentences(Refusal):
    """The work keeps a beginning, and the draft is a single sentence."""

    draft: int


class NotACharacter(Refusal):
    """The premise is about something else than a person."""

    premise: int


class CharacterIsGone(Refusal):
    """The character's premise was withdrawn."""

    premise: int


class SpliceWithItself(Refusal):
    """Both texts are one."""


class ReadingIsNoDraft(Refusal):
    """A reading's take tells about the story; it is not one."""
