"""Somebody who writes to a room while servers fail, and remembers what was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore
from tests.bot.building import add_premise, open_room
from tests.bot.store.conftest import KEYS

PATIENCE = 25  # seconds


class Writer:
    """Somebody who adds premises to a room, each under its own operation, until it is acknowledged."""

    def __init__(self, redis: Redis, room: str, *, replicas: int = 0) -> None:
        self.room = room
        self.store = RoomStore(redis, keys=KEYS, days=1, replicas=replicas)
        queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
        self.rooms = Rooms(self.store, queue, Relay(redis, queue, keys=KEYS))
        self.acknowledged: list[str] = []
        self.refused = 0

    async def opens(self) -> None:
        await self.rooms.act(self.room, open_room(self.room), operation=f"{self.room}-open")
        self.acknowledged.append(f"{self.room}-open")

    async def writes(self) -> None:
        """Add one premise."""
        number = len(self.acknowledged)
        operation = f"{self.room}-{number}"
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.rooms.act(self.room, add_premise(f"Card {number}"), operation=operation)
                except StoreUnavailable:
                    self.refused += 1
                    await asyncio.sleep(0.05)
                else:
                    self.acknowledged.append(operation)
                    return

    async def writes_until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self.writes()
            await asyncio.sleep(0.01)

    async def log(self) -> list[str]:
        return [entry.operation async for entry in self.store.log(self.room)]
