"""A cluster whose primaries have replicas: what is acknowledged is with one of them, and they take over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from bot.store import connect
from tests.bot.building import add_premise
from tests.bot.store.conftest import EMBEDDED, KEYS
from tests.bot.store.writer import Writer
from tests.redis_topologies import Cluster, ask, cluster, until

pytestmark = pytest.mark.usefixtures("dropped")


@pytest.fixture(scope="module")
def replicated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(EMBEDDED, tmp_path_factory.mktemp("replicated"), replicated=True) as servers:
        yield servers


@pytest.fixture
async def by_replicated(replicated: Cluster) -> AsyncIterator[Redis]:
    client = connect(replicated.url)
    yield client
    await client.aclose()


async def opened(client: Redis, name: str, count: int) -> list[Writer]:
    writers = [Writer(client, f"{name}{number}", replicas=1) for number in range(count)]
    for writer in writers:
        await writer.opens()
    return writers


async def test_a_cluster_acknowledges_what_a_replica_of_that_part_has_and_nothing_else(
    replicated: Cluster, by_replicated: Redis
) -> None:
    writers = await opened(by_replicated, "copied", 9)
    mute = replicated.replica_of(replicated.owner_of(KEYS.room("copied0").state))
    behind = [
        each
        for each in writers
        if replicated.replica_of(replicated.owner_of(KEYS.room(each.room).state)) is mute
    ]
    mute.freeze()
    try:
        for _ in range(2):  # the second time it is written, and still not confirmed
            with pytest.raises(StoreUnavailable):
                await writers[0].rooms.act("copied0", add_premise("Rain"), operation="copied0-1")
        for writer in writers:
            if writer not in behind:
                await writer.writes()
    finally:
        mute.thaw()
    for writer in writers:
        await writer.writes()
        assert await writer.log() == writer.acknowledged


async def test_a_replica_of_a_cluster_that_takes_over_has_all_that_was_acknowledged(
    replicated: Cluster, by_replicated: Redis
) -> None:
    writers = await opened(by_replicated, "promoted", 6)
    dead = replicated.owner_of(KEYS.room("promoted0").state)
    heir = replicated.replica_of(dead)
    promoted = asyncio.Event()
    written_after = {writer.room: 0 for writer in writers}

    async def writes(writer: Writer) -> None:
        while written_after[writer.room] < 3:
            await writer.writes()
            written_after[writer.room] += promoted.is_set()

    async def kills() -> None:
        await asyncio.sleep(0.3)
        dead.kill()
        await asyncio.to_thread(until, lambda: ask(heir, "ROLE")[0] == "master")
        dead.start()  # which makes it the replica that the new primary needs
        promoted.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(kills())
        for writer in writers:
            group.create_task(writes(writer))
    assert sum(writer.refused for writer in writers), "nobody noticed"
    for writer in writers:
        assert await writer.log() == writer.acknowledged
