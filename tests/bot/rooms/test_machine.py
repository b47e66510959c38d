"""Whatever is sent to the real rooms, twice, at once or late: the log, the snapshot and the rules agree."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from bot.rooms import Outcome
from bot.store import Stale, connect
from bot.story import Room, decide, replay
from bot.story import commands as c
from bot.story.events import RoundAsked
from bot.story.refusals import Refusal
from tests.bot.building import ANA, add_premise, ask_round, open_room, record_take
from tests.bot.rooms.parts import KEYS, parts_on
from tests.bot.story import strategies as random

_Answer = TypeVar("_Answer")


class Stored(RuleBasedStateMachine):
    """One room in Redis, and what the rules alone say it must be."""

    def __init__(self, redis: Redis, runner: asyncio.Runner, room: str) -> None:
        super().__init__()
        self.redis = redis
        self.runner = runner
        self.name = room
        parts = parts_on(redis)
        self.store, self.rooms = parts.store, parts.rooms
        self.operations = map(str, count())
        self.done: dict[str, c.Command] = {}
        self.expected: Room | None = None
        for command in (
            open_room(room),
            add_premise("A well-digger"),
            ask_round(takes=2),
            record_take(1, 0),
            record_take(1, 1),
        ):
            self.one_after_the_other(command)

    def wait(self, coming: Coroutine[Any, Any, _Answer]) -> _Answer:
        return self.runner.run(coming)

    async def act(self, command: c.Command, operation: str) -> Outcome:
        return await self.rooms.act(self.name, command, operation=operation)

    def one_after_the_other(self, command: c.Command) -> None:
        operation = next(self.operations)
        decision = decide(self.expected, command)
        outcome = self.wait(self.act(command, operation))
        if isinstance(decision, Refusal):
            assert outcome == Outcome(self.expected, refusal=decision)
            return
        self.expected = replay(decision, self.expected)
        assert outcome == Outcome(self.expected, decision)
        if decision:
            self.done[operation] = command

    @rule(command=random.commands)
    def anything(self, command: c.Command) -> None:
        self.one_after_the_other(command)

    @rule(number=st.integers(min_value=0, max_value=10_000), other=random.commands, same=st.booleans())
    def an_operation_that_took_effect_is_sent_again(
        self,
        number: int,
        other: c.Command,
        same: bool,  # noqa: FBT001 - Hypothesis names it
    ) -> None:
        # Not drawn from `done`: what took effect of what came at the same moment differs from run to run.
        operation = sorted(self.done)[number % len(self.done)]
        outcome = self.wait(self.act(self.done[operation] if same else other, operation))
        assert outcome == Outcome(self.expected, repeated=True)

    @rule(command=random.commands, times=st.integers(min_value=2, max_value=4))
    def an_operation_is_delivered_several_times_at_once(self, command: c.Command, times: int) -> None:
        operation = next(self.operations)
        decision = decide(self.expected, command)

        async def deliver() -> list[Outcome]:
            return await asyncio.gather(*(self.act(command, operation) for _ in range(times)))

        outcomes = self.wait(deliver())
        if isinstance(decision, Refusal):
            assert all(outcome.refusal == decision for outcome in outcomes)
            return
        self.expected = replay(decision, self.expected)
        assert all(outcome.refusal is None for outcome in outcomes)
        assert all(outcome.room == self.expected for outcome in outcomes)
        assert sum(outcome.events == decision for outcome in outcomes if outcome.events) == bool(decision)
        if decision:
            self.done[operation] = command

    @rule(commands=st.lists(random.of_people, min_size=2, max_size=4))
    def several_people_act_at_the_same_moment(self, commands: list[c.Command]) -> None:
        operations = {next(self.operations): command for command in commands}

        async def together() -> list[Outcome]:
            return await asyncio.gather(
                *(self.act(command, operation) for operation, command in operations.items())
            )

        outcomes = self.wait(together())
        carried_out = [one for one in zip(operations, outcomes, strict=True) if one[1].events]
        before = self.expected
        # Whatever order they came in is an order: each was decided on the room that the one before left.
        for operation, outcome in sorted(
            carried_out, key=lambda one: one[1].room.revision if one[1].room else 0
        ):
            assert decide(before, operations[operation]) == outcome.events
            before = replay(outcome.events, before)
            assert outcome.room == before
            self.done[operation] = operations[operation]
        self.expected = before

    @rule(behind=st.integers(min_value=1, max_value=3))
    def somebody_appends_to_a_room_that_moved_on(self, behind: int) -> None:
        assert self.expected is not None
        command = c.PlaceBoard(at=1, message=f"late{next(self.operations)}")
        decision = decide(self.expected, command)
        assert not isinstance(decision, Refusal)
        ahead = replay(decision, self.expected)
        assert ahead is not None
        seen = self.expected.revision - behind
        coming = self.store.append(ahead, seen=seen, operation=next(self.operations), events=decision)
        assert self.wait(coming) == Stale(self.expected)

    @invariant()
    def snapshot_log_and_outbox_agree_with_the_rules(self) -> None:
        snapshot, entries, outbox = self.wait(self.look())
        assert snapshot == self.expected
        assert replay(entry.event for entry in entries) == snapshot
        assert [entry.revision for entry in entries] == list(range(1, len(entries) + 1))
        assert set(self.done) == {entry.operation for entry in entries}
        rounds = {entry.event.round for entry in entries if isinstance(entry.event, RoundAsked)}
        asked = {name.removesuffix(b":cancel") for name in outbox}  # a cancel goes the same way
        assert asked == {f"{self.name}:{number}".encode() for number in rounds}

    async def look(self) -> tuple[Room | None, list[Any], set[bytes]]:
        snapshot = await self.rooms.read(self.name)
        entries = [entry async for entry in self.store.log(self.name)]
        outbox: Any = await self.redis.hkeys(KEYS.room(self.name).outbox)
        return snapshot, entries, set(outbox)


def test_stored_rooms_agree_with_the_rules(redis_url: str) -> None:
    names = (f"room{number}" for number in count())
    with asyncio.Runner() as runner:
        redis = connect(redis_url)
        run_state_machine_as_test(
            lambda: Stored(redis, runner, next(names)),  # type: ignore[arg-type]  # any factory will do
            settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
        )
        runner.run(redis.aclose())


def test_the_machine_begins_with_a_room_that_can_be_adopted_from(redis_url: str) -> None:
    with asyncio.Runner() as runner:
        redis = connect(redis_url)
        machine = Stored(redis, runner, "room")
        assert machine.expected is not None
        machine.one_after_the_other(c.Adopt(at=1, by=ANA, round=1, take=1, seen=machine.expected.revision))
        assert machine.expected.current == 1
        machine.snapshot_log_and_outbox_agree_with_the_rules()
        runner.run(redis.aclose())
