"""Server-sent events as axum writes them: `data: ` with a space, no names, no ids, comments in silences."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic_core import to_json

KEEP_ALIVE: Final = b":\n\n"
HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


def frame(event: BaseModel | Mapping[str, Any]) -> bytes:
    """Write one event: a model, or its keys as they go on the wire."""
    return b"data: " + to_json(event, inf_nan_mode="null") + b"\n\n"


@asynccontextmanager
async def keeping_alive(response: web.StreamResponse, seconds: float) -> AsyncGenerator[Callable[[], None]]:
    """Write a comment after each silence of so many seconds; what comes is to be called for each frame."""
    loop = asyncio.get_running_loop()
    last = loop.time()

    def written() -> None:
        nonlocal last
        last = loop.time()

    async def watch() -> None:
        with suppress(ConnectionResetError):  # whoever writes the frames learns of it too
            while True:
                await asyncio.sleep(last + seconds - loop.time())
                if loop.time() >= last + seconds:
                    await response.write(KEEP_ALIVE)
                    written()

    watching = asyncio.create_task(watch(), name="keep-alive")
    try:
        yield written
    finally:
        watching.cancel()
