"""Writes that so many replicas have before anybody is told that they happened.

Without it a primary that dies may take its last answers with it: replication is asynchronous. The write and
the WAIT for its replicas go out together, on one connection, so that it stays one round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster

from bot.errors import StoreUnavailable
from bot.store.connection import BLOCK_SECONDS
from bot.store.scripts import Script, known_or_whole


class Confirming:
    """Runs one script of ours, of so many files; with `replicas`, until so many have what it wrote."""

    def __init__(self, redis: Redis, *names: str, replicas: int) -> None:
        self._redis = redis
        self._script = Script(redis, *names)
        self._touch = Script(redis, "touch")
        self._replicas = replicas

    async def run(self, keys: Sequence[str], arguments: Sequence[Any]) -> list[Any]:
        """What the script answers, a list.

        Raises:
            StoreUnavailable: too few replicas have it, or are known to; it may be written all the same.

        """
        if self._replicas:
            return list(await self._confirmed(self._script, keys, arguments))
        return list(await self._script(keys=keys, args=arguments))

    async def confirm(self, key: str, operation: str) -> None:
        """See that what was written there before is with the replicas too.

        Raises:
            StoreUnavailable: it is not known to be.

        """
        if self._replicas:
            await self._confirmed(self._touch, [key], [operation])

    async def _confirmed(self, script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> Any:  # noqa: ANN401 - what scripts answer
        where = await self._node_of(keys[0])

        async def sent(whole: bool) -> list[Any]:  # noqa: FBT001 - `known_or_whole` calls it
            pipe = self._redis.pipeline(transaction=False)
            script.sent_to(pipe, keys=keys, args=arguments, whole=whole)
            target: dict[str, Any] = {} if where is None else {"target_nodes": where}
            pipe.execute_command("WAIT", self._replicas, int(BLOCK_SECONDS * 1000), **target)
            return list(await pipe.execute())

        answer, reached = await known_or_whole(sent)
        # A key that moved in between was written elsewhere, where nothing waited.
        if int(reached) < self._replicas or await self._node_of(keys[0]) != where:
            raise StoreUnavailable(f"{reached} of {self._replicas} replicas have the change")
        return answer

    async def _node_of(self, key: str) -> ClusterNode | None:
        """The node of a cluster that has a key; nothing where there is no cluster."""
        if not isinstance(self._redis, RedisCluster):
            return None
        cluster = await self._redis.initialize()
        return cluster.get_node_from_key(key)
