"""What a check says of Redis that is more than one process, and of the archive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.check.bounds import Bounds
from bot.check.growth import archive_of
from bot.check.rooms_in_redis import findings
from bot.settings import Settings
from bot.store.keys import Keys
from tests.redis_server import RedisServer, binaries
from tests.redis_topologies import (
    SERVICE,
    Cluster,
    Guarded,
    ask,
    cluster,
    guarded,
    is_whole,
    until,
)

pytestmark = pytest.mark.usefixtures("dropped")

BOUNDS = Bounds(8, 8)


async def said(url: str, *marks: str, replicas: int = 0) -> list[str]:
    found = await findings(Settings(redis_url=url, redis_replicas=replicas), BOUNDS)
    return [each.text for each in found if not marks or each.mark in marks]


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(binaries()["valkey"], tmp_path_factory.mktemp("guarded")) as servers:
        yield servers


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(binaries()["valkey"], tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


async def test_a_guarded_redis_says_whether_it_could_fail_over(sentinels: Guarded) -> None:
    assert await said(sentinels.url, "warning", "missing", replicas=1) == []
    text = "\n".join(await said(sentinels.url, "ok"))
    assert f"Redis at {SERVICE} behind the Sentinels 127.0.0.1:" in text
    assert "A failover is possible: 3 Sentinels, 1 replica." in text
    (wanted,) = await said(sentinels.url, "missing", replicas=2)
    assert wanted.startswith("STORYROOM_REDIS_REPLICAS is 2, and 1 replica follows: no change can be")


async def test_sentinels_without_a_quorum_and_a_primary_without_a_replica_are_said(
    sentinels: Guarded,
) -> None:
    stopped = sentinels.sentinels[1:]
    for each in stopped:
        each.kill()
    ask(sentinels.replica, "REPLICAOF", "NO", "ONE")
    try:
        until(lambda: "NOQUORUM" in quorum(sentinels.sentinels[0]))
        text = "\n".join(await said(sentinels.url, "warning", "missing"))
        assert "The Sentinels are too few to promote a replica (no quorum)." in text
        assert "No replica follows the primary" in text
    finally:
        for each in stopped:
            each.start()


async def test_an_unknown_service_is_said(sentinels: Guarded) -> None:
    (text,) = await said(sentinels.url.replace(f"/{SERVICE}/", "/another/"), "missing")
    assert "another behind the Sentinels" in text
    assert "is not known to any Sentinel that answers" in text


async def test_a_cluster_is_told_from_one_that_is_not_whole(nodes: Cluster) -> None:
    (text,) = await said(nodes.url, "warning", "missing")
    assert text.startswith("3 of 3 primaries have no replica")
    dead = nodes.nodes[2]
    dead.kill()
    try:
        until(lambda: "cluster_slots_fail:0" not in ask(nodes.nodes[0], "CLUSTER", "INFO"))
        found = await said(nodes.url, "missing")
        assert found
        assert "cluster 127.0.0.1:" in found[0] or "are answered for by nobody" in found[0]
    finally:
        dead.start()
    until(lambda: all(is_whole(each) for each in nodes.nodes))


async def test_one_kind_of_redis_is_not_taken_for_another(nodes: Cluster, own_redis: RedisServer) -> None:
    other = next(each for each in nodes.nodes if each is not nodes.owner_of(Keys().claim("check")))
    text = "\n".join(await said(other.url, "missing"))
    assert "Write redis+cluster:// for redis://" in text
    (text,) = await said(f"redis+cluster://127.0.0.1:{own_redis.port}", "missing")
    assert "STORYROOM_REDIS_URL says redis+cluster://, and the Redis there is no cluster" in text


def test_the_archive_is_looked_for(tmp_path: Path) -> None:
    assert archive_of(None) is None
    gone, there = archive_of(tmp_path / "gone"), archive_of(tmp_path)
    assert gone is not None
    assert (gone.mark, "which is no folder here" in gone.text) == ("warning", True)
    assert there is not None
    assert there.mark == "ok"
    if os.geteuid() == 0:
        return  # a superuser reads everything
    tmp_path.chmod(0)
    shut = archive_of(tmp_path)
    assert shut is not None
    assert shut.mark == "missing"


def quorum(sentinel: RedisServer) -> str:
    try:
        return str(ask(sentinel, "SENTINEL", "CKQUORUM", SERVICE))
    except Exception as error:  # noqa: BLE001 - what it answers is an error of the protocol
        return str(error)
