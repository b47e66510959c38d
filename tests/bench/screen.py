"""From the server's token to the person's screen: first words and last words of a take.

A proxy between the bot and TGI notes when the first and the last token of a round pass; a person's events say
when their words are in the message.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.bench.figures import Figure, spread
from tests.bench.stack import PEOPLE, Stack, stack

_BUCKET_SECONDS = 5  # each round finds its channel's edits unspent, as where people read before they go on


class Watch:
    """Passes everything on to TGI, and notes when tokens pass, and how many."""

    def __init__(self) -> None:
        self.to = ""
        self.first: float | None = None
        self.last = 0.0
        self.tokens = 0
        self._http: aiohttp.ClientSession | None = None

    def begin(self) -> None:
        self.first = None

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        self._http = self._http or aiohttp.ClientSession()
        body = await request.read()
        headers = {"Content-Type": "application/json"} if body else {}
        async with self._http.request(
            request.method, self.to + request.path, data=body or None, headers=headers
        ) as answer:
            response = web.StreamResponse(status=answer.status)
            response.content_type = answer.content_type
            await response.prepare(request)
            try:
                async for piece in answer.content.iter_any():
                    if request.path.endswith("generate_stream"):
                        self.first = self.first or time.monotonic()
                        self.last = time.monotonic()
                        self.tokens += piece.count(b'"generated_text"')
                    await response.write(piece)
                await response.write_eof()
            except ConnectionResetError:  # the bot hung up: it has all it wants
                return response
            return response

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[Watch, str]]:
    """A proxy, which passes on to what its watch is told, and its address."""
    watch = Watch()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", watch.pass_on)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield watch, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def measure(*, rounds: int = 6) -> list[Figure]:
    first: list[float] = []
    last: list[float] = []
    async with proxy() as (watch, address):
        with tempfile.TemporaryDirectory() as folder:
            async with stack(Path(folder), tgi_proxy=address) as parts:
                watch.to = parts.tgi
                room = await parts.room(length="short")
                await parts.command(
                    PEOPLE[0], room, "premise add", kind="setting", text="A valley without rain"
                )
                for number in range(1, rounds + 1):
                    await asyncio.sleep(_BUCKET_SECONDS)
                    watch.begin()
                    shown, ended = await _round(parts, watch, room, number)
                    first.append(shown - (watch.first or shown))
                    last.append(ended - watch.last)
                await watch.close()
    return [
        Figure("first words on screen after the server's first token, s", spread(first)),
        Figure("last words and buttons on screen after the last token, s", spread(last)),
    ]


async def _round(parts: Stack, watch: Watch, room: str, number: int) -> tuple[float, float]:
    """Ask for one take; when its first generated words and when its buttons were on screen.

    The opening that the take begins with is on screen before any token and does not count.
    """
    async with parts.http.ws_connect(f"/people/v1/events?user={PEOPLE[0]}") as events:
        await parts.command(PEOPLE[0], room, "synopsis", takes=1, seed=number)
        shown: float | None = None
        async with asyncio.timeout(120):
            opening = ""
            async for frame in events:
                event: dict[str, Any] = json.loads(frame.data)
                message = event["d"]
                if f"Round {number}:" not in message.get("content", ""):
                    continue
                text = "".join(each.get("description", "") for each in message.get("embeds", []))
                if watch.first is None:
                    opening = text
                elif shown is None and text != opening:
                    shown = time.monotonic()
                if "Written" in message["content"]:
                    return shown or time.monotonic(), time.monotonic()
    raise RuntimeError("the events ended")
