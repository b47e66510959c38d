"""How many rounds may wait: asked in the trip that reads the room, so that a flood is told in time.

The counts are the queue's own. A round on its way to the queue is not counted yet, so that a few more than
the limit may come to wait; nothing rests on the exact number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio.client import Pipeline

from bot.store.fairness.shares import DEFAULT, DEFAULTS
from bot.store.keys import QueueKeys


@dataclass(frozen=True)
class Asker:
    """Who asks for a round, and in which guild."""

    guild: str
    person: str


@dataclass(frozen=True)
class Crowd:
    """What waits of a guild and of one person in it, and how many of each may; 0 for any number."""

    guild: int = 0
    guild_limit: int = 0
    person: int = 0
    person_limit: int = 0

    @property
    def guild_is_full(self) -> bool:
        """Whether no more of the guild's rounds may wait."""
        return 0 < self.guild_limit <= self.guild

    @property
    def person_is_full(self) -> bool:
        """Whether no more of the person's rounds may wait."""
        return 0 < self.person_limit <= self.person


def ask(pipe: Pipeline, keys: QueueKeys, asker: Asker) -> None:
    """Have the trip bring what waits; `crowd_of` reads its last two answers."""
    pipe.hmget(keys.counts, [f"w\0{asker.guild}", f"w\0{asker.guild}\0{asker.person}"])
    names = [f"{whose}:{name}" for name in ("waiting", "person_waiting") for whose in (asker.guild, DEFAULT)]
    pipe.hmget(keys.shares, names)


def crowd_of(counts: Sequence[Any], limits: Sequence[Any]) -> Crowd:
    """What the two answers say."""
    guild, person = (int(each or 0) for each in counts)
    own, default, person_own, person_default = limits
    return Crowd(
        guild=guild,
        guild_limit=_limit(own, default, "waiting"),
        person=person,
        person_limit=_limit(person_own, person_default, "person_waiting"),
    )


def _limit(own: bytes | None, default: bytes | None, name: str) -> int:
    return int(float(own or default or DEFAULTS[name]))
