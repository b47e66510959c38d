"""HTTP to an upstream: small JSON calls, streams of events, and every failure as one plain line.

Knows nothing of what is said. Every call has its limit on waiting; closing a stream early closes its
connection, by which all servers that are known here free the slot. Addresses are shown, keys never.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from yarl import URL

from tgi.errors import EngineFailed, ServeError
from tgi.server.engine.upstream.failures import Refused, refusal, unreachable

_MOST_BYTES: Final = 32 * 2**20
"""Of one answer, or of one event: SGLang's events repeat all that was said before."""
_CALLS: Final = 16
"""Connections for small calls beside the streams."""
_KEPT_SECONDS: Final = 4.0
"""Less than the 5 s after which uvicorn, and so vLLM and SGLang, closes an idle connection."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, a small answer, a stream's first event, each event after it.

    The first event includes the time that a request waits in the upstream's own queue. `trust` is how long
    the model is taken to be the one that it was; after a failure it is looked at again at once.
    """

    connect: float = 5.0
    answer: float = 30.0
    first: float = 600.0
    idle: float = 120.0
    trust: float = 10.0


class Wire:
    """Calls to one upstream, over at most `streams` connections and a few for small calls."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None,
        streams: int,
        patience: Patience,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            ServeError: this is no address.

        """
        self._base = _base(url)
        self.address = str(self._base)
        self._api_key = api_key
        self.patience = patience
        self._streams: set[aiohttp.ClientResponse] = set()
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=streams + _CALLS, keepalive_timeout=_KEPT_SECONDS, ssl=True if tls is None else tls
            ),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else None,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=patience.connect),
        )

    async def close(self) -> None:
        """Close every connection; streams that run break off."""
        for response in self._streams:  # aiohttp would leave them waiting
            response.content.set_exception(aiohttp.ClientConnectionError("closed"))
        await self._http.close()

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON answer.

        Raises:
            Refused: another status than 200.
            EngineFailed: no answer, or no JSON.

        """
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON answer.

        Raises:
            Refused, EngineFailed: as for `get`.

        """
        return await self._call("POST", path, body)

    async def events(
        self, path: str, body: Mapping[str, Any], *, lasting: bool = True
    ) -> AsyncGenerator[dict[str, Any]]:
        """Yield each event of a stream until it ends or says `[DONE]`; `lasting` keeps the connection.

        Raises:
            Refused, EngineFailed: it was refused, fell silent, broke off, or is no stream of JSON objects.

        """
        clock, waited = asyncio.get_running_loop().time, self.patience.first
        deadline = clock() + waited
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._open("POST", path, body, lasting=lasting)
        except TimeoutError as error:
            raise self._silent(waited) from error
        self._streams.add(response)
        try:
            await self._expect(response, "text/event-stream", body)
            async with aclosing(_lines(response.content)) as lines:
                while True:
                    async with asyncio.timeout_at(deadline):
                        event = await self._event(lines, body)
                    if event is None:
                        return
                    yield event
                    waited = self.patience.idle
                    deadline = clock() + waited
        except TimeoutError as error:
            raise self._silent(waited) from error
        except (aiohttp.ClientError, OSError) as error:
            raise EngineFailed(f"the upstream at {self.address} broke off") from error
        finally:
            self._streams.discard(response)
            response.close()  # what was not read is not wanted: the upstream sees that and stops

    async def _event(self, lines: AsyncIterator[bytes], body: Mapping[str, Any]) -> dict[str, Any] | None:
        async for line in lines:
            name, colon, value = line.partition(b":")
            if not colon or name not in (b"data", b"error"):
                continue  # a comment, or a field that says nothing of the text
            if value.strip() == b"[DONE]":
                return None
            event = self._json(value)
            if not isinstance(event, dict):
                raise self._no_json()
            if name == b"error" or event.get("error"):
                raise refusal(self.address, HTTPStatus.OK, event, body, key=self._api_key)
            return event
        return None

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - JSON
        try:
            async with asyncio.timeout(self.patience.answer):
                response = await self._open(method, path, body, lasting=True)
                async with response:
                    await self._expect(response, "application/json", body)
                    return self._json(await _whole(response))
        except TimeoutError as error:
            raise self._silent(self.patience.answer) from error
        except (aiohttp.ClientError, OSError) as error:
            raise unreachable(self.address, error) from error

    async def _open(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, lasting: bool
    ) -> aiohttp.ClientResponse:
        for again in (True, False):
            if self._http.closed:
                raise EngineFailed("the engine is closed")
            try:
                return await self._http.request(
                    method,
                    URL(f"{self.address}{path}"),
                    json=body,
                    headers=None if lasting else {"Connection": "close"},
                    allow_redirects=False,
                )
            except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
                raise unreachable(self.address, error) from error
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # A kept connection that the upstream had closed meanwhile: nothing was begun.
                if not again:
                    raise unreachable(self.address, error) from error
            except (aiohttp.ClientError, OSError) as error:
                raise unreachable(self.address, error) from error
        raise AssertionError

    async def _expect(self, response: aiohttp.ClientResponse, wanted: str, body: Any) -> None:  # noqa: ANN401 - JSON
        if response.status == HTTPStatus.OK and response.content_type == wanted:
            return
        told: Any = response.content_type
        if response.content_type == "application/json":
            try:
                told = json.loads(await _whole(response))
            except ValueError:
                told = None
        raise refusal(self.address, response.status, told, body, key=self._api_key)

    def _json(self, text: bytes) -> Any:  # noqa: ANN401 - JSON
        try:
            return json.loads(text)
        except ValueError:
            raise self._no_json() from None  # the cause would carry the text

    def _no_json(self) -> EngineFailed:
        return EngineFailed(f"the upstream at {self.address} sends what is no JSON")

    def _silent(self, seconds: float) -> EngineFailed:
        return EngineFailed(f"the upstream at {self.address} has been silent for {seconds:g} s")


__all__ = ["Patience", "Refused", "Wire"]


def _base(url: str) -> URL:
    """Read an address: a path prefix stays, `/v1` at its end is ours to add."""
    try:
        base = URL(url)
        port = base.port
    except ValueError:
        port, base = None, URL()
    if base.scheme not in {"http", "https"} or not base.host or port is None:
        raise ServeError("--upstream is an address such as http://HOST:8000; this is none.")
    if base.user or base.password or base.query_string or base.fragment:
        raise ServeError(
            "--upstream is an address and no more; the key goes with --upstream-key (or UPSTREAM_KEY)."
        )
    return URL(str(base).rstrip("/").removesuffix("/v1").rstrip("/"))


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    text = bytearray()
    async for part in response.content.iter_any():
        text += part
        if len(text) > _MOST_BYTES:
            raise aiohttp.ClientPayloadError("too long an answer")
    return bytes(text)


async def _lines(content: aiohttp.StreamReader) -> AsyncGenerator[bytes]:
    """Yield whole lines; unlike the reader's own, they may be long."""
    held = bytearray()
    async for part in content.iter_any():
        *whole, rest = part.split(b"\n")
        for line in whole:
            yield bytes(held + line).rstrip(b"\r")
            held.clear()
        held += rest
        if len(held) > _MOST_BYTES:
            raise aiohttp.ClientPayloadError("too long a line")
    if held:
        yield bytes(held)
