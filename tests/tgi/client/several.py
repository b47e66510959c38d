"""Several servers whose every answer is the test's, and the ways in which one goes bad."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.tgi.client.wire import (
    CHUNKED,
    INFO,
    LAST_CHUNK,
    Exchange,
    WireServer,
    answers,
    chunk,
    event,
    last,
    streams,
    token,
    tokens,
)
from tgi.client import Breaking, Finished, TgiClient, Token
from tgi.errors import ClientError, GenerationFailed
from tgi.protocol import GenerateParameters

ASKED = 50
"""What the tests' generations ask for; a look at a server asks for one token."""
WRITES = streams(*tokens("ab"))
THREE = Breaking(in_a_row=3, cool_down=10, cap=100)


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Held:
    """A script: every stream sends a token and then waits for `go`; `left` has those whose client went."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    running: int = 0
    most: int = 0
    left: list[float] = field(default_factory=list)

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.path.endswith("/tokenize"):
            await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
            return
        self.running += 1
        self.most = max(self.most, self.running)
        await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        self.begun.set()
        gone = asyncio.create_task(exchange.gone())
        going = asyncio.create_task(self.go.wait())
        try:
            await asyncio.wait([gone, going], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.running -= 1
            going.cancel()
            gone.cancel()
            await asyncio.gather(gone, going, return_exceptions=True)
        if gone.cancelled():
            await exchange.send(chunk(event(last(2, "b", "ab"))), LAST_CHUNK)
        else:
            self.left.append(gone.result())


def of_callers(server: WireServer) -> list[Exchange]:
    """The generations that the test asked for, without the client's own looks."""
    return [each for each in server.requests if each.json.get("parameters", {}).get("max_new_tokens") != 1]


def looks_at(server: WireServer) -> list[Exchange]:
    """The one-token generations by which the client looked at a server."""
    return [each for each in server.requests if each.json.get("parameters", {}).get("max_new_tokens") == 1]


async def read(tgi: TgiClient, **settings: Any) -> str:
    """Read a stream to its end."""
    parameters = GenerateParameters(max_new_tokens=settings.pop("max_new_tokens", ASKED))
    async with aclosing(tgi.stream("Twice upon a time", parameters, **settings)) as events:
        return "".join([event.text async for event in events if isinstance(event, Token)])


async def finished(tgi: TgiClient) -> Finished:
    """Read a stream to its end, and return that."""
    async with aclosing(tgi.stream("Twice", GenerateParameters(max_new_tokens=ASKED))) as events:
        *_, ending = [event async for event in events]
    assert isinstance(ending, Finished)
    return ending


@asynccontextmanager
async def streaming(tgi: TgiClient, **settings: Any) -> AsyncIterator[None]:
    """Have a stream under way for the block, past its first token, and leave it then."""
    parameters = GenerateParameters(max_new_tokens=settings.pop("max_new_tokens", ASKED))
    async with aclosing(tgi.stream("Twice upon a time", parameters, **settings)) as events:
        assert isinstance(await anext(events), Token)
        yield


async def settled(condition: Any) -> None:
    """Wait until it holds, for two seconds at most."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - servers and clients of the wire set no event
            await asyncio.sleep(0.005)


async def html(exchange: Exchange) -> None:
    page = b"<html><body>Welcome to nginx!</body></html>"
    await exchange.send(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(page), page
    )


async def drops(exchange: Exchange) -> None:
    exchange.drop()


def unused_url() -> str:
    with socket.socket() as briefly:
        briefly.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{briefly.getsockname()[1]}"


def info_of(**changed: Any) -> dict[str, Any]:
    return INFO | changed


LOST = {"error": "Request failed during generation: CUDA error", "error_type": "generation"}


async def router_without_shards(exchange: Exchange) -> None:
    """Answer everything as a healthy router does, but generate nothing."""
    if exchange.path.endswith("/tokenize"):
        await answers(200, b"[]", "application/json")(exchange)
    elif exchange.path.endswith("/generate_stream"):
        await exchange.events(LOST)
    else:
        await answers(200)(exchange)


async def fails(tgi: TgiClient, kind: type[ClientError] = GenerationFailed, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(kind):
            await read(tgi)


async def hangs(exchange: Exchange) -> None:
    await exchange.gone()
