"""Server-sent events as axum writes them: `data: ` with a space, no names, no ids, comments in silences."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

KEEP_ALIVE: Final = b":\n\n"
HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


def frame(event: BaseModel) -> bytes:
    """Write one event."""
    return b"data: " + event.model_dump_json().encode() + b"\n\n"
