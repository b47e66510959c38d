"""The queue's shares under whatever people and workers do, beside what must hold of them.

The real scripts on a real Redis, with a clock of the test's own. Guilds ask, workers lease, finish, fail,
die, give back and come too late; the books that are kept here say what each guild was served since when.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import combinations, count
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from redis.asyncio import Redis

from bot.store import Job, Lease, Queue
from bot.store.fairness.shares import DEFAULT, Shares
from tests.bot.store.conftest import KEYS

GUILDS = ("a", "b", "c")
WEIGHTS = {"a": 1.0, "b": 2.0, "c": 0.5}
LARGEST = 5000
LEASE_SECONDS = 30

_Answer = TypeVar("_Answer")


@dataclass
class Books:
    """What a guild was served, its estimates included while its rounds are in flight."""

    waiting: dict[str, Job] = field(default_factory=dict)  # those that had no turn yet
    again: set[str] = field(default_factory=set)  # those that had one, and come again
    service: float = 0.0


class Fair(RuleBasedStateMachine):
    """Rounds of three guilds, a few rooms and people each. `caps`: whether the usual ones hold."""

    caps = False

    def __init__(self, redis: Redis, runner: asyncio.Runner) -> None:
        super().__init__()
        self.runner, self.redis = runner, redis
        self.wait(redis.flushall())
        self.now = 1_000_000
        tokens = count()
        self.repeated = ""  # the token of a lease that is asked for once more
        self.queue = Queue(
            redis,
            keys=KEYS,
            lease_seconds=LEASE_SECONDS,
            attempts=1000,
            token=lambda: self.repeated or f"token-{next(tokens)}",
            now=lambda: self.now,
        )
        self.shares = Shares(redis, keys=KEYS)
        for guild, weight in WEIGHTS.items():
            self.wait(self.shares.change(guild, {"weight": weight}))
        if not self.caps:
            self.wait(self.shares.change(DEFAULT, {"rounds": 0, "person_rounds": 0}))
        self.numbers = count(1)
        self.books = {guild: Books() for guild in GUILDS}
        self.flying: dict[str, tuple[Lease, int]] = {}  # by token; the ms at which it ends
        self.lost: list[Lease] = []
        self.used: Counter[str] = Counter()
        self.later: dict[str, int] = {}
        self.largest_flight = 0.0  # cost over weight that one guild had in flight at once
        self.since: dict[tuple[str, str], dict[str, float]] = {}  # pairs that both wait: their service then
        self.turns: dict[str, Counter[str]] = {}  # by guild: turns of rooms that wait, since all of them do

    def wait(self, coming: Awaitable[_Answer]) -> _Answer:
        async def waited() -> _Answer:
            return await coming

        return self.runner.run(waited())

    @rule(
        guild=st.sampled_from(GUILDS),
        room=st.integers(1, 3),
        person=st.integers(1, 3),
        cost=st.integers(1, LARGEST),
        number=st.integers(1, 4),
    )
    def somebody_asks(self, guild: str, room: int, person: int, cost: int, number: int) -> None:
        for _ in range(number):
            job = Job(
                room=f"{guild}{room}",
                round=next(self.numbers),
                guild=guild,
                asked_at=self.now,
                asked_by=f"p{person}",
                cost=cost,
                tokens=cost,
            )
            assert self.wait(self.queue.put(job))
            assert not self.wait(self.queue.put(job)), "it is queued once"
            self.books[guild].waiting[job.id] = job
        self.turns.pop(guild, None)

    @rule(lends=st.booleans())
    def a_worker_leases(self, lends: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        self.time_passes()
        lease = self.wait(self.queue.lease(lends=lends or not self.caps))
        if lease is None:
            self.nothing_could_be_leased(lends=lends)
            return
        books = self.books[lease.guild]
        if lease.job_id in books.again:
            books.again.remove(lease.job_id)
            books.waiting.pop(lease.job_id, None)
        else:
            assert not any(each.again for each in self.books.values()), "what comes again goes first"
            assert lease.job_id in books.waiting, "nobody has it, and it waits"
            self.the_oldest_of_its_person(lease)
            self.within_the_caps(lease)
            del books.waiting[lease.job_id]
            books.service += lease.job.cost / WEIGHTS[lease.guild]
            self.turns.setdefault(lease.guild, Counter())[lease.room] += 1
        self.flying[lease.token] = (lease, self.now + LEASE_SECONDS * 1000)
        self.note_flights()

    @rule(draw=st.data())
    @precondition(lambda self: any(ends > self.now for _, ends in self.flying.values()))
    def the_answer_to_a_lease_is_lost(self, draw: st.DataObject) -> None:
        self.time_passes()
        self.repeated = draw.draw(st.sampled_from(sorted(self.flying)))
        again, self.repeated = self.wait(self.queue.lease()), ""
        assert again is not None
        assert again == self.flying[again.token][0], "it is the same lease"

    def nothing_could_be_leased(self, *, lends: bool) -> None:
        assert not any(each.again for each in self.books.values()), "what comes again is leased"
        waiting = [job for books in self.books.values() for job in books.waiting.values()]
        if not self.caps or lends:
            assert waiting == [], "no place is idle while a round waits"
        else:
            assert all(not self.is_within(job) for job in waiting), "nor while one within the caps does"

    def is_within(self, job: Job) -> bool:
        jobs = [lease.job for lease, _ in self.flying.values() if lease.guild == job.guild]
        return len(jobs) < 2 and all(each.asked_by != job.asked_by for each in jobs)

    def within_the_caps(self, lease: Lease) -> None:
        if self.caps and not self.is_within(lease.job):
            others = [job for books in self.books.values() for job in books.waiting.values()]
            assert not any(map(self.is_within, others)), "the caps hold while others wait"

    def the_oldest_of_its_person(self, lease: Lease) -> None:
        mine = [
            job.round
            for job in self.books[lease.guild].waiting.values()
            if (job.room, job.asked_by) == (lease.room, lease.job.asked_by)
        ]
        assert lease.round == min(mine)

    @rule(draw=st.data(), used=st.one_of(st.none(), st.integers(0, LARGEST)))
    @precondition(lambda self: self.flying)
    def a_round_is_written(self, draw: st.DataObject, used: int | None) -> None:
        token = draw.draw(st.sampled_from(sorted(self.flying)))
        lease, _ = self.flying.pop(token)
        assert self.wait(self.queue.finish(lease, used=used))
        cost, before = lease.job.cost, self.used.pop(lease.job_id, 0)
        if used is not None:
            self.books[lease.guild].service += (before + used - cost) / WEIGHTS[lease.guild]
        self.lost.append(lease)

    @rule(draw=st.data(), how=st.sampled_from(["release", "defer", "leave"]), used=st.integers(0, 100))
    @precondition(lambda self: self.flying)
    def a_round_comes_back(self, draw: st.DataObject, how: str, used: int) -> None:
        token = draw.draw(st.sampled_from(sorted(self.flying)))
        lease, _ = self.flying.pop(token)
        if how == "release":
            self.wait(self.queue.release(lease, used=used))
            self.books[lease.guild].again.add(lease.job_id)
        elif how == "defer":
            self.wait(self.queue.defer(lease, 2, used=used))
            self.later[lease.job_id] = self.now + 2000
        else:
            used = 0
            self.wait(self.queue.leave(lease, 2))
            self.later[lease.job_id] = self.now + 2000
        self.used[lease.job_id] += used
        self.lost.append(lease)

    @rule(seconds=st.sampled_from([1, 3, LEASE_SECONDS + 1]))
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds * 1000

    def time_passes(self) -> None:
        """What the next lease finds: dead workers' rounds, and those put off until now."""
        for token, (lease, ends) in list(self.flying.items()):
            if ends <= self.now:
                del self.flying[token]
                self.lost.append(lease)
                self.books[lease.guild].again.add(lease.job_id)
        for job_id, at in list(self.later.items()):
            if at <= self.now:
                del self.later[job_id]
                self.books[job_id[0]].again.add(job_id)

    @rule(draw=st.data())
    @precondition(lambda self: self.lost)
    def somebody_comes_too_late(self, draw: st.DataObject) -> None:
        lease = draw.draw(st.sampled_from(self.lost[-4:]))
        assert not self.wait(self.queue.finish(lease, used=LARGEST)), "a settled lease changes nothing"

    @rule(draw=st.data())
    @precondition(lambda self: any(each.waiting for each in self.books.values()))
    def somebody_takes_a_round_back(self, draw: st.DataObject) -> None:
        ids = sorted(each for books in self.books.values() for each in books.waiting)
        job_id = draw.draw(st.sampled_from(ids))
        room, _, number = job_id.rpartition(":")
        assert self.wait(self.queue.cancel(room, int(number)))
        assert not self.wait(self.queue.cancel(room, int(number))), "once"
        del self.books[job_id[0]].waiting[job_id]

    def note_flights(self) -> None:
        flights: Counter[str] = Counter()
        for lease, _ in self.flying.values():
            flights[lease.guild] += max(lease.job.cost, LARGEST)
        for guild, cost in flights.items():
            self.largest_flight = max(self.largest_flight, cost / WEIGHTS[guild])

    @invariant()
    def of_two_guilds_that_wait_none_is_served_much_more(self) -> None:
        if self.caps:
            return
        # What is put off or comes again is in flight still, as far as the books go.
        unsettled = len(self.later) + sum(len(each.again) for each in self.books.values())
        self.note_flights()
        largest = LARGEST / min(WEIGHTS.values())
        bound = 2 * (largest + self.largest_flight + unsettled * largest)
        for pair in combinations(GUILDS, 2):
            if not all(self.books[guild].waiting for guild in pair):
                self.since.pop(pair, None)
                continue
            served = {guild: self.books[guild].service for guild in pair}
            before = self.since.setdefault(pair, served)
            first, second = (served[guild] - before[guild] for guild in pair)
            assert abs(first - second) <= bound, (pair, first, second)

    @invariant()
    def rooms_of_a_guild_take_turns(self) -> None:
        for guild, turns in self.turns.items():
            rooms = {job.room for job in self.books[guild].waiting.values()}
            if self.caps or any(room not in turns and room in rooms for room in turns):
                continue
            counts = [turns[room] for room in rooms]
            assert not counts or max(counts) - min(counts) <= 1, turns

    @invariant()
    def the_books_agree(self) -> None:
        found = self.wait(self.shares.read())
        standings = {each.guild: each for each in found.guilds}
        leased = Counter(lease.guild for lease, _ in self.flying.values())
        lost = [lease for lease, ends in self.flying.values() if ends <= self.now]
        for guild in GUILDS:
            one = standings[guild]
            assert one.waiting == len(self.books[guild].waiting), guild
            assert lost or one.flying == leased[guild], guild

    def teardown(self) -> None:
        """Everything is written in the end, and nothing of it is left."""
        for _ in range(10_000):
            self.now += LEASE_SECONDS * 1001
            if (lease := self.wait(self.queue.lease())) is None:
                break
            self.wait(self.queue.finish(lease, used=1))
        keys = KEYS.queue
        kept = (keys.counter, keys.bell, keys.idle, keys.tally, keys.shares)
        left: dict[str, int] = {key: self.wait(self.redis.exists(key)) for key in keys.all if key not in kept}
        assert not any(left.values()), left


class Capped(Fair):
    """The same with the usual caps: two rounds a guild, one a person."""

    caps = True
