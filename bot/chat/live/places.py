"""The places of waiting rounds on screen, kept true while they wait.

Every process that answers looks every second for rounds whose place was not shown of late; the queue gives
each to one of them for some seconds, so that a message has one writer. An edit is made only where the words
changed.
Once a round is leased its worker draws it; who drew a place last looks whether that came between, and goes on
looking until Redis and Discord have answered.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final

import structlog

from bot.chat.live.looking import keep_looking
from bot.chat.live.posts import NOT_SHOWN, Posts
from bot.chat.live.rounds import LiveRounds
from bot.chat.live.yielding import Crowded, edits
from bot.chat.render.round import round_message
from bot.chat.render.waiting import place_words
from bot.errors import NewerSchema, StoreError, StoreUnavailable
from bot.rooms import Rooms
from bot.store import Queue
from bot.store.fairness.places import Place
from bot.story.rounds import Round, RoundStatus
from bot.words import words

LOOK_SECONDS: Final = 1.0
EVERY_SECONDS: Final = 10.0  # between two edits of one message for the sake of its place
AT_ONCE: Final = 10  # rounds that one look shows, so that a crowd leaves Discord's limits to others


class Places:
    """Shows where rounds stand. `every`: the least seconds between two edits of one message."""

    def __init__(
        self, queue: Queue, rooms: Rooms, rounds: LiveRounds, posts: Posts, *, every: float = EVERY_SECONDS
    ) -> None:
        self._queue = queue
        self._rooms = rooms
        self._rounds = rounds
        self._posts = posts
        self._every = every
        self._unsure: set[tuple[str, int]] = set()  # drawn as waiting, which they may be no more
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Look until cancelled. Redis being away is waited out."""
        await keep_looking(
            self.look,
            every=min(LOOK_SECONDS, self._every),
            away=lambda: self._log.warning("places.wait_for_redis"),
        )

    async def look(self) -> None:
        """Show the places that are due."""
        for room_id, number in list(self._unsure):
            await self._one(room_id, self._look_again(room_id, number))
        for place in await self._queue.places_due(limit=AT_ONCE, every=self._every):
            room_id, _, last = place.id.rpartition(":")
            await self._one(room_id, self._show(place, room_id, int(last)))

    async def _one(self, room_id: str, work: Awaitable[None]) -> None:
        try:
            await work
        except Crowded:
            pass  # others matter more; it is looked at again
        except NOT_SHOWN as error:
            self._log.warning("places.not_shown", room=room_id, error=type(error).__name__)
        except NewerSchema:
            pass  # a gateway of the newer program shows it
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one room, whatever it holds, must not end the others
            self._log.error("places.broken", room=room_id, failure=type(error).__name__)

    async def _show(self, place: Place, room_id: str, number: int) -> None:
        room = await self._rooms.read(room_id)
        one = room.round(number) if room else None
        if room is None or one is None or not _waits_on_screen(one):
            return
        said = place_words(words(room.brief.language), place)
        if said == place.words:
            return
        self._unsure.add((room_id, number))  # also where it is not known whether the edit was made
        try:
            with edits(passing=True):
                await self._posts.edit(room_id, one.message or "", round_message(room, number, place=place))
        except Crowded:
            self._unsure.discard((room_id, number))
            raise
        await self._queue.place_shown(room_id, number, said)
        await self._look_again(room_id, number)

    async def _look_again(self, room_id: str, number: int) -> None:
        """Draw a round that was leased meanwhile and has ended: what its worker drew may lie under the place.

        A worker that still writes draws it again by itself.
        """
        self._unsure.discard((room_id, number))
        try:
            room = None if await self._queue.place(room_id, number) else await self._rooms.read(room_id)
            if room is not None and room.round(number) is not None:
                await self._rounds.redraw(room, number)
        except (StoreUnavailable, *NOT_SHOWN):
            self._unsure.add((room_id, number))
            raise


def _waits_on_screen(one: Round) -> bool:
    return one.status is RoundStatus.OPEN and one.message is not None
