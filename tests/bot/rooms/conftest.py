"""Rooms on the embedded Redis."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import RoomStore
from bot.store.keys import Keys

KEYS = Keys("test")


@pytest.fixture
def store(redis: Redis) -> RoomStore:
    return RoomStore(redis, keys=KEYS, days=1)


@pytest.fixture
def asked() -> list[None]:
    """One entry for every time the rooms said that a round was asked for."""
    return []


@pytest.fixture
def rooms(store: RoomStore, asked: list[None]) -> Rooms:
    return Rooms(store, asked=lambda: asked.append(None))
