"""Refusals about green lights."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class NoSuchLight(Refusal):
    """No green light has this number."""

    light: int


class NoLightAsked(Refusal):
    """Nobody has asked for a green light."""


class LightIsAsked(Refusal):
    """Somebody has asked about this draft already."""

    who: str
    draft: int


class LightIsOver(Refusal):
    """The green light takes no more answers."""

    draft: int


class LightIsOvertaken(Refusal):
    """The room works on another draft now."""

    draft: int
    current: int


class NotYourLight(Refusal):
    """Only who asked, who opened the room, or a moderator withdraws it."""

    asker: str


class TooManyLights(Refusal):
    """The room has asked as often as one room keeps."""

    limit: int
