"""What each guild may have of the writing machine, set while everything runs.

Kept in Redis beside the queue and read by its scripts with every lease, so that a change holds at once and
everywhere. What is not set for a guild is as by default; what is not set by default is `DEFAULTS`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from redis.asyncio import Redis

from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.scripts import Script
from bot.story.model import Model

DEFAULT: Final = "default"  # in the place of a guild's id

DEFAULTS: Final[Mapping[str, float]] = {
    "weight": 1.0,  # of a guild's share beside another's
    "rounds": 2,  # of a guild in flight while others wait; 0 for as many as there are places
    "person_rounds": 1,  # of one person in a guild, in the same way
    "waiting": 100,  # rounds of a guild that may wait; 0 for any number
    "person_waiting": 25,  # of one person in a guild
}

# What the scripts need besides: the cost of a round that says none, the ms between two looks at a place that
# is shown, and the ms after which measured speed says nothing any more.
_SCRIPTS: Final = {"cost": 3000, "show": 3000, "forget": 3_600_000}

_LEAST_WEIGHT, _MOST_WEIGHT = 0.01, 100
_MOST = 1_000_000  # rounds


class Share(Model):
    """What is set, for a guild or by default. None: as by default."""

    weight: float | None = None
    rounds: int | None = None
    person_rounds: int | None = None
    waiting: int | None = None
    person_waiting: int | None = None
    paused: bool = False

    @property
    def values(self) -> dict[str, float]:
        """What is set, by name."""
        return {name: value for name in DEFAULTS if (value := getattr(self, name)) is not None}


class Standing(Model):
    """A guild as the queue has it. `ahead`: cost over weight that it was served beyond those served least."""

    guild: str
    share: Share
    waiting: int
    flying: int
    ahead: float


class Standings(Model):
    """Everybody's shares at one moment. `tokens`: of the rounds in flight, at most."""

    default: Share
    guilds: tuple[Standing, ...]
    waiting: int
    flying: int
    tokens: int


def defaults() -> str:
    """What holds where nothing is set, as the scripts take it."""
    return json.dumps({**DEFAULTS, **_SCRIPTS})


class Shares:
    """Reads and sets shares. Every call raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys) -> None:
        self._keys = keys.queue
        self._script = Script(redis, "fair", "shares")

    async def read(self) -> Standings:
        """What is set, and the guilds that have rounds or something set."""
        with reaching("read the shares"):
            answer: Any = await self._script(keys=self._keys.all, args=["", defaults(), "read"])
        found = json.loads(answer)
        guilds = [
            Standing(
                guild=guild,
                share=_share(one["set"]),
                waiting=one["waiting"],
                flying=one["flying"],
                ahead=one["ahead"],
            )
            for guild, one in sorted(found["guilds"].items())
        ]
        return Standings(
            default=_share(found["default"]),
            guilds=tuple(guilds),
            waiting=found["waiting"],
            flying=found["flying"],
            tokens=found["tokens"],
        )

    async def change(self, guild: str, changes: Mapping[str, float | None]) -> None:
        """Set shares by name, for a guild or `DEFAULT`; None has it as by default again.

        Raises:
            ValueError: there is no such name, or the value makes no sense.

        """
        pairs: list[str] = []
        for name, value in changes.items():
            _check(name, value)
            pairs += [name, "" if value is None else f"{value:.15g}"]
        with reaching("set a share"):
            await self._script(keys=self._keys.all, args=["", defaults(), "change", guild, *pairs])

    async def pause(self, guild: str, *, paused: bool) -> None:
        """Lease no more rounds of a guild, or go on with them; what is being written is written."""
        pair = ["paused", "1" if paused else ""]
        with reaching("pause a guild"):
            await self._script(keys=self._keys.all, args=["", defaults(), "change", guild, *pair])


def _share(found: Mapping[str, float]) -> Share:
    known = {name: value for name, value in found.items() if name in DEFAULTS}
    return Share.model_validate({**known, "paused": "paused" in found})


def _check(name: str, value: float | None) -> None:
    if name not in DEFAULTS:
        raise ValueError(f"there is no share {name}")
    if value is None:
        return
    if name == "weight" and not _LEAST_WEIGHT <= value <= _MOST_WEIGHT:
        raise ValueError(f"a weight is from {_LEAST_WEIGHT} to {_MOST_WEIGHT}")
    if name != "weight" and (value != int(value) or not 0 <= value <= _MOST):
        raise ValueError(f"{name} is a whole number from 0, where 0 is no limit")
