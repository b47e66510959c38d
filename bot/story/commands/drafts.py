"""Adopting takes and going back."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand


class Adopt(PersonCommand):
    """Make a take a draft. `seen` is the room's revision on the screen of who pressed."""

    round: int
    take: int
    seen: int


class GoBack(PersonCommand):
    """Make an earlier draft the current one."""

    draft: int
