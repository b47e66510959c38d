"""Refusals about cards."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class CardIsLocked(Refusal):
    """Somebody locked the card."""

    premise: int
    who: str


class ChangedMeanwhile(Refusal):
    """Somebody changed the card after the person had opened it to edit."""

    premise: int
    who: str


class FrameChangedMeanwhile(Refusal):
    """Somebody changed the frame of the story after the person had opened it to edit."""

    who: str


class LoreWithoutAName(Refusal):
    """Lore enters a prompt when it is named: it needs a name."""


class NoSecret(Refusal):
    """The card has no secret that could be shared."""

    premise: int


class NotYourCard(Refusal):
    """Only its author, who opened the room, or a moderator locks a card."""

    premise: int
    author: str


class NotYourSecret(Refusal):
    """A card's secret is its author's, and it is not said whether there is one."""

    premise: int
    author: str


class TooManyNames(Refusal):
    """A card has so many other names and no more."""

    limit: int


class TooManyToldASecret(Refusal):
    """A secret is for some people, not for a crowd."""

    limit: int
