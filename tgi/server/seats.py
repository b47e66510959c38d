"""Who generates now and who waits: as many at once as the engine has seats and the batch has tokens for."""

from __future__ import annotations

import asyncio
from collections import deque


class Seats:
    """First come, first seated; one who needs much room is not overtaken by those who need less.

    `room` is in tokens: TGI's `--max-batch-total-tokens`. Nobody may ask for more than all of it.
    """

    def __init__(self, seats: int, room: int) -> None:
        self._seats = seats
        self._room = room
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, tokens: int) -> None:
        """Wait for a seat and for room; whoever is cancelled meanwhile holds neither."""
        if not self._waiting and self._fits(tokens):
            self._seat(tokens)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (tokens, turn)
        self._waiting.append(place)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # seated at the very moment
                self.leave(tokens)
            elif place in self._waiting:
                self._waiting.remove(place)
                self._call()  # whoever stood behind may fit where this one did not
            raise

    def leave(self, tokens: int) -> None:
        """Give back what was taken."""
        self._seats += 1
        self._room += tokens
        self._call()

    def _fits(self, tokens: int) -> bool:
        return self._seats > 0 and tokens <= self._room

    def _seat(self, tokens: int) -> None:
        self._seats -= 1
        self._room -= tokens

    def _call(self) -> None:
        while self._waiting:
            tokens, turn = self._waiting[0]
            if not turn.done() and not self._fits(tokens):
                return
            self._waiting.popleft()
            if not turn.done():  # else cancelled, and not told so yet
                self._seat(tokens)
                turn.set_result(None)
