"""Rooms on the embedded Redis."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import RoomStore
from tests.bot.rooms.parts import Parts, parts_on


@pytest.fixture
def parts(redis: Redis) -> Parts:
    return parts_on(redis)


@pytest.fixture
def rooms(parts: Parts) -> Rooms:
    return parts.rooms


@pytest.fixture
def store(parts: Parts) -> RoomStore:
    return parts.store
