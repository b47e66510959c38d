"""Refusals about premises."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class NotYours(Refusal):
    """Only the author may change or withdraw a premise."""

    author: str


class NoSuchPremise(Refusal):
    """No premise has this number, or it was withdrawn."""

    premise: int


class TooManyPremises(Refusal):
    """The brief is full."""

    limit: int


class SamePremise(Refusal):
    """The brief holds these words already."""

    premise: int
