"""Messages about what the room decides, ballots and green lights: each asks once, and tells how it ended.

What is posted is recorded in the room's log, so that any process can go on where another died; nonces keep
Discord from showing a message twice that two of them post.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from weakref import WeakValueDictionary

import structlog

from bot.chat.live.posts import NOT_SHOWN, Posts
from bot.chat.render.ballots import ballot_message
from bot.chat.render.green_light import ended_message, light_message
from bot.chat.render.results import result_message
from bot.chat.render.shown import Shown
from bot.rooms import Rooms
from bot.story.commands import Command, PlaceBallot, PlaceLight
from bot.story.room import Room


class Placed(Protocol):
    """What a room knows of a notice's messages."""

    @property
    def message(self) -> str | None:
        """The message that asks."""
        ...

    @property
    def told(self) -> str | None:
        """The message that tells how it ended."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether it still asks."""
        ...


@dataclass(frozen=True)
class Kind:
    """One kind of notice. `sign` begins its nonces: Discord lets them have 25 characters."""

    sign: str
    of: Callable[[Room, int], Placed | None]
    asks: Callable[[Room, int], Shown]
    tells: Callable[[Room, int], Shown | None]  # None where there is nothing to tell
    record: Callable[[int, int, str, bool], Command]  # at, number, message, told


BALLOTS: Final = Kind(
    sign="v",
    of=lambda room, number: room.ballot(number),
    asks=ballot_message,
    tells=result_message,
    record=lambda at, number, message, told: PlaceBallot(at=at, ballot=number, message=message, told=told),
)
LIGHTS: Final = Kind(
    sign="g",
    of=lambda room, number: room.light(number),
    asks=light_message,
    tells=ended_message,
    record=lambda at, number, message, told: PlaceLight(at=at, light=number, message=message, told=told),
)


class Notices:
    """The notices that this process shows."""

    def __init__(self, posts: Posts, rooms: Rooms, *, now: Callable[[], int]) -> None:
        self._posts = posts
        self._rooms = rooms
        self._now = now
        self._placing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._log = structlog.get_logger(__name__)

    async def ask(self, kind: Kind, room: Room, number: int) -> Room:
        """See that a notice has its message; the room with it.

        Raises:
            discord.HTTPException: Discord refuses the message.
            StoreError: the message is there, but could not be recorded; the next time finds it.

        """
        return await self._place(kind, room, number, told=False)

    async def tell(self, kind: Kind, room: Room, number: int) -> Room:
        """Draw a notice that has ended as such, and see that the room is told how; the room with that.

        Raises:
            discord.HTTPException: Discord refuses the message.
            StoreError: the message is there, but could not be recorded; the next time finds it.

        """
        await self.refresh(kind, room, number)
        return await self._place(kind, room, number, told=True)

    async def refresh(self, kind: Kind, room: Room, number: int) -> None:
        """Draw what a notice has on screen again, as the room is by then; what is gone stays gone."""
        async with self._placing.setdefault(f"{room.id}:{kind.sign}{number}", asyncio.Lock()):
            room = await self._rooms.read(room.id) or room  # who comes later does not draw what was earlier
            await self._draw(kind, room, number)

    async def _draw(self, kind: Kind, room: Room, number: int) -> None:
        found = kind.of(room, number)
        if found is None:
            return
        for message, draw in ((found.message, kind.asks), (found.told, kind.tells)):
            shown = draw(room, number) if message is not None else None
            if message is None or shown is None:
                continue
            try:
                await self._posts.edit(room.id, message, shown)
            except NOT_SHOWN as error:
                self._log.warning("notice_not_refreshed", room=room.id, error=type(error).__name__)

    async def _place(self, kind: Kind, room: Room, number: int, *, told: bool) -> Room:
        nonce = f"{room.id}:{kind.sign.upper() if told else kind.sign}{number}"
        async with self._placing.setdefault(f"{room.id}:{kind.sign}{number}", asyncio.Lock()):
            if _message(kind, room, number, told=told) is None:
                room = await self._rooms.read(room.id) or room
            shown = (kind.tells if told else kind.asks)(room, number)
            if shown is None or _message(kind, room, number, told=told) is not None:
                return room
            message = await self._posts.post(room.id, shown, nonce=nonce)
            outcome = await self._rooms.act(
                room.id,
                kind.record(self._now(), number, message, told),
                operation=f"{nonce}:{message}",
            )
            return outcome.room or room


def _message(kind: Kind, room: Room, number: int, *, told: bool) -> str | None:
    found = kind.of(room, number)
    return None if found is None else found.told if told else found.message
