"""What an open client consists of, put together in one place and closed in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tgi.client.attempts import Attempts
from tgi.client.connection import Connection
from tgi.client.endpoints import Endpoints
from tgi.client.hedging import Hedge
from tgi.client.looks import Looks
from tgi.client.policy import Budgets, Retry
from tgi.client.questions import Questions
from tgi.client.streams import Streams

if TYPE_CHECKING:
    from tgi.client.package import Package


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts of a client that exist only while it is open."""

    package: Package
    connection: Connection
    looks: Looks
    attempts: Attempts
    questions: Questions
    streams: Streams

    async def close(self) -> None:
        """End the looks and close every connection, those of live streams included."""
        try:
            await self.looks.close()
        finally:
            await self.connection.close()


async def open_client(
    endpoints: Endpoints,
    *,
    budgets: Budgets,
    retry: Retry,
    hedge: Hedge | None,
    token: str | None,
    clock: Callable[[], float],
    chance: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
) -> Opened:
    """Put the parts together; nothing is connected to yet."""
    # Importing text-generation takes a second, in which the event loop must not stand still.
    package = await asyncio.to_thread(_load)
    connection = Connection(package, budgets, token)
    looks = Looks(endpoints, connection, package, budgets)
    attempts = Attempts(endpoints, looks, retry, chance=chance, sleep=sleep)
    streams = Streams(endpoints, attempts, connection, hedge, clock=clock)
    questions = Questions(attempts, looks, connection, clock=clock)
    return Opened(package, connection, looks, attempts, questions, streams)


def _load() -> Package:
    from tgi.client.package import Package  # noqa: PLC0415 - imports text-generation, which takes a second

    return Package()
