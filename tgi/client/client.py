"""What the rest of the project holds: questions about the servers, and generations, streamed or whole.

Puts the parts together: a turn at a server, an answer that has begun, a live stream, an end to everything
when the caller leaves. Does not rank, trim or filter text.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from tgi import protocol
from tgi.client import usage
from tgi.client.attempts import Road
from tgi.client.breaker import Breaking
from tgi.client.conditions import Condition
from tgi.client.connection import checked_token
from tgi.client.endpoints import Endpoints
from tgi.client.events import Finished, Reply, Token
from tgi.client.hedging import Hedge
from tgi.client.limit import Limit
from tgi.client.load import weigh
from tgi.client.looks import Look
from tgi.client.opened import Opened, open_client
from tgi.client.policy import Budgets, Deadline, Retry, within
from tgi.client.turn import Turn
from tgi.errors import ClientError


class TgiClient:
    """A client of one or more servers of the same model; used as `async with TgiClient(urls) as tgi`.

    `urls`: base addresses, with or without a path. A request goes to the server with the fewest outstanding
    tokens, never more of them at once than its `/info` allows. `token`: sent as `Authorization: Bearer`.
    `limit`: generations at once over all servers, None for what they allow together; several clients of one
    server each need a limit of their own. `model`: the id that every server must serve, None for the one
    that the first to answer serves. `hedge`: None asks no second server for a late token. `clock` (seconds,
    monotonic), `chance` (uniform in [0, 1)) and `sleep` time the circuit breakers and the pauses.

    Raises:
        ValueError: a URL, the token or the limit cannot be used.

    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        token: str | None = None,
        model: str | None = None,
        budgets: Budgets | None = None,
        retry: Retry | None = None,
        breaking: Breaking | None = None,
        hedge: Hedge | None = None,
        limit: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._endpoints = Endpoints(
            urls, model=model, breaking=breaking or Breaking(), clock=clock, chance=chance
        )
        self._token = checked_token(token)
        if self._token is not None and any(each.base.user for each in self._endpoints.all):
            raise ValueError("a TGI URL with a user name leaves no room for a token")
        self._budgets = budgets or Budgets()
        self._retry = retry or Retry()
        self._hedge = hedge
        self._limit = Limit(limit)
        self._clock = clock
        self._chance = chance
        self._sleep = sleep
        self._opened: Opened | None = None

    async def __aenter__(self) -> Self:
        self._opened = await open_client(
            self._endpoints,
            budgets=self._budgets,
            retry=self._retry,
            hedge=self._hedge,
            token=self._token,
            clock=self._clock,
            chance=self._chance,
            sleep=self._sleep,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection. Streams still open raise `BrokenStream` where they are read."""
        await self.aclose()

    async def aclose(self, grace: float = 0.0) -> None:
        """Take nothing new, let what runs finish for up to `grace` seconds, and close every connection.

        What still runs then raises `BrokenStream` where it is read. A second call does nothing.
        """
        opened, self._opened = self._opened, None
        if opened is None:
            return
        self._endpoints.close()
        if grace > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self._endpoints.emptied(*self._endpoints.all)
        await opened.close()

    async def stream(
        self,
        prompt: str,
        parameters: protocol.GenerateParameters | None = None,
        *,
        prompt_tokens: int | None = None,
    ) -> AsyncGenerator[Token | Finished, None]:
        """Yield each `Token` as it is generated, and `Finished` last.

        Leaving the loop early, or cancelling the task, drops the connection and so frees the server's
        place: at once under `contextlib.aclosing`, otherwise as soon as the generator is collected. Nothing
        is repeated once a token has come. Without `parameters` decoding is greedy, as with an empty set.
        `prompt_tokens`: the prompt's size, where the caller has counted it; else it is estimated from its
        length, to compare the servers' loads.

        Raises:
            ClientError: of any kind before the first token; `BrokenStream`, `GenerationFailed`, `Overloaded`,
                `Refused` or `TimedOut` after it.

        """
        opened = self._open
        chosen = parameters or protocol.GenerateParameters()
        body = opened.package.body(prompt, chosen)
        total = Deadline.after(self._budgets.total)
        road = Road(weigh(prompt, chosen, prompt_tokens), total)
        async with self._limit.place(total):
            turn, live = await opened.streams.begin(road, body)
            usage.sent(road.weight.prompt)
            with turn:
                async with live:
                    finished: Finished | None = None
                    while finished is None:
                        try:
                            token, finished = await live.next()
                        except ClientError as error:
                            turn.failed(error)
                            raise
                        turn.wrote()
                        usage.wrote()
                        yield token
                    yield finished
                    await live.drain()

    async def generate(
        self,
        prompt: str,
        parameters: protocol.GenerateParameters | None = None,
        *,
        prompt_tokens: int | None = None,
    ) -> Reply:
        """Return a whole generation. `best_of` and `decoder_input_details` need it.

        The budgets `first_token` and `idle` do not apply: a server says nothing until it is done.
        `prompt_tokens` as in `stream`.

        Raises:
            ClientError: of any kind; no part of the text is returned.

        """
        opened = self._open
        chosen = parameters or protocol.GenerateParameters()
        body = opened.package.body(prompt, chosen)
        total = Deadline.after(self._budgets.total)

        async def send(turn: Turn) -> Reply:
            async with within(total):
                answer = await opened.connection.ask(turn.endpoint.base, "generate", body)
            length = answer.headers.get("x-prompt-tokens")
            reply = opened.package.reply(answer.body, length, turn.endpoint.model)
            turn.answered()
            return reply

        async with self._limit.place(total):
            turn, reply = await opened.attempts.ask(Road(weigh(prompt, chosen, prompt_tokens), total), send)
            turn.release()
        return reply

    async def info(self) -> protocol.Info:
        """Return the model and the limits that a server which works names now.

        Raises:
            ClientError: the servers are away, are none, or serve another model.

        """
        return await self._open.questions.info(Deadline.after(self._budgets.answer))

    async def tokenize(self, text: str) -> list[protocol.SimpleToken]:
        """Return the text's tokens as the servers' model sees them, special ones included.

        Raises:
            ClientError: of any kind but `GenerationFailed`.

        """
        return await self._open.questions.tokenize(text, Deadline.after(self._budgets.answer))

    async def count_tokens(self, text: str) -> int:
        """Return how many tokens `tokenize` finds; raises what it raises."""
        return len(await self.tokenize(text))

    async def health(self) -> bool:
        """Return whether any server writes a token; `look` says what is wrong with the others."""
        return any(each.trouble is None for each in await self.look())

    async def look(self) -> list[Look]:
        """Have every server write one token, at once, and return what came of it, in the order of the URLs.

        Bounded by the budget `probe`. A token closes the server's circuit breaker.
        """
        return await self._open.looks.everywhere()

    async def drain(self, url: str, grace: float | None = None) -> bool:
        """Send nothing new to a server, and wait until its generations have ended; None waits for ever.

        Returns whether they have, within `grace` seconds. `readmit` takes the server back.

        Raises:
            ValueError: the client has no server of that address.

        """
        endpoint = self._endpoints.named(url)
        self._endpoints.drain(endpoint)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._endpoints.emptied(endpoint)
        return not endpoint.load.running

    def conditions(self) -> list[Condition]:
        """Return what each server has done so far and how it stands, in the order of the URLs."""
        now = self._clock()
        return [Condition.of(each, now) for each in self._endpoints.all]

    def token_room(self, batch_tokens: int | None = None) -> int | None:
        """Return how many tokens all servers that may be asked hold at once; None while that is not known.

        `batch_tokens`: of each, as its `--max-batch-total-tokens` says, which `/info` does not tell; without
        it, as many requests as it takes at once, each as long as it may be.
        """
        return self._endpoints.token_room(batch_tokens)

    def readmit(self, url: str) -> None:
        """Ask a drained server again.

        Raises:
            ValueError: the client has no server of that address.

        """
        self._endpoints.readmit(self._endpoints.named(url))

    @property
    def _open(self) -> Opened:
        if self._opened is None:
            raise RuntimeError("a TgiClient is used inside `async with`")
        return self._opened
