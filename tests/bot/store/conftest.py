"""Everything about Redis is tested on the embedded server and on Debian's Redis where that is installed.

What all the rest stands on is tested behind Sentinels and on a cluster too: `pytestmark = EVERYWHERE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count

import pytest
from redis.asyncio import Redis

from bot.store import Queue, RoomStore
from bot.store.keys import Keys
from tests.redis_server import RedisServer, binaries, running
from tests.redis_topologies import Cluster, Guarded, cluster, guarded

KEYS = Keys("test")
EMBEDDED = binaries()["valkey"]
EVERYWHERE = pytest.mark.parametrize("server", [*sorted(binaries()), "sentinel", "cluster"], indirect=True)


@pytest.fixture(scope="session", params=sorted(binaries()))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RedisServer | Guarded | Cluster]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    starting: AbstractContextManager[RedisServer | Guarded | Cluster]
    match name:
        case "sentinel":
            starting = guarded(EMBEDDED, folder)
        case "cluster":
            starting = cluster(EMBEDDED, folder)
        case _:
            starting = running(binaries()[name], folder)
    with starting as server:
        yield server


@pytest.fixture
def redis_url(server: RedisServer | Guarded | Cluster) -> str:
    server.flush()
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
