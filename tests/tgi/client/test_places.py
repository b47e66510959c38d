"""Turns at several servers in any order of events: a state machine beside a model that only counts."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.tgi.client.several import Clock, info_of
from tgi.client import Breaking
from tgi.client.breaker import State
from tgi.client.endpoint import FRESH_SECONDS, Endpoint
from tgi.client.endpoints import Endpoints
from tgi.client.load import NOTHING, weigh
from tgi.client.turn import Turn
from tgi.errors import (
    BrokenStream,
    ClientError,
    GenerationFailed,
    Overloaded,
    Refused,
    TimedOut,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from tgi.protocol import GenerateParameters, Info

WEIGHT = weigh("Once", GenerateParameters(max_new_tokens=10))
ERRORS: list[ClientError] = [
    Unreachable("http://a", "no", refused=True),
    Unreachable("http://a", "no"),
    TimedOut("connect", 1),
    TimedOut("first_token", 1),
    BrokenStream("it ended"),
    UnexpectedAnswer("a page"),
    GenerationFailed("no"),
    Overloaded(),
    Refused("no"),
    Unauthorized(),
]
NAMES = st.sampled_from(["one", "other"])


class PlacesMachine(RuleBasedStateMachine):
    """Requests, looks, failures, drains, restarts with another model, and time, in any order."""

    @initialize(limits=st.lists(st.integers(1, 3), min_size=1, max_size=3), model=st.none() | NAMES)
    def begin(self, limits: list[int], model: str | None) -> None:
        self.clock = Clock()
        self.wanted = model
        self.limits = limits
        self.endpoints = Endpoints(
            [f"http://server{number}" for number in range(len(limits))],
            model=model,
            breaking=Breaking(in_a_row=2, cool_down=1, cap=4),
            clock=self.clock,
            chance=lambda: 0.5,
        )
        self.turns: list[Turn] = []

    def limit_of(self, endpoint: Endpoint) -> int:
        return self.limits[self.endpoints.all.index(endpoint)]

    @rule(seconds=st.floats(0, 3) | st.just(FRESH_SECONDS))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(question=st.booleans())
    def ask(self, *, question: bool) -> None:
        now = self.clock.now
        states = {each: each.breaker.state(now) for each in self.endpoints.all}
        closed = [each for each in self.endpoints.all if self.is_sound(each)]
        turn = self.endpoints.turn_now(NOTHING if question else WEIGHT)
        if turn is None:
            return
        chosen = turn.endpoint
        assert not chosen.drained
        assert states[chosen] is not State.OPEN
        assert turn.learns or chosen.foreign is None
        assert not closed or states[chosen] is State.CLOSED, "a trial goes elsewhere while another works"
        assert turn.on_trial == (states[chosen] is State.HALF_OPEN)
        if not question and not turn.learns:
            assert chosen.load.running <= self.limit_of(chosen)
        self.turns.append(turn)

    def is_sound(self, endpoint: Endpoint) -> bool:
        closed = endpoint.breaker.state(self.clock.now) is State.CLOSED
        return closed and not endpoint.drained and endpoint.foreign is None

    @precondition(lambda self: self.turns)
    @rule(pick=st.integers(0, 1000), name=NAMES)
    def learn(self, pick: int, name: str) -> None:
        turn = self.turns[pick % len(self.turns)]
        if not turn.learns:
            return
        turn.learned()
        limit = self.limit_of(turn.endpoint)
        info = Info.model_validate(info_of(model_id=name, max_concurrent_requests=limit))
        self.endpoints.learned(turn.endpoint, info)

    @precondition(lambda self: self.turns)
    @rule(pick=st.integers(0, 1000), answers=st.booleans())
    def end(self, pick: int, *, answers: bool) -> None:
        turn = self.turns.pop(pick % len(self.turns))
        if answers:
            turn.answered()
            turn.wrote()
        turn.release()
        turn.release()

    @precondition(lambda self: self.turns)
    @rule(pick=st.integers(0, 1000), error=st.sampled_from(ERRORS))
    def fail(self, pick: int, error: ClientError) -> None:
        turn = self.turns.pop(pick % len(self.turns))
        turn.failed(error)
        turn.release()

    @rule(pick=st.integers(0, 2), answers=st.booleans())
    def look(self, pick: int, *, answers: bool) -> None:
        endpoint = self.endpoints.all[pick % len(self.endpoints.all)]
        with self.endpoints.turn_for_look(endpoint, WEIGHT) as turn:
            if answers:
                turn.answered()
                assert endpoint.breaker.state(self.clock.now) is State.CLOSED, "a real token is proof"
            else:
                turn.failed(ERRORS[4])

    @rule(pick=st.integers(0, 2), drains=st.booleans())
    def drain(self, pick: int, *, drains: bool) -> None:
        endpoint = self.endpoints.all[pick % len(self.endpoints.all)]
        (self.endpoints.drain if drains else self.endpoints.readmit)(endpoint)

    @invariant()
    def the_load_is_that_of_the_turns_out(self) -> None:
        if not hasattr(self, "turns"):
            return
        for endpoint in self.endpoints.all:
            out = [each for each in self.turns if each.endpoint is endpoint and each._burden is not None]
            assert endpoint.load.running == len(out)
            assert 0 <= endpoint.load.tokens <= len(out) * WEIGHT.total
            assert endpoint.learning == any(each.learns for each in self.turns if each.endpoint is endpoint)

    @invariant()
    def servers_that_are_not_foreign_serve_one_model(self) -> None:
        if not hasattr(self, "turns"):
            return
        known = [each for each in self.endpoints.all if each.info is not None and each.foreign is None]
        models = {each.model.id for each in known}
        assert len(models) <= 1
        assert self.wanted is None or models <= {self.wanted}

    def teardown(self) -> None:
        for turn in getattr(self, "turns", []):
            turn.release()
        for endpoint in self.endpoints.all if hasattr(self, "endpoints") else ():
            assert (endpoint.load.running, endpoint.load.tokens) == (0, 0)
            assert not endpoint.learning


TestPlaces = PlacesMachine.TestCase


def test_a_server_is_named_by_its_address_without_its_password() -> None:
    endpoints = Endpoints(
        ["http://some:one@host:1/tgi/"], model=None, breaking=Breaking(), clock=Clock(), chance=lambda: 0.0
    )
    assert endpoints.named("http://host:1/tgi") is endpoints.all[0]
    assert "one" not in endpoints.all[0].address
    with pytest.raises(ValueError, match="address"):
        endpoints.named("http://host:2/tgi")
