"""Moving between drafts of a level, changing one by hand, keeping parts of it, choosing how it is built."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand
from bot.story.levels import Level


class EditDraft(PersonCommand):
    """Change a draft by hand; `draft` is the one the person saw, `text` is all of it as it is to be."""

    draft: int
    text: str


class StepDraft(PersonCommand):
    """Go to the draft before or after the one in force at a level; None takes the current draft's level."""

    back: bool
    level: Level | None = None


class LockPart(PersonCommand):
    """Keep a part of a draft as it is in every rewriting, or let it go again; parts count from 1."""

    draft: int
    part: int
    locked: bool


class ChooseStructure(PersonCommand):
    """Choose the structure form that lists are written to."""

    structure: str
