from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tgi.client import Breaking
from tgi.client.breaker import Breaker, Permit, State

BREAKING = Breaking(in_a_row=3, share=0.5, of_last=8, at_least=6, cool_down=1.0, cap=8.0)
CHANCES = st.floats(0, 1, exclude_max=True)


class BreakerMachine(RuleBasedStateMachine):
    """Any requests, outcomes and passing of time, beside a model that only counts."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(BREAKING)
        self.now = 0.0
        self.out: list[Permit] = []
        self.outcomes: list[bool] = []  # since it closed
        self.openings = 0
        self.opened_at = 0.0
        self.changes = 0

    @property
    def state(self) -> State:
        return self.breaker.state(self.now)

    def trial_is_out(self) -> bool:
        return any(permit.trial and permit.epoch == self.changes for permit in self.out)

    @rule(seconds=st.floats(0, 5))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        state, trial_was_out = self.state, self.trial_is_out()
        permit = self.breaker.admit(self.now)
        expected = state is State.CLOSED or (state is State.HALF_OPEN and not trial_was_out)
        assert (permit is not None) == expected
        if permit is not None:
            assert permit.trial == (state is State.HALF_OPEN)
            self.out.append(permit)

    @precondition(lambda self: self.out)
    @rule(pick=st.integers(0, 10_000), ok=st.sampled_from([True, False, None]), chance=CHANCES)
    def end(self, pick: int, ok: bool | None, chance: float) -> None:  # noqa: FBT001 - Hypothesis names it
        permit = self.out.pop(pick % len(self.out))
        before = self.state
        change = self.breaker.record(permit, self.now, chance, ok=ok)
        if permit.epoch != self.changes:
            assert change is None, "what began before a change has no say after it"
            return
        if permit.trial:
            assert before is State.HALF_OPEN
            expected = {True: State.CLOSED, False: State.OPEN, None: None}[ok]
        else:
            if ok is not None:
                self.outcomes.append(ok)
            expected = State.OPEN if self.should_open() else None
        assert change is expected
        if change is not None:
            self.note(change)

    def should_open(self) -> bool:
        last = self.outcomes[-BREAKING.of_last :]
        row = self.outcomes[-BREAKING.in_a_row :]
        in_a_row = len(row) == BREAKING.in_a_row and not any(row)
        return in_a_row or (
            len(last) >= BREAKING.at_least and last.count(False) >= BREAKING.share * len(last)
        )

    def note(self, change: State) -> None:
        self.changes += 1
        self.outcomes.clear()
        if change is State.CLOSED:
            self.openings = 0
            return
        self.openings += 1
        bound = min(BREAKING.cap, BREAKING.cool_down * 2 ** (self.openings - 1))
        assert bound / 2 - 1e-9 <= self.breaker.cooling(self.now) <= bound + 1e-9

    @rule(chance=CHANCES)
    def trip(self, chance: float) -> None:
        self.note(self.breaker.open(self.now, chance))

    @precondition(lambda self: self.openings)
    @rule()
    def prove(self) -> None:
        self.note(self.breaker.close())

    @invariant()
    def nothing_goes_while_it_cools(self) -> None:
        if self.state is State.OPEN:
            assert self.breaker.cooling(self.now) > 0
            assert not self.breaker.lets_through(self.now)

    @invariant()
    def at_most_one_trial_is_out(self) -> None:
        assert sum(permit.trial and permit.epoch == self.changes for permit in self.out) <= 1

    @invariant()
    def it_is_closed_until_it_opens(self) -> None:
        assert (self.state is State.CLOSED) == (self.openings == 0)


TestBreaker = BreakerMachine.TestCase


@given(st.integers(1, 10_000), CHANCES)
def test_a_cool_down_doubles_up_to_its_cap_and_is_jittered(openings: int, chance: float) -> None:
    seconds = Breaking(cool_down=1, cap=60).seconds(openings, chance)
    bound = min(60, 2 ** min(openings - 1, 64))
    assert bound / 2 <= seconds <= bound


def test_a_success_between_them_keeps_failures_from_being_in_a_row() -> None:
    breaker = Breaker(Breaking(in_a_row=3, at_least=20))
    for ok in (False, False, True, False, False):
        permit = breaker.admit(0)
        assert permit is not None
        assert breaker.record(permit, 0, 0, ok=ok) is None
    assert breaker.failures == 2


def test_every_second_failure_opens_it_though_none_are_in_a_row() -> None:
    breaker = Breaker(Breaking(in_a_row=5, share=0.5, at_least=10))
    changes = []
    for number in range(10):
        permit = breaker.admit(0)
        assert permit is not None
        changes.append(breaker.record(permit, 0, 0, ok=number % 2 == 0))
    assert changes == [None] * 9 + [State.OPEN]


@pytest.mark.parametrize(
    "wrong",
    [
        {"in_a_row": 0},
        {"share": 0},
        {"share": 1.1},
        {"at_least": 0},
        {"at_least": 30},
        {"cool_down": 0},
        {"cap": 0.5},
    ],
)
def test_a_breaker_that_could_not_work_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="breaker"):
        Breaking(**wrong)  # type: ignore[arg-type] # that is the point
