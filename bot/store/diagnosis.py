"""What an operator must know of a Redis before rooms are trusted to it; read only by `storyroom check`.

It asks INFO of each primary, CONFIG, how all is laid out and the queue's keys, and runs one harmless script,
as a room is changed by scripts. It judges nothing: what is good enough is `bot.check`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.sentinel import MasterNotFoundError

from bot.errors import SetupError, StoreUnavailable
from bot.store.connection import connect, wrong_address
from bot.store.keys import Keys
from bot.store.layout import Layout, read_infos, read_layout

Refused: TypeAlias = Literal["replica", "full", "disk", "forbidden", "cluster", "other"]

_WORSE: dict[str, Callable[[Any, Any], bool]] = {
    "redis_version": lambda one, other: _numbers(one) < _numbers(other),
    "server_name": lambda _one, _other: False,
    "aof_enabled": lambda one, other: bool(one) < bool(other),
    "aof_last_write_status": lambda one, _other: bool(one != "ok"),
    "maxmemory": lambda one, other: (int(one) or 2**63) < (int(other) or 2**63),
    "maxmemory_policy": lambda one, _other: bool(one != "noeviction"),
}
_TRIAL = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', 10000)"


@dataclass(frozen=True, slots=True)
class RedisState:
    """What Redis says of itself; None where this user may not ask, or where it does not say."""

    version: str | None
    server: str  # "Redis", or what it calls itself
    append_only: bool | None
    append_only_works: bool | None  # its last write to the file went well
    snapshots: bool | None
    policy: str | None
    memory_limit: int | None  # bytes; 0 is none
    waiting: int | None  # rounds in the queue, those put off included
    refused: Refused | None  # why the trial write failed, if it did
    layout: Layout


async def read_redis(url: str, prefix: str) -> RedisState:
    """Ask everything; the caller bounds the time.

    Raises:
        SetupError: the address cannot be one of Redis, what answers there is none, or it wants a password.
        StoreUnavailable: nothing answers.

    """
    redis = connect(url)
    try:
        return await _told(redis, Keys(prefix))
    except (exceptions.AuthenticationError, exceptions.AuthenticationWrongNumberOfArgsError) as error:
        raise SetupError(
            "wants a password, or another user name and password than the address has"
        ) from error
    except exceptions.BusyLoadingError as error:
        raise StoreUnavailable("is still loading its data") from error
    except exceptions.ResponseError as error:
        raise SetupError("does not answer as Redis 7 does, or lets this user do nothing") from error
    except MasterNotFoundError as error:
        raise StoreUnavailable("is not known to any Sentinel that answers") from error
    except (exceptions.ConnectionError, exceptions.TimeoutError, OSError) as error:
        raise StoreUnavailable("does not answer") from error
    except exceptions.RedisClusterException as error:
        raise StoreUnavailable("does not answer") from error
    except (exceptions.RedisError, ValueError) as error:
        raise SetupError("does not answer as Redis does") from error
    finally:
        with suppress(exceptions.RedisError, OSError):
            await redis.aclose()


async def _told(redis: Redis, keys: Keys) -> RedisState:
    try:
        return await _read(redis, keys)
    except (exceptions.RedisError, exceptions.RedisClusterException, OSError) as error:
        if (wrong := wrong_address(error)) is not None:
            raise wrong from error
        raise


async def _read(redis: Redis, keys: Keys) -> RedisState:
    await redis.ping()
    infos = await read_infos(redis)
    info = _worst(list(infos.values()))
    limit = info.get("maxmemory")
    return RedisState(
        version=_text(info.get("redis_version")),
        server=str(info.get("server_name", "redis")).title(),
        append_only=_flag(info.get("aof_enabled")),
        append_only_works=_is(info.get("aof_last_write_status"), "ok"),
        snapshots=await _snapshots(redis),
        policy=_text(info.get("maxmemory_policy")),
        memory_limit=limit if isinstance(limit, int) else None,
        waiting=await _waiting(redis, keys),
        refused=await _trial(redis, keys.claim("check")),
        layout=await read_layout(redis, infos),
    )


def _worst(infos: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several primaries, what is worst: a room may lie on any."""
    worst: dict[str, Any] = {}
    for info in infos:
        for name, is_worse in _WORSE.items():
            if name in info and (name not in worst or is_worse(info[name], worst[name])):
                worst[name] = info[name]
    return worst


async def _snapshots(redis: Redis) -> bool | None:
    """Whether snapshots are made by themselves. Hosted services forbid CONFIG, or rename it away."""
    try:
        found: Mapping[str | None, str | None] = await redis.config_get("save")
    except exceptions.ResponseError:
        return None
    return bool(found.get("save"))


async def _waiting(redis: Redis, keys: Keys) -> int | None:
    pipe = redis.pipeline(transaction=False)
    pipe.zcard(keys.queue.ready)
    pipe.zcard(keys.queue.later)
    try:
        ready, later = await pipe.execute()
    except exceptions.ResponseError:
        return None
    return int(ready) + int(later)


async def _trial(redis: Redis, key: str) -> Refused | None:
    """Write as rooms are written, by a script, and take it back."""
    try:
        await redis.eval(_TRIAL, 1, key, "1")
        await redis.delete(key)
    except exceptions.ResponseError as error:
        return _why(error)
    return None


def _why(error: exceptions.ResponseError) -> Refused:
    kinds: tuple[tuple[type[Exception], str, Refused], ...] = (
        (exceptions.ReadOnlyError, "READONLY", "replica"),
        (exceptions.OutOfMemoryError, "OOM", "full"),
        (exceptions.NoPermissionError, "NOPERM", "forbidden"),
        (exceptions.MovedError, "MOVED", "cluster"),
        (exceptions.ClusterDownError, "CLUSTERDOWN", "cluster"),
    )
    said = str(error)
    for kind, code, reason in kinds:
        if isinstance(error, kind) or said.startswith(code):
            return reason
    return "disk" if said.startswith("MISCONF") else "other"


def _numbers(version: object) -> tuple[int, ...]:
    return tuple(int(part) for part in str(version).split(".") if part.isdecimal())


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)


def _is(value: object, wanted: str) -> bool | None:
    return None if value is None else value == wanted
