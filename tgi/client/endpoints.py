"""Which server is asked, and what happens when it cannot take the request.

One pass asks the servers in order, starting with the last that answered, and steps past those that cannot
be reached. After a pass that found none, or a busy server, comes a pause with jitter and another pass. Only
what has not yet produced a token is ever repeated. Choosing by load, and leaving out servers that keep
failing, would go here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from yarl import URL

from tgi.client.policy import Deadline, Retry, within
from tgi.errors import ClientError, Overloaded, TimedOut, Unreachable

Answered = TypeVar("Answered")

_log = structlog.get_logger(__name__)


class Endpoints:
    """The servers' base addresses, http or https, with or without a path."""

    def __init__(
        self,
        urls: Sequence[str],
        retry: Retry,
        *,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._bases = [_base(url) for url in urls]
        if not self._bases:
            raise ValueError("a TGI client needs at least one URL")
        self._retry = retry
        self._chance = chance
        self._sleep = sleep
        self._preferred = 0

    async def ask(self, total: Deadline, send: Callable[[URL], Awaitable[Answered]]) -> Answered:
        """Return what `send` brings from the first server that takes the request.

        Raises:
            ClientError: the last attempt's, or at once one that repeating cannot mend.

        """
        failures = 0
        while True:
            try:
                return await self._one_pass(send)
            except (Overloaded, Unreachable, TimedOut) as error:
                failures += 1
                if failures >= self._retry.attempts or not _may_repeat(error):
                    raise
                pause = self._retry.pause(failures, self._chance())
                _log.info("tgi.retry", failure=type(error).__name__, failures=failures, pause=round(pause, 3))
            async with within(total):
                await self._sleep(pause)

    def in_order(self) -> list[URL]:
        """Return every base address, the one that answered last first."""
        return self._bases[self._preferred :] + self._bases[: self._preferred]

    def prefer(self, base: URL) -> None:
        """Begin with this server from now on."""
        self._preferred = self._bases.index(base)

    async def _one_pass(self, send: Callable[[URL], Awaitable[Answered]]) -> Answered:
        *others, last = self.in_order()
        for base in others:
            try:
                answered = await send(base)
            except (Unreachable, TimedOut) as error:
                if not _not_reached(error):
                    raise
                _log.info("tgi.failover", failure=str(error))
                continue
            self.prefer(base)
            return answered
        answered = await send(last)
        self.prefer(last)
        return answered


def _base(url: str) -> URL:
    base = URL(url)
    if base.scheme not in {"http", "https"} or not base.host:
        raise ValueError("a TGI URL begins with http:// or https:// and a host")
    return base


def _not_reached(error: ClientError) -> bool:
    return isinstance(error, Unreachable) or (isinstance(error, TimedOut) and error.phase == "connect")


def _may_repeat(error: ClientError) -> bool:
    return isinstance(error, Overloaded) or _not_reached(error)
