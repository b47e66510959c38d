"""Takes shards, keeps their leases, gives them back; a task for each shard, so that none takes others down.

A shard changes hands without a gap: who gives it up stops reading, ends the answers under way, and leaves
in Redis where its stream stands; who takes it resumes there, and Discord sends what came between. A lease
that ran out is noticed by this process's own clock, and the shard is closed before anybody is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.chat.asking import asking
from bot.chat.gateway.gate import Gate
from bot.chat.gateway.shard import Shard
from bot.chat.gateway.turns import OwnTurns, SharedTurns
from bot.errors import StoreUnavailable
from bot.store.connection import heed_cancellation
from bot.store.shards import Beat, ShardLease, ShardStore, resumed

if TYPE_CHECKING:
    from bot.chat.client import StoryroomClient

HAND_OVER_SECONDS = 1.0  # for which answers under way are waited for: people wait on the other side of it
ANSWERS_SECONDS = 5.0  # for which they are waited for when the process ends, after its shards were given back
AWAY_SECONDS = 0.5  # between two tries to reach Redis
STOP_SECONDS = 1.0  # after which a shard's task is told again to end
STOP_TRIES = 5
_MARGIN = 0.95  # clocks run at different speeds


@dataclass
class _Held:
    shard: Shard
    lease: ShardLease
    task: asyncio.Task[None]


class Gateway:
    """The shards of this process. Without a store it has all of them, and nobody else has any."""

    def __init__(
        self,
        client: StoryroomClient,
        gate: Gate,
        *,
        count: int,
        store: ShardStore | None,
        turns: OwnTurns | SharedTurns,
        clock: Callable[[], float],
        on_ready: Callable[[], None],
    ) -> None:
        self._client = client
        self._gate = gate
        self._count = count
        self._store = store
        self._turns = turns
        self._clock = clock
        self._on_ready = on_ready
        self._held: dict[int, _Held] = {}
        self._leaving: list[_Held] = []  # which are being handed over, under leases that go on
        self._given: dict[int, int] = {}  # the tokens under which shards were last handed over
        self._connected: set[int] = set()
        self._has_looked = False
        self._giving: asyncio.Task[None] | None = None
        self._log = structlog.get_logger(__name__)

    @property
    def should_have(self) -> frozenset[int]:
        """The shards that this process is to answer for."""
        wanted = self._store.wanted if self._store else range(self._count)
        return frozenset(self._held) | frozenset(wanted or ())

    @property
    def connected(self) -> frozenset[int]:
        """Those whose connection stands."""
        return frozenset(self._connected)

    @property
    def is_ready(self) -> bool:
        """Whether every shard that is to be there is; a gateway in reserve, with none, is ready too."""
        return self._has_looked and self.should_have <= self._connected

    def shard(self, number: int) -> Shard | None:
        """A shard of this process."""
        held = self._held.get(number)
        return held.shard if held else None

    def came(self, shard: int) -> None:
        """A shard's connection stands, identified or resumed."""
        held = self._held.get(shard)
        if held is not None:
            held.shard.stands()
            self._gate.resuming(shard, yes=False)
            self._connected.add(shard)
            self._log.info("gateway.shard_ready", shard=shard)
            self._tell_if_ready()

    async def run(self) -> None:
        """Hold the shards until cancelled; then give them back, after the answers under way.

        Raises:
            SetupError: Discord closed one for good.

        """
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    await self._hold(group)
                finally:  # the group would wait for a shard that did not hear that it is to end
                    await asyncio.gather(*(self._stop(held) for held in self._held.values()))
        finally:
            await self._leave()

    async def _hold(self, group: asyncio.TaskGroup) -> None:
        if self._store is None:
            for number in range(self._count):
                self._open(group, ShardLease(number, 0), until=float("inf"))
            self._has_looked = True
            await asyncio.Event().wait()
        else:
            group.create_task(self._watch(), name="gateway-watch")
            await self._keep(group, self._store)

    async def _keep(self, group: asyncio.TaskGroup, store: ShardStore) -> None:
        while True:
            heed_cancellation()
            if self._giving is not None and self._giving.done():
                self._giving.result()
                self._giving = None
            standing = await self._standing()
            began = self._clock()
            try:
                beat = await store.beat(standing)
                await self._heed(beat, group, until=began + store.seconds * _MARGIN)
                if self._giving is None:
                    await store.wait()
                else:  # somebody waits for what is given
                    await asyncio.wait([self._giving], timeout=min(AWAY_SECONDS, store.seconds / 4))
            except StoreUnavailable:
                await asyncio.sleep(AWAY_SECONDS)

    async def _standing(self) -> list[ShardLease]:
        """The leases with where their streams stand, as far as the answers have begun under them.

        What was read a moment ago is not answered yet, and if the lease runs out before that, never: whoever
        resumes must be sent it.
        """
        standing = [resumed(each.lease, each.shard.stream) for each in self._held.values()]
        leaving = [resumed(each.lease, each.shard.stream) for each in self._leaving]
        await self._gate.begun()
        over = self._gate.expired()
        return [each for each in standing if each.shard not in over] + leaving

    async def _heed(self, beat: Beat, group: asyncio.TaskGroup, *, until: float) -> None:
        """Do what Redis said, and begin to give away what is too much."""
        for number, held in list(self._held.items()):
            lease = beat.held.get(number)
            if lease is None or lease.token != held.lease.token:
                await self._lose(number)
        for number, lease in beat.held.items():
            if number in self._held:
                self._gate.hold(number, lease.token, until)
            elif self._clock() < until and lease.token != self._given.get(number):
                self._log.info(
                    "gateway.took", shard=number, token=lease.token, resumes=lease.stream is not None
                )
                self._open(group, lease, until=until)
        if not self._has_looked:
            self._has_looked = True
            self._tell_if_ready()
        surplus = sorted(self._held)[beat.share :]
        if surplus and self._giving is None:
            # To its end, also where this process is told to stop meanwhile; the leases are renewed as before.
            self._giving = asyncio.create_task(self._give(surplus), name="gateway-gives")

    def _open(self, group: asyncio.TaskGroup, lease: ShardLease, *, until: float) -> None:
        self._gate.hold(lease.shard, lease.token, until)
        self._gate.resuming(lease.shard, yes=lease.stream is not None)
        shard = Shard(self._client, lease.shard, lease.stream, turn=self._turns.wait, lost=self._lost)
        task = group.create_task(_run(shard), name=f"shard-{lease.shard}")
        self._held[lease.shard] = _Held(shard, lease, task)

    async def _watch(self) -> None:
        """Close what ran out, whatever Redis is doing."""
        while True:
            left = min((hold.until for hold in self._gate.holds.values()), default=self._clock() + 1)
            await asyncio.sleep(max(0.05, min(left - self._clock(), 1.0)))
            for number in self._gate.expired():
                await self._lose(number)

    async def _lose(self, number: int) -> None:
        """Stop at once: somebody else has it, or may have.

        What was read a moment ago was perhaps let go, by nobody answered: whoever has the shard next, be it
        this process, goes on where Redis says.
        """
        self._gate.drop(number)
        held = self._held.pop(number, None)
        if held is None:
            return
        self._log.warning("gateway.lost_lease", shard=number, token=held.lease.token)
        await self._stop(held)
        await held.shard.close(resumable=True)

    async def _give(self, numbers: Collection[int]) -> None:
        try:
            await self._hand_over(numbers, leaves=False)
        except StoreUnavailable:
            self._log.warning("gateway.not_given", shards=sorted(numbers))  # the leases run out

    async def _hand_over(self, numbers: Collection[int], *, leaves: bool) -> None:
        """Stop reading, end the answers under way, and leave the streams to whoever comes next."""
        leaving = [self._held.pop(number) for number in numbers]
        self._leaving = leaving
        self._given |= {held.lease.shard: held.lease.token for held in leaving}
        try:
            await asyncio.gather(*(self._stop(held) for held in leaving))
            quiet = await self._gate.quiet(numbers, within=HAND_OVER_SECONDS)
            for number in numbers:
                self._gate.drop(number)
            await asyncio.gather(*(held.shard.close(resumable=self._store is not None) for held in leaving))
            if self._store is not None:
                given = [resumed(held.lease, held.shard.stream) for held in leaving]
                count = await self._store.give(given, leaves=leaves)
                self._log.info("gateway.gave", shards=sorted(numbers), given=count, quiet=quiet)
        finally:
            self._leaving = []

    async def _leave(self) -> None:
        if self._giving is not None:
            await asyncio.wait([self._giving])
        numbers = list(self._held)
        try:
            await self._hand_over(numbers, leaves=True)
        except StoreUnavailable:
            self._log.warning("gateway.not_given", shards=numbers)  # the leases run out
        await self._gate.quiet(range(self._count), within=ANSWERS_SECONDS)

    def _lost(self, number: int) -> None:
        self._connected.discard(number)
        self._gate.resuming(number, yes=True)

    async def _stop(self, held: _Held) -> None:
        self._connected.discard(held.lease.shard)
        for _ in range(STOP_TRIES):
            if held.task.done():
                return
            held.task.cancel()  # again, where the first was lost on its way through a library
            await asyncio.wait([held.task], timeout=STOP_SECONDS)
        self._log.error("gateway.not_stopped", shard=held.lease.shard)

    def _tell_if_ready(self) -> None:
        if self.is_ready:
            self._on_ready()


async def _run(shard: Shard) -> None:
    with asking():
        await shard.run()
