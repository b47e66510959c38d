"""A request on its way to a first answer: server after server, pause after pause, within what is allowed.

One attempt asks each server that may be asked, the least loaded first. When none is left, and one of them was
busy or away, comes a pause with jitter and another attempt. Nothing that has brought a token comes here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from tgi.client.endpoint import Endpoint
from tgi.client.endpoints import Endpoints, closed
from tgi.client.fates import Fate, fate_of, reason
from tgi.client.load import NOTHING, Weight
from tgi.client.looks import Looks
from tgi.client.policy import Deadline, Retry, within
from tgi.client.shares import Share
from tgi.client.turn import Turn
from tgi.errors import ClientError, NoEndpoint, TimedOut

Answered = TypeVar("Answered")
Send = Callable[[Turn], Awaitable[Answered]]

_log = structlog.get_logger(__name__)


@dataclass
class Road:
    """How far one request has come.

    `at` is the server that it is asking, or has asked last; `again` may be asked once more after a pause,
    `never` not. `failure` and `verdict` are what those of the one and of the other kind brought.
    """

    weight: Weight
    total: Deadline
    at: Endpoint | None = None
    sent: int = 0
    passes: int = 0
    again: set[Endpoint] = field(default_factory=set)
    never: set[Endpoint] = field(default_factory=set)
    failure: ClientError | None = None
    verdict: ClientError | None = None

    @property
    def asked(self) -> set[Endpoint]:
        """The servers that are not asked any more in this attempt."""
        return self.again | self.never


class Attempts:
    """Sends requests by the rules of `retry`. `extra` bounds everything that is sent a second time."""

    def __init__(
        self,
        endpoints: Endpoints,
        looks: Looks,
        retry: Retry,
        *,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._endpoints = endpoints
        self._looks = looks
        self._retry = retry
        self._chance = chance
        self._sleep = sleep
        self.extra = Share(retry.ratio, reserve=retry.reserve)

    async def ask(self, road: Road, send: Send[Answered]) -> tuple[Turn, Answered]:
        """Return what `send` brings from the first server that takes the request, and the turn there.

        The turn is still held. `send` waits no longer than the road's `total`.

        Raises:
            ClientError: the last failure, or at once one that repeating cannot mend.

        """
        self.extra.earn()
        while True:
            self._looks.begin()
            try:
                turn = await self._endpoints.turn(road.weight, road.total, without=road.asked)
            except NoEndpoint as error:
                await self._pause(road, error)
                continue
            if road.sent and not self.extra.spend():
                turn.release()
                _log.warning("tgi.retries_spent", requests=self.extra.requests, extras=self.extra.extras)
                raise road.failure or road.verdict or NoEndpoint(self._endpoints.troubles())
            road.sent += 1
            try:
                return turn, await self.once(road, turn, send)
            except ClientError as error:
                self._step_past(road, turn.endpoint, error)

    async def once(self, road: Road, turn: Turn, send: Send[Answered]) -> Answered:
        """Return what `send` brings from that server; the turn is given back where it brings nothing."""
        road.at = turn.endpoint
        turn.endpoint.requests += 1
        try:
            if turn.learns:
                await self._looks.learn(turn, road.total)
            if turn.on_trial and road.weight is NOTHING:
                await self._looks.token(turn, road.total)
            return await send(turn)
        except ClientError as error:
            turn.failed(error)
            turn.release()
            raise
        except BaseException:
            turn.release()
            raise

    def _step_past(self, road: Road, endpoint: Endpoint, error: ClientError) -> None:
        """Note a failure and go on, or raise it."""
        if self._endpoints.closed:
            raise closed() from error
        fate = fate_of(error)
        # What was cut short by the end of the whole call ends it.
        over = isinstance(error, TimedOut) and road.total.passed
        if fate is Fate.FINAL or over:
            raise error
        if fate is Fate.AGAIN:
            road.again.add(endpoint)
            road.failure = error
        else:
            road.never.add(endpoint)
            road.verdict = road.verdict or error
        _log.info("tgi.failover", endpoint=endpoint.address, failure=reason(error), sent=road.sent)

    async def _pause(self, road: Road, none_left: NoEndpoint) -> None:
        """End an attempt: wait before the next, or raise what went wrong."""
        road.passes += 1
        hopeless = not any(each.may_recover for each in self._endpoints.all if each not in road.never)
        failure = (road.verdict if hopeless else road.failure) or none_left
        if hopeless or road.passes >= self._retry.attempts:
            raise failure
        road.again.clear()
        pause = self._retry.pause(road.passes, self._chance())
        _log.info("tgi.retry", failure=reason(failure), attempts=road.passes, pause=round(pause, 3))
        async with within(road.total):
            await self._sleep(pause)
