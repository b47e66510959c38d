"""The connection to Redis, and the one place where Redis's failures become ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from bot.errors import SetupError, StoreUnavailable

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0  # longer than any blocking read, which waits at most BLOCK_SECONDS
BLOCK_SECONDS = 1.0

_AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.OutOfMemoryError,
    exceptions.TryAgainError,
    OSError,
)


def connect(url: str) -> Redis:
    """A client with a pool; it connects on first use.

    A call that fails on the way is tried once more. That is safe: every script that changes a room knows its
    operation, and a lease that is lost with its reply only runs out.

    Raises:
        SetupError: the address cannot be one of Redis.

    """
    try:
        return Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            health_check_interval=30,
            retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), 1),
        )
    except ValueError as error:
        raise SetupError(f"STORYROOM_REDIS_URL is not an address of Redis: {error}") from error


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turn Redis being away into StoreUnavailable; mistakes of ours pass through.

    Raises:
        StoreUnavailable: it cannot be reached, is loading, is read-only, or is full.

    """
    try:
        yield
    except _AWAY as error:
        structlog.get_logger(__name__).warning("redis_away", what=what, error=type(error).__name__)
        raise StoreUnavailable(f"Redis did not carry out: {what}") from error


def heed_cancellation() -> None:
    """Raise CancelledError if the task was cancelled and the call before this one lost the fact.

    redis-py sends through `asyncio.wait_for`, which on Python 3.11 drops a cancellation that arrives while
    the inner future is done (python/cpython#86296, mended in 3.12).
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
