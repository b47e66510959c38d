"""A server that sends exactly the bytes of its script: the traps lie in splits, stalls and drops.

It reads requests and records them; what is answered, how, and when the connection ends is the script's alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

Script = Callable[["Exchange"], Awaitable[None]]

CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
    b"x-accel-buffering: no\r\ntransfer-encoding: chunked\r\n\r\n"
)
UNFRAMED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Exchange:
    """One request, and the connection to answer it on."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    dropped: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    async def send(self, *pieces: bytes) -> None:
        """Send each piece by itself, so that the client may read them apart."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    async def events(self, *payloads: Any) -> None:
        """Send a whole stream as TGI does, one chunk an event."""
        await self.send(CHUNKED, *(chunk(event(payload)) for payload in payloads), LAST_CHUNK)

    def drop(self, *, reset: bool = False) -> None:
        """End the connection, politely or with a reset."""
        self.dropped = True
        if reset:
            self.writer.transport.abort()
        else:
            self.writer.close()

    async def gone(self) -> float:
        """Wait until the client has closed, and return the event loop's time."""
        try:
            while await self.reader.read(4096):
                pass
        except ConnectionError:
            pass
        self.dropped = True
        return asyncio.get_running_loop().time()


@dataclass
class WireServer:
    """Runs `script` for every request on every connection.

    `info` is what it says of itself, in `infos` and not in `requests`; None leaves `/info` to the script.
    """

    script: Script
    info: dict[str, Any] | None = field(default_factory=lambda: dict(INFO))
    infos: list[Exchange] = field(default_factory=list)
    requests: list[Exchange] = field(default_factory=list)
    opened: int = 0
    url: str = ""
    port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    async def emptied(self) -> None:
        """Wait until no connection is open; fail where one stays."""
        async with asyncio.timeout(2):
            await self._empty.wait()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._empty.clear()
        self.opened += 1
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)
            if not self._tasks:
                self._empty.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.rstrip().split("\r\n")
            method, path, _ = first.split(" ")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            exchange = Exchange(method, path, headers, body, reader, writer)
            if path.endswith("/info") and self.info is not None:
                self.infos.append(exchange)
                await exchange.send(answer(200, as_json(self.info), "application/json"))
                continue
            self.requests.append(exchange)
            await self.script(exchange)
            if exchange.dropped:
                return


def in_turn(*scripts: Script) -> Script:
    """Return a script that plays these one a request, the last for ever."""
    left = list(scripts)

    async def play(exchange: Exchange) -> None:
        script = left.pop(0) if len(left) > 1 else left[0]
        await script(exchange)

    return play


def answers(
    status: int, body: bytes = b"", content_type: str | None = None, *headers: tuple[str, str]
) -> Script:
    """Return a script that gives one whole answer."""

    async def play(exchange: Exchange) -> None:
        await exchange.send(answer(status, body, content_type, *headers))

    return play


def streams(*payloads: Any) -> Script:
    """Return a script that sends these events as TGI does."""

    async def play(exchange: Exchange) -> None:
        await exchange.events(*payloads)

    return play


def answer(
    status: int, body: bytes = b"", content_type: str | None = None, *headers: tuple[str, str]
) -> bytes:
    named = [("content-length", str(len(body))), *headers]
    if content_type is not None:
        named.append(("content-type", content_type))
    lines = "".join(f"{name}: {value}\r\n" for name, value in named)
    return f"HTTP/1.1 {status} Word\r\n{lines}\r\n".encode() + body


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def event(payload: Any) -> bytes:
    return b"data: " + (payload if isinstance(payload, bytes) else as_json(payload)) + b"\n\n"


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def token(index: int, text: str, *, logprob: float | None = -0.5, special: bool = False) -> dict[str, Any]:
    return {
        "index": index,
        "token": {"id": 100 + index, "text": text, "logprob": logprob, "special": special},
        "generated_text": None,
        "details": None,
    }


def last(index: int, text: str, whole: str, **details: Any) -> dict[str, Any]:
    ending = {"finish_reason": "length", "generated_tokens": index, "seed": 7, "input_length": 3}
    return token(index, text) | {"generated_text": whole, "details": ending | details}


def tokens(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return a whole stream of these texts."""
    *most, final = texts
    begun = [token(number, text) for number, text in enumerate(most, start=1)]
    return [*begun, last(len(texts), final, "".join(texts))]


INFO: dict[str, Any] = {
    "model_id": "tiny",
    "model_sha": "abc",
    "model_pipeline_tag": None,
    "max_concurrent_requests": 128,
    "max_best_of": 2,
    "max_stop_sequences": 4,
    "max_input_tokens": 2047,
    "max_total_tokens": 2048,
    "validation_workers": 2,
    "max_client_batch_size": 4,
    "router": "text-generation-router",
    "version": "3.3.7",
    "sha": None,
    "docker_label": None,
}
