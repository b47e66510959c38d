"""Everything about Redis is tested on the embedded server and on Debian's Redis where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
import redis as sync_redis
from redis.asyncio import Redis

from bot.store import Queue, RoomStore
from bot.store.keys import Keys
from tests.redis_server import RedisServer, binaries, running

KEYS = Keys("test")


@pytest.fixture(scope="session", params=sorted(binaries()))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    name: str = request.param
    with running(binaries()[name], tmp_path_factory.mktemp(name)) as server:
        yield server


@pytest.fixture
def redis_url(server: RedisServer) -> str:
    with sync_redis.Redis(port=server.port) as client:
        client.flushall()
    return server.url


@pytest.fixture
def store(redis: Redis) -> RoomStore:
    return RoomStore(redis, keys=KEYS, days=1)


@pytest.fixture
def make_queue(redis: Redis) -> Callable[..., Queue]:
    tokens = count(1)

    def make(lease_seconds: float = 30, attempts: int = 3) -> Queue:
        return Queue(
            redis,
            keys=KEYS,
            lease_seconds=lease_seconds,
            attempts=attempts,
            token=lambda: f"token-{next(tokens)}",
        )

    return make


@pytest.fixture
def queue(make_queue: Callable[..., Queue]) -> Queue:
    return make_queue()
