"""An edit that a newer one will follow yields, where several messages of a channel are edited at once.

Discord grants five edits in five seconds to a channel, and a room's board and its round may be edited by two
processes. Without this the words that stay could wait behind those that do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from bot.errors import StoreUnavailable
from bot.store import EditStore
from bot.store.connection import cancellations, heed_cancellation

ANSWER_SECONDS = 0.25  # for which Redis is waited for; without it nobody yields

Line: TypeAlias = Callable[[], Awaitable[None]]
"""A line of passing edits: it is called to stand in it, and returns when the edit may be made, at once."""

_passing: ContextVar[bool] = ContextVar("passing", default=False)


class Crowded(Exception):
    """A passing edit is to be left out; what is newest then may be shown in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"other messages are edited here; again in {seconds:.1f} s")
        self.seconds = seconds


@contextmanager
def edits(*, passing: bool) -> Iterator[None]:
    """Say of the edits made in this context whether newer ones will follow them."""
    before = _passing.set(passing)
    try:
        yield
    finally:
        _passing.reset(before)


def is_passing() -> bool:
    """Whether what is asked of Discord in this context will be asked again, newer."""
    return _passing.get()


async def take_edit(store: EditStore, channel: str, message: str) -> None:
    """Count an edit among the channel's.

    Raises:
        Crowded: it is a passing one, and there is no room for it.

    """
    before = cancellations()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            seconds = await store.take(channel, message, passing=is_passing())
            heed_cancellation(before)
    except (StoreUnavailable, TimeoutError):
        return
    if seconds:
        raise Crowded(seconds)
