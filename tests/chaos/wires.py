"""A wire between two processes that can fail in the ways TCP does. One listener for each pair of them.

What a fault does to the connections that pass:

    delay       everything arrives late
    drop_reply  a request goes through; its reply is thrown away and the connection closed
    reset       connections are reset, and so is every new one
    half_open   accepted and never answered: what is sent is swallowed, for as long as the caller holds on
    cut         a reply breaks off in the middle of a frame, and the connection with it
    stall       nothing passes; what was sent arrives when the fault ends, as after a partition

`drop_reply` and `cut` befall each connection once while the fault lasts.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

KINDS: Final = ("delay", "drop_reply", "reset", "half_open", "cut", "stall")
DELAY_SECONDS: Final = 0.3
_PIECE: Final = 2**16


class Connection:
    """One connection of a wire, both ends of it."""

    def __init__(self, wire: Wire, writer: asyncio.StreamWriter) -> None:
        self._wire = wire
        self.writer = writer
        self.is_dead = False  # swallowed for good
        self.was_struck = False
        self.asked = asyncio.Event()  # since the fault began, so that a reply is one to something

    def reset(self) -> None:
        """End it as a crashed machine's kernel does."""
        made: socket.socket | None = self.writer.get_extra_info("socket")
        if made is not None:
            with suppress(OSError):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Wire:
    """Listens on `port` and passes on to whatever listens on `target`."""

    def __init__(self, name: str, target: int) -> None:
        self.name = name
        self.target = target
        self.port = 0
        self.passed = 0  # connections
        self.struck = 0  # of them, by faults
        self._fault = ""
        self._healed = asyncio.Event()
        self._healed.set()
        self._connections: set[Connection] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def is_well(self) -> bool:
        """Whether no fault is in force and nobody still waits on a swallowed connection."""
        return not self._fault and not any(each.is_dead for each in self._connections)

    def strike(self, kind: str) -> None:
        """Let a fault begin."""
        if kind not in KINDS:
            raise ValueError(f"a wire has no fault {kind!r}")
        self._fault = kind
        self._healed.clear()
        for each in list(self._connections):
            each.was_struck = False
            each.asked.clear()
            if kind == "reset":
                self.struck += 1
                each.reset()
            elif kind == "half_open":
                self.struck += 1
                each.is_dead = True

    def heal(self) -> None:
        """End the fault; what was swallowed stays so."""
        self._fault = ""
        self._healed.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        connection = Connection(self, writer)
        self._connections.add(connection)
        self.passed += 1
        try:
            if self._fault == "reset":
                self.struck += 1
                connection.reset()
                return
            if self._fault == "half_open":
                self.struck += 1
                connection.is_dead = True
            try:
                there, back = await asyncio.open_connection("127.0.0.1", self.target)
            except OSError:
                connection.reset()
                return
            try:
                await self._both(connection, (reader, back), (there, writer))
            finally:
                back.close()
        finally:
            self._connections.discard(connection)
            writer.close()

    async def _both(
        self,
        connection: Connection,
        out: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        home: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        ways = [
            asyncio.create_task(self._requests(connection, *out), name=f"{self.name} out"),
            asyncio.create_task(self._replies(connection, *home), name=f"{self.name} home"),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if connection.is_dead:  # the far end may go; the near one must find out by itself
                await asyncio.wait(ways[:1])
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _requests(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while piece := await self._read(reader):
            connection.asked.set()
            if await self._passes(connection):
                writer.write(piece)
                await writer.drain()

    async def _replies(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while piece := await self._read(reader):
            if not await self._passes(connection):
                continue
            if self._breaks_off(connection):
                if self._fault == "cut":
                    writer.write(piece[: len(piece) // 2])
                    with suppress(OSError):
                        await writer.drain()
                    await asyncio.sleep(0.01)  # the half arrives before the reset overtakes it
                connection.reset()
                return
            writer.write(piece)
            await writer.drain()

    def _breaks_off(self, connection: Connection) -> bool:
        """Whether this reply is the one that is lost or cut."""
        if self._fault not in ("drop_reply", "cut") or connection.was_struck or not connection.asked.is_set():
            return False
        connection.was_struck = True
        self.struck += 1
        return True

    async def _passes(self, connection: Connection) -> bool:
        """Whether a piece goes on, once it may."""
        if connection.is_dead:
            return False
        if self._fault == "delay":
            await asyncio.sleep(DELAY_SECONDS)
        elif self._fault == "stall":
            await self._healed.wait()
        return not connection.is_dead

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.read(_PIECE)
        except OSError:
            return b""

    async def aclose(self) -> None:
        """Let go of every connection."""
        for each in list(self._connections):
            each.reset()
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@asynccontextmanager
async def wire(name: str, target: int) -> AsyncIterator[Wire]:
    """A wire to the port `target`, until the block ends."""
    made = Wire(name, target)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.aclose()
