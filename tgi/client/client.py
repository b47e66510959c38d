"""What the rest of the project holds: questions about the server, and generations, streamed or whole.

Puts the parts together: a place under the server's limit, an endpoint that answers, a live stream, an end to
everything when the caller leaves. Does not rank, trim or filter text.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pydantic

from tgi import protocol
from tgi.client.connection import Connection
from tgi.client.endpoints import Endpoints
from tgi.client.events import Finished, Reply, Token
from tgi.client.policy import Budgets, Deadline, Retry, within
from tgi.errors import ClientError, UnexpectedAnswer

if TYPE_CHECKING:
    from tgi.client.package import Package

_LONGEST_COUNT = 20
_TOKENS = pydantic.TypeAdapter(list[protocol.SimpleToken])


class TgiClient:
    """A client of one or more servers of the same model; used as `async with TgiClient(urls) as tgi`.

    `urls`: base addresses, with or without a path; the next is asked when one cannot be reached. `token`:
    sent as `Authorization: Bearer`. `limit`: generations at once; None takes the server's
    `max_concurrent_requests` from `/info` before the first. Several clients of one server each need a limit
    of their own. `chance` (uniform in [0, 1)) and `sleep` shape the pauses between retries.

    Raises:
        ValueError: a URL, the token or the limit cannot be used.

    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        token: str | None = None,
        budgets: Budgets | None = None,
        retry: Retry | None = None,
        limit: int | None = None,
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._endpoints = Endpoints(urls, retry or Retry(), chance=chance, sleep=sleep)
        self._token = _checked_token(token)
        if self._token is not None and any(base.user for base in self._endpoints.in_order()):
            raise ValueError("a TGI URL with a user name leaves no room for a token")
        self._budgets = budgets or Budgets()
        self._places = None if limit is None else _places(limit)
        self._opened: tuple[Package, Connection] | None = None

    async def __aenter__(self) -> Self:
        # Importing text-generation takes a second, in which the event loop must not stand still.
        package = await asyncio.to_thread(_load)
        self._opened = package, Connection(package, self._budgets, self._token)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection. Streams still open raise `BrokenStream` where they are read."""
        (_, connection), self._opened = self._open, None
        await connection.close()

    async def stream(
        self, prompt: str, parameters: protocol.GenerateParameters | None = None
    ) -> AsyncGenerator[Token | Finished, None]:
        """Yield each `Token` as it is generated, and `Finished` last.

        Leaving the loop early, or cancelling the task, drops the connection and so frees the server's
        place: at once under `contextlib.aclosing`, otherwise as soon as the generator is collected. Nothing
        is repeated once a token has come. Without `parameters` decoding is greedy, as with an empty set.

        Raises:
            ClientError: of any kind before the first token; `BrokenStream`, `GenerationFailed`, `Overloaded`,
                `Refused` or `TimedOut` after it.

        """
        package, connection = self._open
        body = package.body(prompt, parameters or protocol.GenerateParameters())
        total = Deadline.after(self._budgets.total)
        async with self._place(total):
            live = await self._endpoints.ask(total, lambda base: connection.stream(base, body, total))
            async with live:
                finished: Finished | None = None
                while finished is None:
                    token, finished = await live.next()
                    yield token
                yield finished
                await live.drain()

    async def generate(self, prompt: str, parameters: protocol.GenerateParameters | None = None) -> Reply:
        """Return a whole generation. `best_of` and `decoder_input_details` need it.

        The budgets `first_token` and `idle` do not apply: a server says nothing until it is done.

        Raises:
            ClientError: of any kind; no part of the text is returned.

        """
        package, connection = self._open
        body = package.body(prompt, parameters or protocol.GenerateParameters())
        total = Deadline.after(self._budgets.total)
        async with self._place(total), within(total):
            answer = await self._endpoints.ask(total, lambda base: connection.ask(base, "generate", body))
        return package.reply(answer.body, _input_length(answer.headers.get("x-prompt-tokens")))

    async def info(self) -> protocol.Info:
        """Return the model and the limits that the server names.

        Raises:
            Unreachable, TimedOut, UnexpectedAnswer: the server is away, or is none.

        """
        answer = await self._question("info")
        try:
            return protocol.Info.model_validate_json(answer)
        except pydantic.ValidationError:
            raise UnexpectedAnswer("/info does not name a model and its limits", HTTPStatus.OK) from None

    async def tokenize(self, text: str) -> list[protocol.SimpleToken]:
        """Return the text's tokens as the server's model sees them, special ones included.

        Raises:
            ClientError: of any kind but `GenerationFailed`.

        """
        answer = await self._question("tokenize", json.dumps({"inputs": text}).encode())
        try:
            return _TOKENS.validate_json(answer)
        except pydantic.ValidationError:
            raise UnexpectedAnswer("/tokenize does not answer with tokens", HTTPStatus.OK) from None

    async def count_tokens(self, text: str) -> int:
        """Return how many tokens `tokenize` finds; raises what it raises."""
        return len(await self.tokenize(text))

    async def health(self) -> bool:
        """Return whether any server can generate; asks each once.

        Raises:
            Unreachable, TimedOut: no server answered.

        """
        _, connection = self._open
        total = Deadline.after(self._budgets.answer)
        failure: ClientError | None = None
        answered = False
        for base in self._endpoints.in_order():
            try:
                async with within(total):
                    status = await connection.status(base, "health")
            except ClientError as error:
                failure = error
                continue
            if status == HTTPStatus.OK:
                self._endpoints.prefer(base)
                return True
            answered = True
        if failure is not None and not answered:
            raise failure
        return False

    async def _question(self, path: str, body: bytes | None = None) -> bytes:
        _, connection = self._open
        total = Deadline.after(self._budgets.answer)
        async with within(total):
            answer = await self._endpoints.ask(total, lambda base: connection.ask(base, path, body))
        return answer.body

    @asynccontextmanager
    async def _place(self, total: Deadline) -> AsyncIterator[None]:
        async with within(total):
            places = self._places or await self._learn_places()
            await places.acquire()
        try:
            yield
        finally:
            places.release()

    async def _learn_places(self) -> asyncio.Semaphore:
        limit = (await self.info()).max_concurrent_requests
        # Several first callers may have asked at once; the first answer counts for all.
        if self._places is None:
            self._places = _places(max(1, limit))
        return self._places

    @property
    def _open(self) -> tuple[Package, Connection]:
        if self._opened is None:
            raise RuntimeError("a TgiClient is used inside `async with`")
        return self._opened


def _load() -> Package:
    from tgi.client.package import Package  # noqa: PLC0415 - imports text-generation, which takes a second

    return Package()


def _places(limit: int) -> asyncio.Semaphore:
    if limit < 1:
        raise ValueError("the limit must be at least 1 generation at once")
    return asyncio.Semaphore(limit)


def _checked_token(token: str | None) -> str | None:
    """Return the key without the white space that key files end with; its own text is in no error."""
    token = (token or "").strip()
    if not token.isprintable() or not token.isascii():
        raise ValueError("the TGI token may hold only printable ASCII characters")
    return token or None


def _input_length(header: str | None) -> int | None:
    return int(header) if header is not None and header.isdecimal() and len(header) < _LONGEST_COUNT else None
