"""How a stream begins: at one server, or where that is late and hedging is on, at two of which one wins.

Hedges draw on the retries' allowance too, so that both together stay within it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from tgi.client.attempts import Attempts, Road
from tgi.client.connection import Connection, LiveStream
from tgi.client.endpoints import Endpoints
from tgi.client.hedging import FirstTokens, Hedge, race
from tgi.client.shares import Share
from tgi.client.turn import Turn

Begun = tuple[Turn, LiveStream]

_log = structlog.get_logger(__name__)


class Streams:
    """Begins streams. `hedge`: None asks one server a time. `clock`: seconds, monotonic."""

    def __init__(
        self,
        endpoints: Endpoints,
        attempts: Attempts,
        connection: Connection,
        hedge: Hedge | None,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._endpoints = endpoints
        self._attempts = attempts
        self._connection = connection
        self._hedge = hedge if len(endpoints.all) > 1 else None
        self._hedges = Share(0.0 if self._hedge is None else self._hedge.share)
        self._clock = clock
        self._first_tokens = FirstTokens()

    async def begin(self, road: Road, body: bytes) -> Begun:
        """Return a stream that has its first token, and the turn that it holds.

        Raises:
            ClientError: of any kind; nothing is held then.

        """
        self._hedges.earn()
        patience = None if self._hedge is None else self._first_tokens.patience(self._hedge)
        if patience is None:
            return await self._attempts.ask(road, lambda turn: self._send(turn, road, body))
        begun, hedged = await race(
            self._attempts.ask(road, lambda turn: self._send(turn, road, body)),
            lambda: self._second(road, body),
            patience=patience,
            drop=_drop,
        )
        if hedged:
            _log.info("tgi.hedge_won", endpoint=begun[0].endpoint.address, hedges=self._hedges.extras)
        return begun

    async def _send(self, turn: Turn, road: Road, body: bytes) -> LiveStream:
        began = self._clock()
        live = await self._connection.stream(turn.endpoint.base, body, road.total, turn.endpoint.model)
        self._first_tokens.add(self._clock() - began)
        turn.answered()
        return live

    def _second(self, road: Road, body: bytes) -> Coroutine[Any, Any, Begun] | None:
        """Return the asking of another server, where one is free and sound and the caps allow it."""
        if road.at is None:
            return None  # it waits for a place; another request would wait for the same
        if not self._endpoints.has_other(road.at):
            return None
        turn = self._endpoints.turn_now(road.weight, without=road.asked | {road.at})
        if turn is None:
            return None
        if turn.on_trial or not self._may_hedge():
            turn.release()
            return None
        _log.info(
            "tgi.hedge",
            late=road.at.address,
            endpoint=turn.endpoint.address,
            hedges=self._hedges.extras,
            requests=self._hedges.requests,
        )
        return self._ask_second(Road(road.weight, road.total), turn, body)

    def _may_hedge(self) -> bool:
        return self._hedges.spend() and self._attempts.extra.spend()

    async def _ask_second(self, road: Road, turn: Turn, body: bytes) -> Begun:
        return turn, await self._attempts.once(road, turn, lambda held: self._send(held, road, body))


def _drop(begun: Begun) -> None:
    turn, live = begun
    live.close()
    turn.release()
