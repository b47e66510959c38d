"""Fixtures for every test: a real Redis-compatible server for the run, an empty database for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import redis as sync_redis
from hypothesis import settings
from redis.asyncio import Redis

from bot.store import connect
from tests.redis_server import RedisServer, binaries, running
from tests.redis_topologies import collect_dropped

# How long one example may take is a matter of the machine; speed is measured by the benches.
settings.register_profile("storyroom", deadline=None)
settings.load_profile("storyroom")


@pytest.fixture(scope="session")
def embedded_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """The embedded server, for the whole run."""
    with running(binaries()["valkey"], tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def redis_url(embedded_redis: RedisServer) -> str:
    """The address of an empty database."""
    with sync_redis.Redis(port=embedded_redis.port) as client:
        client.flushall()
    return embedded_redis.url


@pytest.fixture
def dropped() -> Iterator[None]:
    """For tests in which servers die: what their clients left open is collected behind each."""
    yield
    collect_dropped()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of an empty database."""
    client = connect(redis_url)
    yield client
    await client.aclose()
