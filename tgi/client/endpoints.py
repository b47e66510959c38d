"""The servers, and whose turn it is: of those that may be asked, the one with the fewest outstanding tokens.

A request waits here, first come first served, while all of them are full. Nothing here speaks to a server:
who holds a `Turn` does, and says through it how that went.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import structlog
from yarl import URL

from tgi.client.agreement import Model, agreed
from tgi.client.breaker import Breaking, Permit
from tgi.client.endpoint import Endpoint
from tgi.client.load import NOTHING, Weight, choose
from tgi.client.policy import Deadline, within
from tgi.client.turn import Turn
from tgi.errors import BrokenStream, NoEndpoint
from tgi.protocol import Info

_log = structlog.get_logger(__name__)


@dataclass(eq=False)
class _Waiter:
    weight: Weight
    without: frozenset[Endpoint]
    turn: asyncio.Future[Turn] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Endpoints:
    """The servers, in the order of `urls`: http or https, with or without a path.

    `model`: the id that every one must serve; None takes the one that the first to answer serves. `clock`:
    seconds, monotonic. `chance`: uniform in [0, 1).
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        model: str | None,
        breaking: Breaking,
        clock: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self.all = tuple(Endpoint(url, breaking) for url in urls)
        if not self.all:
            raise ValueError("a TGI client needs at least one URL")
        self._wanted = model
        self._agreed: Model | None = None
        self._clock = clock
        self._chance = chance
        self._waiters: list[_Waiter] = []
        self._released = asyncio.Event()
        self.closed = False

    async def turn(self, weight: Weight, total: Deadline, *, without: Collection[Endpoint] = ()) -> Turn:
        """Return a place at the server to ask, as soon as there is one; `without` are left out.

        Raises:
            NoEndpoint: none may be asked, and none will be soon.
            BrokenStream: the client was closed.
            TimedOut: the whole call's time passed in waiting.

        """
        self._settle()
        if (turn := self.turn_now(weight, without=without)) is not None:
            return turn
        waiter = _Waiter(weight, frozenset(without))
        self._waiters.append(waiter)
        self._settle()
        try:
            async with within(total):
                return await waiter.turn
        except BaseException:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                waiter.turn.result().release()
            raise
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def turn_now(self, weight: Weight, *, without: Collection[Endpoint] = ()) -> Turn | None:
        """Return a place at the server to ask, None where there is none at this moment.

        Raises:
            BrokenStream: the client was closed.

        """
        if self.closed:
            raise closed()
        now = self._clock()
        chosen = choose([None if each in without else each.standing(now, weight) for each in self.all])
        if chosen is None:
            return None
        endpoint = self.all[chosen]
        return self._turn(endpoint, endpoint.breaker.admit(now), weight)

    def turn_for_look(self, endpoint: Endpoint, weight: Weight) -> Turn:
        """Return a place at that very server, full or not, whatever its breaker says."""
        return self._turn(endpoint, endpoint.breaker.admit(self._clock()), weight)

    @property
    def now(self) -> float:
        """The clock's time."""
        return self._clock()

    def due(self) -> list[Endpoint]:
        """Return the servers worth a look while others do the work; none where no other can."""
        now = self._clock()
        due = [each for each in self.all if each.is_due(now)]
        standings = [each.standing(now, NOTHING) for each in self.all if each not in due]
        return due if any(each is not None and not each.on_trial for each in standings) else []

    def has_other(self, than: Endpoint) -> bool:
        """Return whether another server may be asked that has not failed."""
        now = self._clock()
        standings = [each.standing(now, NOTHING) for each in self.all if each is not than]
        return any(each is not None and not each.on_trial and each.rank == 0 for each in standings)

    def learned(self, endpoint: Endpoint, info: Info) -> None:
        """Take in what a server says of itself, and see anew which of them serve the same model.

        What a server said that has been away for `AWAY_SECONDS` counts no more: its model is forgotten where
        no other has it.
        """
        endpoint.info = info
        endpoint.learned_at = self._clock()
        endpoint.answered()
        models = {each: Model.of(each.info) for each in self.all if each.info is not None}
        there = [model for each, model in models.items() if not each.is_away]
        before, self._agreed = self._agreed, agreed(self._agreed, there, self._wanted)
        if before is not None and (self._agreed is None or not before.agrees(self._agreed)):
            self._tell_of_forgotten(before, [each for each in models if each.is_away])
        for each, model in models.items():
            self._judge(each, model)
        self._settle()

    def named(self, url: str) -> Endpoint:
        """Return the server of that address.

        Raises:
            ValueError: there is none.

        """
        address = str(URL(url).with_user(None)).rstrip("/")
        for each in self.all:
            if each.address.rstrip("/") == address:
                return each
        raise ValueError("no TGI server of this client has that address")

    def drain(self, endpoint: Endpoint) -> None:
        """Give out no more turns there."""
        endpoint.drained = True
        _log.info("tgi.draining", endpoint=endpoint.address, running=endpoint.load.running, by="request")
        self._settle()

    def readmit(self, endpoint: Endpoint) -> None:
        """Give out turns at a drained server again."""
        endpoint.drained = False
        endpoint.forget()
        self._settle()

    def changed(self) -> None:
        """Give out what a change (a drained server, a place given back) has made free."""
        self._released.set()
        self._released = asyncio.Event()
        self._settle()

    async def emptied(self, *endpoints: Endpoint) -> None:
        """Wait until no generation runs on these."""
        while any(each.load.running for each in endpoints):
            await self._released.wait()

    def close(self) -> None:
        """Give out nothing any more; whoever waits is told."""
        self.closed = True
        self._settle()

    def token_room(self, batch_tokens: int | None) -> int | None:
        """Return how many tokens those that may be asked hold at once; None while one has not said."""
        now = self._clock()
        infos = [each.info for each in self.all if each.standing(now, NOTHING) is not None]
        known = [info for info in infos if info is not None]
        if not known or len(known) < len(infos):
            return None
        return sum(batch_tokens or info.max_concurrent_requests * info.max_total_tokens for info in known)

    def troubles(self) -> list[str]:
        """Return why each server that may not be asked is left out."""
        now = self._clock()
        return [trouble for each in self.all if (trouble := each.trouble(now)) is not None]

    def _turn(self, endpoint: Endpoint, permit: Permit | None, weight: Weight) -> Turn:
        learns = endpoint.is_stale(self._clock()) and not endpoint.learning
        endpoint.learning = endpoint.learning or learns
        burden = None if weight is NOTHING else endpoint.load.begin(weight)
        return Turn(
            endpoint,
            permit,
            burden,
            learns=learns,
            clock=self._clock,
            chance=self._chance,
            changed=self.changed,
        )

    def _settle(self) -> None:
        """Give every waiting request its place, or the reason why there will be none."""
        for waiter in list(self._waiters):
            if waiter.turn.done():
                continue
            if self.closed:
                waiter.turn.set_exception(closed())
            elif (turn := self.turn_now(waiter.weight, without=waiter.without)) is not None:
                waiter.turn.set_result(turn)
            elif not self._may_wait(waiter):
                late = any(each.late for each in self.all)
                waiter.turn.set_exception(NoEndpoint(self.troubles() or ["each has been asked"], late=late))

    def _may_wait(self, waiter: _Waiter) -> bool:
        now = self._clock()
        candidates = (each for each in self.all if each not in waiter.without)
        return any(each.standing(now, waiter.weight) is not None for each in candidates)

    def _tell_of_forgotten(self, model: Model, away: Sequence[Endpoint]) -> None:
        gone = [each.address for each in away if each.model.agrees(model)]
        if gone:
            _log.warning("tgi.model_forgotten", model=str(model), away=gone, now=str(self._agreed))

    def _judge(self, endpoint: Endpoint, model: Model) -> None:
        was = endpoint.foreign
        fits = self._agreed is not None and model.agrees(self._agreed)
        endpoint.foreign = None if fits else f"serves {model} instead of {self._agreed or self._wanted}"
        if endpoint.foreign is not None and endpoint.foreign != was:
            _log.warning(
                "tgi.other_model", endpoint=endpoint.address, model=str(model), kept=str(self._agreed)
            )


def closed() -> BrokenStream:
    """Return what everybody is told once the client is closed."""
    return BrokenStream("the client was closed")
