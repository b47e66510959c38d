"""Sentinels promote, slots move, primaries die: it is waited out, and what was acknowledged is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.errors import StoreUnavailable
from bot.store import EditStore, Job, Queue, Relay, connect
from bot.store.codec import encode
from bot.store.confirming import Confirming
from tests.bot.building import add_premise
from tests.bot.store.conftest import EMBEDDED, KEYS
from tests.bot.store.writer import PATIENCE, Writer
from tests.redis_server import RedisServer, running
from tests.redis_topologies import Cluster, Guarded, ask, cluster, guarded, is_whole, until

pytestmark = pytest.mark.usefixtures("dropped")


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(EMBEDDED, tmp_path_factory.mktemp("guarded")) as servers:
        yield servers


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(EMBEDDED, tmp_path_factory.mktemp("cluster")) as servers:
        for each in servers.nodes:
            ask(
                each, "CONFIG", "SET", "appendfsync", "always"
            )  # else a kill may take the last second with it
        yield servers


@pytest.fixture
async def by_sentinel(sentinels: Guarded) -> AsyncIterator[Redis]:
    client = connect(sentinels.url)
    yield client
    await client.aclose()


@pytest.fixture
async def by_cluster(nodes: Cluster) -> AsyncIterator[Redis]:
    client = connect(nodes.url)
    yield client
    await client.aclose()


async def test_a_failover_loses_nothing_that_was_acknowledged_where_replicas_confirm(
    sentinels: Guarded, by_sentinel: Redis
) -> None:
    writers = [Writer(by_sentinel, f"guarded{number}", replicas=1) for number in range(4)]
    for writer in writers:
        await writer.opens()
    dead = sentinels.primary
    promoted = asyncio.Event()
    written_after = {writer.room: 0 for writer in writers}
    queue = Queue(by_sentinel, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")

    async def writes(writer: Writer) -> None:
        while written_after[writer.room] < 5:
            await writer.writes()
            written_after[writer.room] += promoted.is_set()

    async def kills() -> None:
        await asyncio.sleep(0.3)
        dead.kill()
        await asyncio.to_thread(until, lambda: sentinels.primary is not dead)
        dead.start()
        # The replica that the new primary needs; the Sentinels would make it one too, but after ten seconds.
        ask(dead, "REPLICAOF", "127.0.0.1", str(sentinels.primary.port))
        promoted.set()

    async def waits_for_work() -> None:
        while not promoted.is_set():
            try:
                await queue.wait(1)
            except StoreUnavailable:
                await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        group.create_task(kills())
        group.create_task(waits_for_work())
        for writer in writers:
            group.create_task(writes(writer))
    assert sum(writer.refused for writer in writers), "nobody noticed"
    for writer in writers:
        assert await writer.log() == writer.acknowledged
    until(sentinels.is_whole)


async def test_a_change_that_no_replica_confirms_is_not_acknowledged_and_may_be_sent_again(
    sentinels: Guarded, by_sentinel: Redis
) -> None:
    writer = Writer(by_sentinel, "unconfirmed", replicas=1)
    await writer.opens()
    replica = sentinels.replica
    replica.freeze()
    try:
        with pytest.raises(StoreUnavailable):
            await writer.rooms.act(writer.room, add_premise("A well-digger"), operation="op")
        with pytest.raises(StoreUnavailable):  # it is written, and still not confirmed
            await writer.rooms.act(writer.room, add_premise("A well-digger"), operation="op")
    finally:
        replica.thaw()
    until(sentinels.is_whole)
    assert (await writer.rooms.act(writer.room, add_premise("A well-digger"), operation="op")).repeated
    assert await writer.log() == ["unconfirmed-open", "op"]


async def test_a_round_counts_as_queued_when_the_replica_has_it(
    sentinels: Guarded, by_sentinel: Redis
) -> None:
    tokens = count()
    queue = Queue(
        by_sentinel, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: str(next(tokens)), replicas=1
    )
    one = Job(room="confirmed", round=1, guild="guild", asked_at=1)
    replica = sentinels.replica
    replica.freeze()
    try:
        for _ in range(2):  # the second finds it there, and waits for the replica all the same
            with pytest.raises(StoreUnavailable):
                await queue.put(one)
    finally:
        replica.thaw()
    until(sentinels.is_whole)
    assert not await queue.put(one)
    assert ask(replica, "HEXISTS", KEYS.queue.jobs, one.id) == 1


async def test_a_slot_moves_under_writes_and_nothing_is_lost(nodes: Cluster, by_cluster: Redis) -> None:
    writer = Writer(by_cluster, "moving")
    await writer.opens()
    key = KEYS.room("moving").state
    source = nodes.owner_of(key)
    moving = asyncio.Event()

    async def moves() -> None:
        await asyncio.sleep(0.1)
        for _ in nodes.move(key):
            await asyncio.sleep(0.1)
        moving.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(moves())
        group.create_task(writer.writes_until(moving.is_set))
    await writer.writes()
    assert nodes.owner_of(key) is not source
    assert await writer.log() == writer.acknowledged
    assert await Confirming(by_cluster, "append", replicas=0).run(
        KEYS.room("moving").all, [0, "", "moving-1"] + [1] * 8
    ) == [b"repeated"]


async def test_a_primary_of_a_cluster_dies_and_only_its_rooms_wait(nodes: Cluster, by_cluster: Redis) -> None:
    writers = [Writer(by_cluster, f"part{number}") for number in range(9)]
    for writer in writers:
        await writer.opens()
    dead = nodes.owner_of(KEYS.room("part0").state)
    waiting = [each for each in writers if nodes.owner_of(KEYS.room(each.room).state) is dead]
    others = [each for each in writers if each not in waiting]
    assert others
    dead.kill()
    with pytest.raises(StoreUnavailable):
        await waiting[0].rooms.read(waiting[0].room)
    for writer in others:
        await writer.writes()
    # A script that no node has seen needs none but the node that it runs on.
    channel = next(f"{n}" for n in range(99) if nodes.owner_of(KEYS.edits(f"{n}")) is not dead)
    assert await EditStore(by_cluster, keys=KEYS).take(channel, "message", passing=False) == 0
    dead.start()
    for writer in writers:
        await writer.writes()
        assert await writer.log() == writer.acknowledged
    until(lambda: all(is_whole(each) for each in nodes.nodes))


async def test_what_was_asked_for_elsewhere_reaches_the_queue_while_a_primary_is_down(
    nodes: Cluster, by_cluster: Redis
) -> None:
    queue = Queue(by_cluster, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
    relay = Relay(by_cluster, queue, keys=KEYS)
    rooms = [f"asked{number}" for number in range(12)]
    jobs = {room: Job(room=room, round=1, guild="guild", asked_at=1) for room in rooms}
    for room, job in jobs.items():
        await by_cluster.hset(KEYS.room(room).outbox, job.id, encode(job))
        await by_cluster.zadd(KEYS.queue.outboxes, {room: time.time() * 1000})
    home = nodes.owner_of(KEYS.queue.jobs)
    dead = next(each for each in map(owner_of_outbox(nodes), rooms) if each is not home)
    waiting = [room for room in rooms if owner_of_outbox(nodes)(room) is dead]
    dead.kill()
    async with asyncio.timeout(PATIENCE):
        while await queue.waiting() < len(rooms) - len(waiting):
            with suppress(StoreUnavailable):  # the client learns of it
                await relay.sweep()
    assert not [room for room in waiting if await queue.has(room, 1)]
    dead.start()
    until(lambda: all(is_whole(each) for each in nodes.nodes))
    async with asyncio.timeout(PATIENCE):
        while await queue.waiting() < len(rooms):
            with suppress(StoreUnavailable):
                await relay.sweep()


def owner_of_outbox(nodes: Cluster) -> Callable[[str], RedisServer]:
    return lambda room: nodes.owner_of(KEYS.room(room).outbox)


async def test_a_primary_that_takes_no_writes_for_want_of_replicas_is_away(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running(EMBEDDED, tmp_path_factory.mktemp("lonely")) as server:
        client = connect(server.url)
        writer = Writer(client, "lonely")
        await writer.opens()
        ask(server, "CONFIG", "SET", "min-replicas-to-write", "1")
        with pytest.raises(StoreUnavailable):
            await writer.rooms.act("lonely", add_premise("A well-digger"), operation="op")
        assert (await writer.rooms.read("lonely")) is not None
        await client.aclose()


async def test_while_somebodys_script_runs_long_redis_is_away(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running(EMBEDDED, tmp_path_factory.mktemp("busy"), "--busy-reply-threshold", "20") as server:
        client = connect(server.url)
        writer = Writer(client, "busy")
        await writer.opens()
        long = asyncio.ensure_future(client.eval("while true do end", 0))
        await asyncio.sleep(0.1)
        with pytest.raises(StoreUnavailable):
            await writer.rooms.read("busy")
        with pytest.raises(StoreUnavailable):
            await EditStore(client, keys=KEYS).take("channel", "message", passing=False)
        ask(server, "SCRIPT", "KILL")
        with pytest.raises(ResponseError, match="killed"):
            await long
        await writer.writes()
        await client.aclose()
