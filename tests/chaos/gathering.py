"""Gathers the evidence when people have gone home: from Redis, from Discord, from the logs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from redis.asyncio import Redis

from bot.store import RoomStore, connect
from bot.store.keys import Keys, QueueKeys, RoomKeys
from bot.story.room import Room
from tests.bot.chat.reading import Message, is_private, text_of
from tests.chaos.evidence import KeptRoom, Logged, Posted
from tests.chaos.person import Person

KEYS = Keys("sr")
_PATIENCE = 1.0
# Kept on purpose, for as long as their expiry.
_STAY = {"events", "state", "operations", "sent", "typed"}


class Gathering:
    """Reads a run's Redis, past every wire."""

    def __init__(self, port: int) -> None:
        self._redis: Redis = connect(f"redis://127.0.0.1:{port}/0")
        self._store = RoomStore(self._redis, keys=KEYS, days=90)

    async def aclose(self) -> None:
        """Let go of Redis."""
        await self._redis.aclose()

    async def rests(self, seconds: float) -> bool:
        """Wait until nothing is on its way any more, but no longer than that; whether it came to that."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not await self._busy():
                return True
            await asyncio.sleep(_PATIENCE)
        return not await self._busy()

    async def _busy(self) -> bool:
        left = await self.queue()
        if any(left[name] for name in ("jobs", "ready", "later", "leases", "holders")):
            return True
        for room in await self._rooms():
            found = (await self._store.load(room)).room
            if found is not None and (found.open_rounds or await self._length(KEYS.room(room).outbox)):
                return True
        now = time.time() * 1000
        return bool(await self._redis.zcount(KEYS.queue.due, "-inf", now))

    async def queue(self) -> dict[str, int]:
        """How much is in each key of the queue."""
        names: QueueKeys = KEYS.queue
        return {each.name: await self._length(getattr(names, each.name)) for each in fields(names)}

    async def rooms(self) -> list[KeptRoom]:
        """Every room: its log, its snapshot, what else is left of it."""
        return [await self._room(room) for room in await self._rooms()]

    async def _rooms(self) -> list[str]:
        found = [key.decode() async for key in self._redis.scan_iter(match="sr:{*}:state", count=1000)]
        return sorted(key.partition("{")[2].partition("}")[0] for key in found)

    async def _room(self, room: str) -> KeptRoom:
        log = [
            Logged(entry.revision, entry.operation, entry.event.model_dump(mode="json"))
            async for entry in self._store.log(room)
        ]
        found: Room | None = (await self._store.load(room)).room
        names: RoomKeys = KEYS.room(room)
        others = [each.name for each in fields(names) if each.name not in _STAY]
        return KeptRoom(
            room,
            log,
            found.revision if found else 0,
            found.model_dump(mode="json") if found else None,
            {name: await self._length(getattr(names, name)) for name in others},
        )

    async def _length(self, key: str) -> int:
        redis: Any = self._redis
        sizes = {b"zset": redis.zcard, b"hash": redis.hlen, b"list": redis.llen, b"string": redis.exists}
        sizes |= {b"set": redis.scard, b"stream": redis.xlen}
        size = sizes.get(await redis.type(key))
        return 0 if size is None else int(await size(key))


async def posted(person: Person, channels: Iterable[str], bot: str) -> list[Posted]:
    """What the bot has in these channels on Discord, as everybody sees it."""
    found: list[Posted] = []
    for channel in channels:
        found += [
            _posted(message)
            async for message in _every(person, channel)
            if message["author"]["id"] == bot and not is_private(message)
        ]
    return found


async def _every(person: Person, channel: str) -> Any:
    before = ""
    path = f"/people/v1/channels/{channel}/messages"
    while True:
        page = await person.call("GET", path, limit=100, **({"before": before} if before else {}))
        for message in page:
            yield message
        if len(page) < 100:
            return
        before = page[-1]["id"]


def _posted(message: Message) -> Posted:
    ids = [
        one["custom_id"]
        for row in message.get("components", ())
        for one in row.get("components", ())
        if "custom_id" in one
    ]
    answers = str(message.get("interaction_metadata", {}).get("id", ""))
    return Posted(
        message["id"], message["channel_id"], text_of(message), str(message.get("nonce") or ""), ids, answers
    )
