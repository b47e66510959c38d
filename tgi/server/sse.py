"""Server-sent events as axum writes them: `data: ` with a space, no names, no ids, comments in silences."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, TypeVar

from pydantic import BaseModel

KEEP_ALIVE: Final = b":\n\n"
HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}

T = TypeVar("T")


def frame(event: BaseModel) -> bytes:
    """Write one event."""
    return b"data: " + event.model_dump_json().encode() + b"\n\n"


async def with_silences(source: AsyncGenerator[T], seconds: float) -> AsyncGenerator[T | None]:
    """Yield what `source` yields, and None whenever `seconds` pass without it; close it at the end."""
    upcoming: asyncio.Task[T] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.create_task(_following(source), name="next event")
            done, _ = await asyncio.wait({upcoming}, timeout=seconds)
            if not done:
                yield None
                continue
            finished, upcoming = upcoming, None
            try:
                event = finished.result()
            except StopAsyncIteration:
                return
            yield event
    finally:
        if upcoming is not None:
            upcoming.cancel()
            await asyncio.wait({upcoming})
        await source.aclose()


async def _following(source: AsyncGenerator[T]) -> T:
    return await anext(source)
