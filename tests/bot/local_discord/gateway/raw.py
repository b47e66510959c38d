"""A gateway connection without a client library."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import zstandard

from bot.local_discord.events import Event, Intent
from bot.local_discord.parts import Options
from bot.local_discord.seed import FILM_CLUB, GUILD
from bot.local_discord.server import LocalDiscord

__all__ = ["GUILDS", "TOKEN", "Dial", "Raw", "heard", "until"]

TOKEN = Options().bot_token
GUILDS = (GUILD, FILM_CLUB)


class Raw:
    """Speaks JSON; inflates what comes with the connection's one context."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, compress: str = "") -> None:
        self.socket = socket
        self.compress = compress
        self.zlib = zlib.decompressobj()
        self.zstd = zstandard.ZstdDecompressor().decompressobj()

    async def next(self) -> dict[str, Any]:
        """The next frame, whatever it is."""
        message = await self.socket.receive(timeout=5)
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, self.socket.close_code
        packed = message.data
        if message.type is aiohttp.WSMsgType.TEXT:
            text = packed
        elif self.compress == "zlib-stream":
            assert packed.endswith(b"\x00\x00\xff\xff")
            text = self.zlib.decompress(packed)
        elif self.compress == "zstd-stream":
            text = self.zstd.decompress(packed)
        else:
            text = zlib.decompress(packed)
        frame: dict[str, Any] = json.loads(text)
        return frame

    async def frame(self, op: int = 0, name: str | None = None) -> dict[str, Any]:
        """The next frame of that opcode and name; others are passed over."""
        while True:
            frame = await self.next()
            if frame["op"] == op and name in {None, frame["t"]}:
                return frame

    async def quiet(self, seconds: float = 0.15) -> list[str | int]:
        """The names (opcodes for what is no dispatch) of what comes until it is quiet for so long."""
        seen: list[str | int] = []
        while True:
            try:
                async with asyncio.timeout(seconds):
                    frame = await self.next()
            except TimeoutError:
                return seen
            seen.append(frame["t"] or frame["op"])

    async def closed(self) -> int | None:
        """The code that it was closed with."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code

    async def send(self, op: int, body: Any = None) -> None:
        await self.socket.send_json({"op": op, "d": body})

    async def identify(self, token: str = TOKEN, intents: int = 1, **more: Any) -> None:
        await self.send(2, {"token": token, "intents": intents, "properties": {}, **more})

    async def resume(self, stream: str, seq: int) -> None:
        await self.send(6, {"token": TOKEN, "session_id": stream, "seq": seq})

    async def ready(self, intents: int = 1, **more: Any) -> dict[str, Any]:
        """Identify: READY's body, once the guilds came too."""
        await self.identify(intents=intents, **more)
        ready = (await self.frame(name="READY"))["d"]
        for _ in ready["guilds"] if intents & 1 else ():
            await self.frame(name="GUILD_CREATE")
        found: dict[str, Any] = ready
        return found


async def heard(local: LocalDiscord, raw: Raw) -> list[str]:
    """The names of the events that have come by now."""
    local.parts.bus.publish(Event("INTERACTION_CREATE", {"id": "the end"}, Intent.ALWAYS, frozenset()))
    names: list[str] = []
    while (frame := await raw.frame())["d"].get("id") != "the end":
        names.append(frame["t"])
    return names


async def until(holds: Callable[[], object]) -> None:
    """Wait for what no event tells of."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


Dial = Callable[..., Awaitable[Raw]]
