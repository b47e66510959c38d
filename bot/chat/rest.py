"""Discord's REST, asked within what all processes of the bot may ask together.

It looks at every request on its way out and at every answer, through the one public door that discord.py
has for it, `http_trace`: repeated tries are counted too. Answers to interactions are exempt from Discord's
budget, and are never held up. discord.py still keeps each route's own limit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from math import inf
from types import SimpleNamespace

import aiohttp
import discord
import structlog
import yarl
from discord.http import Route

from bot.chat.live.yielding import Crowded, Line, edits, is_passing
from bot.errors import StoreUnavailable
from bot.store.connection import cancellations, heed_cancellation
from bot.store.rest_budget import FRESH_SECONDS, GLOBAL, Grant, RestBudget

LONGEST_SECONDS = 60.0  # a request that would wait longer fails instead
ANSWER_SECONDS = 0.25  # for which Redis is waited for
AWAY_SECONDS = 1.0  # for which it is not asked again
LOOK_AGAIN_SECONDS = 1.0  # at the latest, where nothing is left
PASSING_AGAIN_SECONDS = 0.2  # at the least, before an edit that yielded is tried again
LEFT_BY_PASSING = 3  # of those at once, which edits that newer ones follow leave to all others
AHEAD = 3  # requests taken besides those that wait, while one follows the other

_EXEMPT = ("/interactions/", "/webhooks/")
_INVALID = frozenset({401, 403, 429})
_LIMITED = 429


class SharedRest:
    """Lets requests out, a few for each question to Redis; alone, at its fair part, while Redis is away."""

    def __init__(self, budget: RestBudget, *, clock: Callable[[], float]) -> None:
        self._budget = budget
        self._clock = clock
        self._asking = asyncio.Lock()
        self._waiting = 0
        self._left = 0
        self._fresh_until = 0.0
        self._let_out: deque[float] = deque()  # moments until which those whose turn it was may ask
        self._asked_at = 0.0
        self._away_until = 0.0
        self._alone_next = 0.0
        self._processes = 1
        self._later: dict[str, float] = {}  # route to the moment until which it waits
        self._log = structlog.get_logger(__name__)

    def join(self, trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
        """The trace that discord.py is given as `http_trace`, with this in front of whatever else looks."""
        trace.on_request_start.insert(0, self._on_start)
        trace.on_request_end.insert(0, self._on_end)
        return trace

    def line(self) -> Line:
        """A line of passing edits: one of them alone asks for a request, and is drawn when it has it.

        Lines get about as much as each other. Without one, each of a thousand messages would be drawn again
        and again to ask for the few requests that are left.
        """
        first = asyncio.Lock()

        async def turn() -> None:
            with edits(passing=True):
                async with first:
                    while wait := self._held_for(GLOBAL) or await self._take(GLOBAL, inf):  # noqa: ASYNC110 - as Redis says
                        await asyncio.sleep(wait)
                    self._let_out.append(self._fresh_until)

        return turn

    async def admit(self, route: str) -> None:
        """Wait until a request of this route may be sent; first come, first served.

        Raises:
            discord.RateLimited: that would be too long.
            Crowded: it is a passing edit, and others want what is left.

        """
        if is_passing() and not self._held_for(route) and self._had_its_turn():
            return
        gives_up = self._clock() + LONGEST_SECONDS
        while wait := self._held_for(route) or await self._take(route, gives_up):
            if is_passing():
                raise Crowded(max(wait, PASSING_AGAIN_SECONDS))
            if self._clock() + wait > gives_up:
                raise discord.RateLimited(wait)
            await asyncio.sleep(wait)

    def _had_its_turn(self) -> bool:
        while self._let_out:
            if self._clock() < self._let_out.popleft():
                return True
        return False

    async def _take(self, route: str, gives_up: float) -> float:
        """Take a request; or the seconds that are to be waited first, and none is taken.

        Whoever waited longest has the lock until something is left. A passing edit waits for nobody.
        """
        passing = is_passing()
        if passing and self._waiting:
            return self._interval
        self._waiting += not passing
        left = gives_up - self._clock()
        try:
            async with asyncio.timeout(left), self._asking:
                while not (self._left and self._clock() < self._fresh_until):
                    grant = await self._grant(self._clock(), leaves=LEFT_BY_PASSING if passing else 0)
                    if grant.requests:
                        break
                    if passing:
                        return self._before_next(grant)
                    await asyncio.sleep(self._before_next(grant))
                if wait := self._held_for(route):  # as was heard with the grant
                    return wait
                self._left -= 1
                return 0.0
        except TimeoutError as error:
            raise discord.RateLimited(self._interval) from error
        finally:
            self._waiting -= not passing

    def _before_next(self, grant: Grant) -> float:
        """Several processes that wait look hardly more often than one would, and before the burst is full."""
        rate = self._budget.rate
        part = min(grant.processes, max(1, rate.burst // 2)) / rate.steady
        return min(max(grant.wait, part), LOOK_AGAIN_SECONDS)

    @property
    def _interval(self) -> float:
        return self._processes / self._budget.rate.steady

    async def _grant(self, now: float, *, leaves: int) -> Grant:
        """Ask for what those who wait here need; `leaves`: it is for one passing edit."""
        grant = await self._granted(now, leaves=leaves)
        self._left = grant.requests
        self._fresh_until = now + FRESH_SECONDS
        return grant

    async def _granted(self, now: float, *, leaves: int) -> Grant:
        ahead = AHEAD if now - self._asked_at < FRESH_SECONDS else 0
        wanted = 1 if leaves else self._waiting + ahead
        self._asked_at = now
        if now >= self._away_until:
            before = cancellations()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    grant = await self._budget.take(wanted, leaves=leaves)
                    heed_cancellation(before)
            except (StoreUnavailable, TimeoutError):
                self._log.warning("rest.alone", processes=self._processes)
                self._away_until = self._clock() + AWAY_SECONDS
            else:
                self._processes = grant.processes
                heard = {route: now + left for route, left in grant.later.items()}
                self._later = {each: at for each, at in (self._later | heard).items() if at > now}
                if not grant.requests and grant.wait > 1:
                    self._log.error("rest.braked", invalid=grant.invalid)
                return grant
        return self._alone(now)

    def _alone(self, now: float) -> Grant:
        wait = self._alone_next - now
        if wait > 0:
            return Grant(0, wait, self._processes, 0, {})
        self._alone_next = now + self._interval
        return Grant(1, self._interval, self._processes, 0, {})

    def _held_for(self, route: str) -> float:
        """How long a route waits that Discord has refused, or all of them."""
        until = max(self._later.get(route, 0.0), self._later.get(GLOBAL, 0.0))
        return max(0.0, until - self._clock())

    async def _on_start(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        context.limited_as = route = _route(request.method, request.url)
        if route is not None and not _is_exempt(route):
            await self.admit(route)

    async def _on_end(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        response, route = answer.response, context.limited_as
        if route is None or response.status not in _INVALID:
            return
        scope = response.headers.get("X-RateLimit-Scope")
        seconds = 0.0
        if response.status == _LIMITED:
            seconds = _seconds(response.headers)
            if scope == GLOBAL or "X-RateLimit-Global" in response.headers or "Via" not in response.headers:
                route = GLOBAL
            if not _is_exempt(route):
                self._later[route] = self._clock() + seconds
            self._log.warning("rest.limited", route=route, scope=scope, seconds=seconds)
        shared = route if seconds and not _is_exempt(route) else ""
        before = cancellations()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._budget.note(route=shared, seconds=seconds, counts=scope != "shared")
                heed_cancellation(before)
        except (StoreUnavailable, TimeoutError):
            self._away_until = self._clock() + AWAY_SECONDS


def _route(method: str, url: yarl.URL) -> str | None:
    """A request by what Discord limits together: its method, its first id, and the shape of the rest."""
    path = str(url.with_query(None))
    if not path.startswith(Route.BASE):
        return None  # the gateway, or a file of somebody's
    parts = path.removeprefix(Route.BASE).strip("/").split("/")
    rest = [":id" if part.isdecimal() else part for part in parts[2:]]
    return f"{method} /" + "/".join(parts[:2] + rest)


def _is_exempt(route: str) -> bool:
    return route.partition(" ")[2].startswith(_EXEMPT)


def _seconds(headers: Mapping[str, str]) -> float:
    """How long to wait: to the fraction where Discord says so, else its whole seconds."""
    try:
        return float(headers.get("X-RateLimit-Reset-After") or headers.get("Retry-After") or 0)
    except ValueError:
        return 0.0
