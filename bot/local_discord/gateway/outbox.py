"""What a connection has still to send, in order, and the one task that sends it.

Between two frames it does one of the stream's jobs and lets others have their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.local_discord.gateway.compression import Codec, Payloads, Plain
from bot.local_discord.gateway.frames import Frame

__all__ = ["Outbox"]


class Outbox:
    """Frames, as text or still to be put on `origin`, for one socket. `work` does a job if there is one."""

    def __init__(
        self, socket: web.WebSocketResponse, codec: Codec, origin: str, work: Callable[[], bool]
    ) -> None:
        self._socket = socket
        self._codec = codec
        self._origin = origin
        self._work = work
        self._queue: asyncio.Queue[Frame | str | None] = asyncio.Queue()

    def put(self, item: Frame | str) -> None:
        """Send this after what was put before."""
        self._queue.put_nowait(item)

    def nudge(self) -> None:
        """There is work: look for it even though there may be nothing to send."""
        self._queue.put_nowait(None)

    def compress_payloads(self) -> None:
        """Compress larger frames from now on, unless a transport compression is in use."""
        if isinstance(self._codec, Plain):
            self._codec = Payloads()

    async def run(self) -> None:
        """Send until the socket is gone; the reading side sees that too, and tidies up."""
        while True:
            if self._work():
                if self._queue.empty():
                    self.nudge()
                await asyncio.sleep(0)
            item = await self._queue.get()
            if item is None:
                continue
            sent = self._codec.encode(item if isinstance(item, str) else item.on(self._origin))
            if self._socket.closed:
                return
            try:
                if isinstance(sent, str):
                    await self._socket.send_str(sent)
                else:
                    await self._socket.send_bytes(sent)
            except ConnectionError:
                return
