"""A wire to Redis that can lose a reply: the command is carried out, and its sender never hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CuttingWire:
    """A TCP relay. Once `cut` is set, it closes a connection instead of passing on the reply to that."""

    def __init__(self, port: int) -> None:
        self._redis_port = port
        self.cut: bytes | None = None
        self.port = 0
        self.lost = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:  # one client, request by request: nobody pipelines past a reply here
        redis_reader, redis_writer = await asyncio.open_connection("127.0.0.1", self._redis_port)
        try:
            while request := await reader.read(2**20):
                redis_writer.write(request)
                reply = await redis_reader.read(2**20)
                if self.cut is not None and self.cut in request:
                    self.cut = None
                    self.lost += 1
                    return
                writer.write(reply)
        finally:
            redis_writer.close()
            writer.close()


@asynccontextmanager
async def cutting_wire(port: int) -> AsyncIterator[CuttingWire]:
    """A wire to the Redis at that port."""
    wire = CuttingWire(port)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
