"""How Redis is laid out, as `storyroom check` tells it: alone, guarded by Sentinels, or a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.sentinel import SentinelConnectionPool

from bot.store.address import Topology


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where; None where this user may not ask, or where it does not apply."""

    topology: Topology
    primaries: int = 1
    replicas: int | None = None  # of the primary that has the fewest
    without_replica: int = 0  # primaries of a cluster
    sentinels: int | None = None
    quorum: bool | None = None  # whether the Sentinels are enough to promote a replica
    slots: int | None = None  # of a cluster's 16,384 that somebody answers for
    is_up: bool | None = None  # whether the cluster says that it is


async def read_layout(redis: Redis, infos: Mapping[str, Mapping[str, Any]]) -> Layout:
    """The layout; `infos` is what INFO says on each primary."""
    replicas = [int(info["connected_slaves"]) for info in infos.values() if "connected_slaves" in info]
    fewest = min(replicas) if replicas else None
    client: Any = redis
    if isinstance(client, RedisCluster):
        told = await client.cluster_info(target_nodes=RedisCluster.RANDOM)
        return Layout(
            "cluster",
            primaries=len(infos),
            replicas=fewest,
            without_replica=replicas.count(0),
            slots=int(told["cluster_slots_ok"]),
            is_up=told["cluster_state"] == "ok",
        )
    if isinstance(redis.connection_pool, SentinelConnectionPool):
        return await _guarded(redis.connection_pool, fewest)
    return Layout("alone", replicas=fewest)


async def read_infos(redis: Redis) -> dict[str, Mapping[str, Any]]:
    """INFO of each primary that answers, by its name; nothing where this user may not ask."""
    client: Any = redis
    try:
        if not isinstance(client, RedisCluster):
            return {"": await client.info()}
        await client.initialize()
        found: dict[str, Mapping[str, Any]] = {}
        for node in client.get_primaries():
            with suppress(exceptions.ConnectionError, exceptions.TimeoutError, OSError):
                found[node.name] = await client.info(target_nodes=node)
    except exceptions.NoPermissionError:
        return {}
    return found


async def _guarded(pool: SentinelConnectionPool, replicas: int | None) -> Layout:
    """Ask the first Sentinel that answers."""
    for sentinel in pool.sentinel_manager.sentinels:
        try:
            state: Mapping[str, Any] = await sentinel.sentinel_master(pool.service_name)
            enough = True
            try:
                await sentinel.execute_command("SENTINEL", "CKQUORUM", pool.service_name)
            except exceptions.ResponseError:
                enough = False
        except (exceptions.RedisError, OSError):
            continue
        return Layout(
            "sentinel", replicas=replicas, sentinels=int(state["num-other-sentinels"]) + 1, quorum=enough
        )
    return Layout("sentinel", replicas=replicas)
