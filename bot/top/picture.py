"""One look at everything, as it is shown and as `--json` prints it. No story text, no names, no tokens."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.telemetry.counted.queue import QueueReading


class _Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GuildShown(_Seen):
    """A guild in the queue; `served` and `state` as in `bot.store.seen.GuildSeen`."""

    guild: str
    waiting: int
    writing: int
    served: float
    state: str


class ProcessShown(_Seen):
    """A process as it tells of itself. Counts are a second, since the look before; None where unknown."""

    address: str
    answers: bool
    role: str | None = None
    version: str | None = None
    rooms_active: int | None = None
    tokens: float | None = None
    rounds: float | None = None
    errors: float | None = None
    lag_seconds: float | None = None  # mean
    memory_bytes: int | None = None
    shards_wanted: int | None = None
    shards_ready: int | None = None


class EndpointShown(_Seen):
    """A TGI server over all processes asked. Counts are a second; `closed` of `processes` use it."""

    endpoint: str
    processes: int
    closed: int
    running: int
    outstanding: int
    requests: float | None = None
    failures: float | None = None


class Picture(_Seen):
    """One look. `queue` is None while Redis is away; `guild_count`: all that wait, `guilds`: the largest."""

    at: int  # ms since the epoch
    queue: QueueReading | None
    guild_count: int = 0
    guilds: tuple[GuildShown, ...] = ()
    processes: tuple[ProcessShown, ...] = ()
    endpoints: tuple[EndpointShown, ...] = ()
    tokens: float | None = None  # a second, of takes that were kept
    errors: float | None = None  # a second, of every kind
    rooms_active: int | None = None
