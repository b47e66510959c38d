"""Adopting takes and going back."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand


class Adopt(PersonCommand):
    """Make a take a draft. `seen` is the room's revision on the screen of who pressed.

    `message` has the button, where that is one for everybody. After Redis was restored from a copy, a round's
    number may stand above a message of another round, which was lost.
    """

    round: int
    take: int
    seen: int
    message: str | None = None


class GoBack(PersonCommand):
    """Make an earlier draft the current one."""

    draft: int
