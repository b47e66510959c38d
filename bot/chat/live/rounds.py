"""Rounds on screen: posted once, filled as takes are written, finished whatever happens to the process.

It is what the worker tells of its writing (`bot.writing.ports.Audience`). A round whose message is not there
yet, because the process that asked for it died, gets it from the worker; the nonce keeps it to one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import discord
import structlog

from bot.chat.live.message import EVERY_SECONDS, LiveMessage
from bot.chat.live.posts import NOT_SHOWN, Posts, passes
from bot.chat.live.yielding import Line
from bot.chat.render.round import round_message
from bot.chat.render.shown import Shown
from bot.errors import StoreError
from bot.rooms import Rooms
from bot.store.fairness.places import Place
from bot.story.commands import PlaceRound
from bot.story.room import Room
from bot.story.rounds import RoundStatus
from bot.telemetry.counted.chat import Screen

# A round that is taken up shows its first token at once, and without one, after this while, that it is being
# written: an edit for the sake of the opening alone would put off the first words by a second.
FIRST_WORDS_SECONDS = 0.8
IDLE_SECONDS = 900.0  # a round that says nothing for so long was lost to another worker

_REPOST = (10008, 30046)  # unknown message; too many edits of an old one


@dataclass
class _OnScreen:
    """A round being written: the newest room, the texts so far."""

    room: Room
    live: LiveMessage
    shows: Callable[[], None] | None = None  # told of every edit
    texts: dict[int, str] = field(default_factory=dict)
    begun: bool = False  # something of the writing is on screen, or about to be


class LiveRounds:
    """The rounds that this process shows."""

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
        self._on_screen: dict[tuple[str, int], _OnScreen] = {}
        self._placing: WeakValueDictionary[tuple[str, int], asyncio.Lock] = WeakValueDictionary()
        self._log = structlog.get_logger(__name__)

    async def place(
        self, room: Room, number: int, *, place: Place | None = None, writing: bool = False
    ) -> Room:
        """Make sure that a round has its message; the room with the message in it.

        `place` is where it stands in the queue; `writing` says that this one is being written already.

        Raises:
            discord.HTTPException: Discord refuses the message.
            StoreError: the message is there, but could not be recorded; its next placing finds it.

        """
        if room.rounds[number - 1].private:  # who asked is shown it when they press for it
            return room
        async with self._placing.setdefault((room.id, number), asyncio.Lock()):
            if room.rounds[number - 1].message is None:
                room = await self._rooms.read(room.id) or room
            if room.rounds[number - 1].message is None:
                room = await self._post(
                    room, number, nonce=f"{room.id}:{number}", place=place, writing=writing
                )
        return room

    async def refresh(self, room: Room, number: int) -> None:
        """Draw a finished round again, as after an adoption. A message that is gone stays gone.

        An open round is its worker's to draw, in whichever process that is.
        """
        with suppress(*NOT_SHOWN):  # it is logged
            await self.redraw(room, number)

    async def redraw(self, room: Room, number: int) -> None:
        """As `refresh`.

        Raises:
            discord.HTTPException, OSError: Discord was away, or of another kind that another time may mend.

        """
        one = room.rounds[number - 1]
        message = one.message
        if message is None or one.status is RoundStatus.OPEN:
            return
        await self.abandoned(room.id, number)  # it ended elsewhere, after this worker lost its lease
        try:
            await self._posts.edit(room.id, message, round_message(room, number))
        except NOT_SHOWN as error:
            self._log.warning("round_not_refreshed", room=room.id, round=number, error=type(error).__name__)
            if passes(error):
                raise

    async def started(
        self,
        room: Room,
        round: int,  # noqa: A002 - the port's name
        shows: Callable[[], None] | None = None,
    ) -> None:
        """Show that a round is being written."""
        try:
            room = await self.place(room, round, writing=True)
        except (*NOT_SHOWN, StoreError) as error:
            # Writing goes on: the text is kept, and `finished` tries again.
            self._log.warning("round_not_placed", room=room.id, round=round, error=type(error).__name__)
            return
        message = room.rounds[round - 1].message
        if message is None:
            return
        await self.abandoned(room.id, round)  # this worker had it before, and lost its lease
        live = LiveMessage(
            lambda shown: self._posts.edit(room.id, message, shown),
            name=f"{room.id}:{round}",
            every=self._every,
            idle=IDLE_SECONDS,
            screen=self._screen,
            turn=self._turn,
        )
        screen = _OnScreen(room, live, shows)
        self._on_screen[room.id, round] = screen
        asyncio.get_running_loop().call_later(FIRST_WORDS_SECONDS, self._show, screen, round)

    def wrote(self, room: Room, round: int, take: int, text: str) -> None:  # noqa: A002 - the port's name
        """Show the text of a take so far."""
        screen = self._on_screen.get((room.id, round))
        if screen is None:
            return
        if room.revision > screen.room.revision:
            screen.room = room
        is_opening = take not in screen.texts  # built from the brief, before any token
        screen.texts[take] = text
        if screen.begun or not is_opening:
            self._show(screen, round)

    async def finished(self, room: Room, round: int) -> None:  # noqa: A002 - the port's name
        """Show the round as it ended; returns when it is on screen or cannot be."""
        screen = self._on_screen.pop((room.id, round), None)
        try:
            if screen is not None and not screen.live.is_over:
                live = screen.live
            else:
                if screen is not None:
                    await screen.live.cancel()
                live = LiveMessage(
                    lambda shown: self._place_and_edit(room, round, shown),
                    name=f"{room.id}:{round}",
                    every=self._every,
                    screen=self._screen,
                    turn=self._turn,
                )
            await live.finish(lambda: round_message(room, round))
        except (*NOT_SHOWN, StoreError) as error:
            self._log.warning("round_not_shown", room=room.id, round=round, error=type(error).__name__)
            if isinstance(error, discord.HTTPException) and error.code in _REPOST:
                await self._repost(room, round)

    async def lost(self, room: str, round: int) -> None:  # noqa: A002 - the port's name
        """Stop showing a round; if it ended elsewhere meanwhile, draw that over whatever came too late."""
        await self.abandoned(room, round)
        try:
            found = await self._rooms.read(room)
        except StoreError as error:
            self._log.warning("round_left_as_it_is", room=room, round=round, error=type(error).__name__)
            return
        if found is not None and found.round(round) is not None:
            await self.refresh(found, round)

    async def abandoned(self, room: str, round: int) -> None:  # noqa: A002 - the port's name
        """Stop showing a round that another worker writes on."""
        screen = self._on_screen.pop((room, round), None)
        if screen is not None:
            await screen.live.cancel()

    async def aclose(self) -> None:
        """Stop every writer; what is unfinished is finished by whoever takes the round up."""
        for room, number in list(self._on_screen):
            await self.abandoned(room, number)

    @staticmethod
    def _show(screen: _OnScreen, number: int) -> None:
        screen.begun = True

        def drawn() -> Shown:
            if screen.shows is not None:
                screen.shows()
            return round_message(screen.room, number, written=screen.texts)

        screen.live.show(drawn)

    async def _place_and_edit(self, room: Room, number: int, shown: Shown) -> None:
        message = (await self.place(room, number)).rounds[number - 1].message
        if message is not None:
            await self._posts.edit(room.id, message, shown)

    async def _repost(self, room: Room, number: int) -> None:
        try:
            await self._post(room, number, nonce=f"{room.id}:{number}+")
        except (*NOT_SHOWN, StoreError) as error:
            self._log.warning("round_not_reposted", room=room.id, round=number, error=type(error).__name__)

    async def _post(
        self, room: Room, number: int, *, nonce: str, place: Place | None = None, writing: bool = False
    ) -> Room:
        shown = round_message(room, number, place=place, written={} if writing else None)
        message = await self._posts.post(room.id, shown, nonce=nonce)
        outcome = await self._rooms.act(
            room.id,
            PlaceRound(at=self._now(), round=number, message=message),
            operation=f"{room.id}:{number}:place:{message}",
        )
        return outcome.room or room
