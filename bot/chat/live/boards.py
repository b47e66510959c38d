"""Boards on screen: one writer each, the newest revision wins, posted and pinned again if one is deleted.

Where many boards wait for Discord's limits, most hold no room and read it when they are drawn: a thousand
whole rooms would be tens of megabytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import discord
import structlog

from bot.chat.live.message import EVERY_SECONDS, LiveMessage, Undrawn
from bot.chat.live.posts import NOT_SHOWN, Posts, passes
from bot.chat.live.yielding import Line, edits
from bot.chat.render.board import board
from bot.chat.render.shown import Shown
from bot.errors import StoreError, StoreUnavailable
from bot.rooms import Rooms
from bot.story.commands import PlaceBoard
from bot.story.room import Room
from bot.telemetry.counted.chat import Screen

_IDLE_SECONDS = 30.0  # then the writer ends; the next change starts another
_CLOSE_SECONDS = 3.0
_HELD = 16  # rooms whose boards wait
_UNKNOWN_MESSAGE = 10008


class _Known(NamedTuple):
    """What is kept of a room between two drawings."""

    revision: int
    board: str | None


class Boards:
    """The boards that this process draws."""

    def __init__(
        self,
        posts: Posts,
        rooms: Rooms,
        *,
        now: Callable[[], int],
        every: float = EVERY_SECONDS,
        screen: Screen | None = None,
        turn: Line | None = None,
    ) -> None:
        self._screen = screen
        self._turn = turn
        self._posts = posts
        self._rooms = rooms
        self._now = now
        self._every = every
        self._newest: dict[str, _Known] = {}
        self._held: dict[str, Room] = {}
        self._live: dict[str, LiveMessage] = {}
        self._log = structlog.get_logger(__name__)

    async def place(self, room: Room, *, nonce: str) -> Room:
        """Post a board and pin it; the room with the board in it.

        Raises:
            discord.HTTPException: Discord refuses the message. A refused pin is no reason to fail.
            StoreError: it could not be recorded.

        """
        message = await self._posts.post(room.id, board(room), nonce=nonce)
        outcome = await self._rooms.act(
            room.id,
            PlaceBoard(at=self._now(), message=message),
            operation=f"{room.id}:board:{message}",
        )
        try:
            await self._posts.pin(room.id, message)
        except NOT_SHOWN as error:
            self._log.warning("board_not_pinned", room=room.id, error=type(error).__name__)
        return outcome.room or room

    async def tell(self, room: Room, text: str, *, nonce: str) -> None:
        """Say something in the room, once.

        Raises:
            discord.HTTPException: Discord refuses.

        """
        await self._posts.post(room.id, Shown(text=text), nonce=nonce)

    async def replace(self, room: Room, *, nonce: str) -> Room:
        """Place a board afresh and take the earlier one away; the room with the new board in it.

        Raises:
            discord.HTTPException: Discord refuses the new message.
            StoreError: it could not be recorded.

        """
        earlier = room.board
        room = await self.place(room, nonce=nonce)
        self._show(room)  # who acted before this comes with the earlier board, or acted while it was posted
        if earlier is not None and earlier != room.board:
            try:
                await self._posts.delete(room.id, earlier)
            except NOT_SHOWN as error:
                self._log.info("old_board_stays", room=room.id, error=type(error).__name__)
        return room

    def refresh(self, room: Room) -> None:
        """Draw the board soon, as of this revision or a newer one, unless that was just done."""
        if room.board is None:
            return
        live = self._live.get(room.id)
        if live is not None and not live.is_over and room.revision <= self._newest[room.id].revision:
            return
        self._show(room)

    async def aclose(self) -> None:
        """Show what is still to be shown, and stop; what cannot be shown soon is left."""
        lives, self._live = list(self._live.values()), {}
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(*(live.finish() for live in lives), return_exceptions=True)

    def _show(self, room: Room) -> None:
        newest = self._newest.get(room.id)
        if newest is None or room.revision >= newest.revision:
            self._newest[room.id] = _Known(room.revision, room.board)
            room_id = room.id
            if room_id in self._held or len(self._held) < _HELD:
                self._held[room_id] = room
            self._writer(room_id).show(lambda: self._drawn(room_id))

    async def _drawn(self, room_id: str) -> Shown | None:
        """The board as it is now, or nothing of a room that is gone.

        Raises:
            Undrawn: the room is not held any more, and cannot be read now.

        """
        try:
            room = self._held.pop(room_id, None) or await self._rooms.read(room_id)
        except StoreUnavailable as error:
            raise Undrawn from error
        except StoreError as error:
            self._log.warning("board_not_read", room=room_id, error=type(error).__name__)
            return None
        return None if room is None else board(room)

    def _writer(self, room_id: str) -> LiveMessage:
        """A board's writer; when it ends, what is known of the room goes too."""
        found = self._live.get(room_id)
        if found is not None and not found.is_over:
            return found

        def over() -> None:
            if self._live.get(room_id) is live:
                del self._live[room_id]
                self._newest.pop(room_id, None)
                self._held.pop(room_id, None)

        live = self._live[room_id] = LiveMessage(
            lambda shown: self._edit(room_id, shown),
            name=f"board-{room_id}",
            every=self._every,
            idle=_IDLE_SECONDS,
            screen=self._screen,
            turn=self._turn,
            over=over,
        )
        return live

    async def _edit(self, room_id: str, shown: Shown) -> None:
        message = self._newest[room_id].board
        if message is None:
            return
        try:
            await self._posts.edit(room_id, message, shown)
        except discord.HTTPException as error:
            if passes(error):
                raise  # the live message tries again
            self._log.warning("board_not_drawn", room=room_id, code=error.code)
            if error.code == _UNKNOWN_MESSAGE:
                await self._place_again(room_id, gone=message)

    async def _place_again(self, room_id: str, *, gone: str) -> None:
        try:
            room = await self._rooms.read(room_id)
            if room is not None and room.board == gone:
                with edits(passing=False):  # to yield halfway would leave a board that is not known
                    room = await self.place(room, nonce=f"b{gone}")
            if room is not None:
                self._show(room)
        except (*NOT_SHOWN, StoreError) as error:
            self._log.warning("board_not_replaced", room=room_id, error=type(error).__name__)
