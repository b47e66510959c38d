"""What every event says of itself."""

from __future__ import annotations

from bot.story.model import Model, Person


class Happening(Model):
    """What every event says: when, and who did it (nobody, where the worker did)."""

    at: int
    by: Person | None = None
