"""Answers in Redis's protocol as a Redis that is not to be had here: an old one, one of a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HELLO = b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n"
NO_SAVE = b"%1\r\n$4\r\nsave\r\n$0\r\n\r\n"


@asynccontextmanager
async def small_redis(**answers: bytes) -> AsyncIterator[str]:
    """Give its address. `answers`: by command in small letters, in the protocol; +OK to all others."""
    known = {"hello": HELLO, "zcard": b":0\r\n", "ping": b"+PONG\r\n", "config": NO_SAVE} | answers

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                words = []
                for _ in range(int(line[1:])):
                    length = int((await reader.readline())[1:])
                    words.append((await reader.readexactly(length + 2))[:-2])
                writer.write(known.get(words[0].decode().lower(), b"+OK\r\n"))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"


def bulk(text: str) -> bytes:
    return f"${len(text)}\r\n{text}\r\n".encode()
