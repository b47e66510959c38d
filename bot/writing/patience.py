"""Waits Redis out: a finished text is not lost because its log was away for a moment.

Only for calls that may be sent again. Without an end of its own: whoever holds the lease is cancelled when
the lease is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import Contended, StoreUnavailable
from bot.store.connection import heed_cancellation

Answer = TypeVar("Answer")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


async def patiently(call: Callable[[], Awaitable[Answer]], *, what: str) -> Answer:
    """What the call brings, however often it must be made; `what` names it in the log.

    Raises:
        bot.errors.StoreError: of a kind that waiting does not mend.

    """
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            answer = await call()
        except (StoreUnavailable, Contended) as error:
            _log.warning("writing.store_waited_for", what=what, failure=error.code, pause=pause)
        else:
            heed_cancellation()
            return answer
        heed_cancellation()
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
