"""Asking for a rewriting of a draft other than by a note, or for a reading."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand
from bot.story.works import TextRef, Work


class AskWork(PersonCommand):
    """Ask for a work on the current draft. `draft` is the one the person saw; None takes what is current.

    `base`: for a splice, the text that the other is spliced into, where it is not the current draft.
    """

    work: Work
    seed: int
    draft: int | None = None
    base: TextRef | None = None
