"""HTTP to TGI: one pooled `aiohttp.ClientSession`, bounded answers, streams that can be dropped at once.

No method here repeats anything, and none has a total limit of aiohttp's: callers bound their waits with
`within`. Redirects are not followed, since they would carry the key and the prompt to an address that
nobody configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self
from weakref import WeakSet

import aiohttp
from yarl import URL

from tgi.client import failures
from tgi.client.agreement import Model
from tgi.client.endpoint import plain
from tgi.client.events import Finished, Token
from tgi.client.policy import Budgets, Deadline, within
from tgi.client.sse import EventReader
from tgi.errors import BrokenStream, UnexpectedAnswer

if TYPE_CHECKING:
    from tgi.client.package import Package

LARGEST_ANSWER = 64 * 1024 * 1024
_DRAIN_SECONDS = 0.2
# A network failure, in each of the shapes in which aiohttp lets one through.
_NOT_SENT = (aiohttp.ClientError, OSError)
# A reader whose connection was closed on this side says so with a bare RuntimeError.
_NOT_READ = (*_NOT_SENT, RuntimeError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200."""

    body: bytes
    headers: Mapping[str, str]


class Connection:
    """The pool. One per client, opened and closed with it."""

    def __init__(self, package: Package, budgets: Budgets, token: str | None) -> None:
        self._package = package
        self._budgets = budgets
        # `identity`: a compressing proxy would hold tokens back, and could inflate an error without bound.
        headers = {"Accept-Encoding": "identity", "User-Agent": "storyroom"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None, connect=budgets.connect),
        )
        self._responses: WeakSet[aiohttp.ClientResponse] = WeakSet()

    async def close(self) -> None:
        """Close every connection, those of live streams included."""
        # The pool closes the sockets alone: whoever waits for a body's next bytes would wait on.
        for response in list(self._responses):
            response.close()
        await self._http.close()

    async def ask(self, base: URL, path: str, body: bytes | None = None) -> Answer:
        """Exchange one question for one whole answer: GET, or POST of a JSON body.

        Raises:
            ClientError: of any kind but `TimedOut` of a phase other than "connect".

        """
        async with self._sent(base, path, body) as response:
            await self._check(base, response)
            whole = await _read(response, LARGEST_ANSWER)
            if len(whole) > LARGEST_ANSWER:
                raise UnexpectedAnswer("the answer is too large", response.status)
            return Answer(whole, response.headers)

    async def stream(self, base: URL, body: bytes, total: Deadline, writer: Model) -> LiveStream:
        """Post a generation and return its stream once the first token is there; `writer` is who serves it.

        Raises:
            ClientError: of any kind; the connection is then closed.

        """
        async with within(total, "first_token", self._budgets.first_token):
            response = await self._send(base, "generate_stream", body)
            live = LiveStream(self._package, response, self._budgets, total, writer)
            try:
                await self._check(base, response)
                await live.begin()
            except BaseException:
                live.close()
                raise
        return live

    @asynccontextmanager
    async def _sent(
        self, base: URL, path: str, body: bytes | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        response = await self._send(base, path, body)
        try:
            yield response
        finally:
            # Goes back to the pool if it was read to its end, and is closed otherwise.
            response.close()

    async def _send(self, base: URL, path: str, body: bytes | None) -> aiohttp.ClientResponse:
        if self._http.closed:
            raise BrokenStream("the client was closed")
        method, headers = ("GET", {}) if body is None else ("POST", {"Content-Type": "application/json"})
        try:
            response = await self._http.request(
                method, base / path, data=body, headers=headers, allow_redirects=False
            )
        except _NOT_SENT as error:
            raise failures.of_sending(error, plain(base), self._budgets.connect) from error
        self._responses.add(response)
        return response

    async def _check(self, base: URL, response: aiohttp.ClientResponse) -> None:
        if response.status != HTTPStatus.OK:
            try:
                body = await _read(response, failures.LARGEST_ERROR)
            except BrokenStream:
                body = b""  # the status alone says enough
            raise failures.of_answer(self._package, plain(base), response.status, response.content_type, body)


class LiveStream:
    """The tokens of one generation; closing it early drops the connection, which frees the server's place."""

    def __init__(
        self,
        package: Package,
        response: aiohttp.ClientResponse,
        budgets: Budgets,
        total: Deadline,
        writer: Model,
    ) -> None:
        self._package = package
        self._writer = writer
        self._response = response
        self._budgets = budgets
        self._total = total
        self._reader = EventReader()
        self._count = 0
        self._first: tuple[Token, Finished | None] | None = None

    async def begin(self) -> None:
        """Wait for the first token, within the caller's limit, and keep it for `next`."""
        if self._response.content_type != "text/event-stream":
            kind = self._response.content_type[:60]
            raise UnexpectedAnswer(f"{kind} instead of a stream", self._response.status)
        self._first = await self._read_event()

    async def next(self) -> tuple[Token, Finished | None]:
        """Return the next token, and with the last one how the generation finished.

        Raises:
            BrokenStream, GenerationFailed, Overloaded, Refused, TimedOut: there will be none.

        """
        if self._first is not None:
            event, self._first = self._first, None
            return event
        async with within(self._total, "idle", self._budgets.idle):
            return await self._read_event()

    async def drain(self) -> None:
        """Read on to the stream's end, briefly, so that its connection can be used again."""
        with suppress(TimeoutError, BrokenStream):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await _read(self._response, failures.LARGEST_ERROR)

    def close(self) -> None:
        """Drop the connection unless the stream was read to its end."""
        self._response.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _read_event(self) -> tuple[Token, Finished | None]:
        payload = await self._read_payload()
        self._count += 1
        return self._package.event(payload, self._count, self._writer)

    async def _read_payload(self) -> str:
        while (payload := self._reader.next_payload()) is None:
            try:
                piece = await self._response.content.readany()
            except _NOT_READ as error:
                raise BrokenStream("the connection was lost") from error
            if piece:
                self._reader.feed(piece)
                continue
            self._reader.end()
            payload = self._reader.next_payload()
            break
        if payload is None or payload == "[DONE]":
            raise BrokenStream("it ended without its final text")
        return payload


def checked_token(token: str | None) -> str | None:
    """Return the key without the white space that key files end with.

    Raises:
        ValueError: it cannot be sent; its own text is not in the error.

    """
    token = (token or "").strip()
    if not token.isprintable() or not token.isascii():
        raise ValueError("the TGI token may hold only printable ASCII characters")
    return token or None


async def _read(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """Read a body up to its end or just past `largest` bytes."""
    body = bytearray()
    try:
        while len(body) <= largest and (piece := await response.content.readany()):
            body += piece
    except _NOT_READ as error:
        raise BrokenStream("the connection was lost") from error
    return bytes(body)
