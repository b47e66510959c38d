"""The connection to Redis, and the one place where Redis's failures become ours.

One client, whether Redis stands alone, is found through Sentinels or is a cluster (`address`); the rest of
the store does not know which. Nothing is ever read from a replica.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import structlog
from redis import exceptions
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff

from bot.errors import SetupError, StoreUnavailable
from bot.store.address import Address, address

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0  # longer than any blocking read, which waits at most BLOCK_SECONDS
BLOCK_SECONDS = 1.0
_MANY = 10_000

_AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.ClusterError,
    exceptions.SlotNotCoveredError,
    exceptions.OutOfMemoryError,
    exceptions.TryAgainError,
    exceptions.AskError,
    OSError,
)
_NO_SENTINEL = (
    "says redis+sentinel://, and no Sentinel answers there but a plain Redis: "
    "name the Sentinels, or write redis://"
)
# What Redis answers where the address is wrong and not Redis, and what to tell.
_WRONG_WORDS = {
    "DB index is out of range": "names a database that this Redis does not have: it has 0 to 15, if not more",
    "unknown command 'SENTINEL'": _NO_SENTINEL,
    "unknown command `SENTINEL`": _NO_SENTINEL,
    "Cluster mode is not enabled": "says redis+cluster://, and the Redis there is no cluster: write redis://",
}
# What redis-py has no class for: too few replicas, a demoted primary, a script that runs long, no node of a
# cluster that answers.
_AWAY_WORDS = (
    "NOREPLICAS",
    "MISCONF",
    "UNBLOCKED",
    "MASTERDOWN",
    "BUSY ",
    "Redis Cluster cannot be connected",
)


def connect(url: str) -> Redis:
    """A client with a pool; it connects on first use. `bot.store.address` says what an address may be.

    A call that fails on the way is tried once more. That is safe: every script that changes a room knows its
    operation, and a lease that is lost with its reply only runs out. A cluster's client has the same calls; a
    pipeline of it spans slots, and each command there stands alone.

    Raises:
        SetupError: the address cannot be one of Redis.

    """
    try:
        redis = _connected(address(url), Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), 1))
        if not isinstance(redis, RedisCluster):
            _refuse_unknown_options(redis.connection_pool)
    except (ValueError, TypeError, exceptions.RedisClusterException, exceptions.DataError) as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        why = f"it has no option {unknown[1]}" if unknown else str(error)
        raise SetupError(f"STORYROOM_REDIS_URL is not an address of Redis: {why}.") from error
    return redis


def _refuse_unknown_options(pool: ConnectionPool) -> None:
    """Make a connection, which connects to nothing yet; TypeError where an option is not one of redis-py."""
    pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py has no type for it


def _connected(where: Address, retry: Retry) -> Redis:
    bounds: dict[str, Any] = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
    always: dict[str, Any] = {**bounds, "health_check_interval": 30, "retry": retry}
    options = {**where.options, **always}
    match where.topology:
        case "sentinel":
            sentinel = Sentinel(  # type: ignore[no-untyped-call]  # redis-py has no type for it
                where.nodes,
                sentinel_kwargs={**where.sentinels, **bounds, "retry": Retry(NoBackoff(), 0)},
                **options,
            )
            return cast("Redis", sentinel.master_for(where.service, redis_class=_Guarded))
        case "cluster":
            nodes = [ClusterNode(host, port) for host, port in where.nodes]
            # A part that is down leaves the rooms of the others as they are, and how many calls are on their
            # way at once is not this client's business.
            cluster = _Clustered(
                startup_nodes=nodes,
                dynamic_startup_nodes=False,  # the names stay when the nodes' addresses change
                require_full_coverage=False,
                max_connections=_MANY,
                **options,
            )
            return cast("Redis", cluster)
    return Redis.from_pool(ConnectionPool(**options))


class _Clustered(RedisCluster):
    """The client of a cluster; it ends with its connections to the nodes by which it found the others."""

    async def aclose(self) -> None:
        """Close all."""
        await super().aclose()
        for node in self.startup_nodes:
            await node.disconnect()


class _Guarded(Redis):
    """The client of a primary that Sentinels guard; it ends with its connections to them."""

    async def aclose(
        self,
        close_connection_pool: bool | None = None,  # noqa: FBT001 - so it stands in the class above
    ) -> None:
        """Close both."""
        await super().aclose(close_connection_pool)
        if isinstance(self.connection_pool, SentinelConnectionPool):
            await self.connection_pool.sentinel_manager.aclose()


def wrong_address(error: Exception) -> SetupError | None:
    """What an operator must mend of the address, where that is why Redis fails."""
    said = str(error)
    for words, why in _WRONG_WORDS.items():
        if words in said:
            return SetupError(f"STORYROOM_REDIS_URL {why}.")
    return None


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turn Redis being away into StoreUnavailable; mistakes of ours pass through.

    Raises:
        StoreUnavailable: it cannot be reached, is loading, is read-only, or is full.
        SetupError: the address asks for what is not there.

    """
    try:
        yield
    except (exceptions.RedisError, exceptions.RedisClusterException, OSError) as error:
        if (wrong := wrong_address(error)) is not None:
            raise wrong from error
        if not isinstance(error, _AWAY) and not any(word in str(error)[:200] for word in _AWAY_WORDS):
            raise
        structlog.get_logger(__name__).warning("redis_away", what=what, error=type(error).__name__)
        raise StoreUnavailable(f"Redis did not carry out: {what}") from error


def cancellations() -> int:
    """How often this task was cancelled so far: one that cleans up after it may still call."""
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def heed_cancellation(before: int = 0) -> None:
    """Raise CancelledError if the task was cancelled and the call before this one lost the fact.

    redis-py sends through `asyncio.wait_for`, which on Python 3.11 drops a cancellation that arrives while
    the inner future is done (python/cpython#86296, mended in 3.12). `before`: `cancellations()` before it.
    """
    if cancellations() > before:
        raise asyncio.CancelledError
