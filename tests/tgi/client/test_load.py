from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tgi.client.load import Burden, Load, Standing, Weight, choose, estimated_tokens, weigh
from tgi.client.shares import Share
from tgi.protocol import GenerateParameters

STANDINGS = st.lists(
    st.none()
    | st.builds(Standing, st.integers(0, 5), st.booleans(), rank=st.integers(0, 2), on_trial=st.booleans()),
    max_size=6,
)


def test_a_request_weighs_its_prompt_and_what_it_may_write() -> None:
    parameters = GenerateParameters(max_new_tokens=140)
    assert weigh("x" * 400, parameters, 120) == Weight(120, 140, counted=True)
    assert weigh("x" * 400, parameters) == Weight(100, 140)
    assert weigh("", GenerateParameters()) == Weight(0, 1024)


def test_what_is_cut_off_and_what_is_written_twice_count() -> None:
    assert weigh("x" * 4000, GenerateParameters(max_new_tokens=10, truncate=50)).prompt == 50
    assert weigh("x", GenerateParameters(max_new_tokens=10, best_of=2)).new == 20


def test_the_estimate_knows_english_and_chinese() -> None:
    assert estimated_tokens("The lighthouse keeper finds a letter.") == 10
    assert estimated_tokens("灯塔看守人找到一封信") == 20
    assert estimated_tokens("") == 0


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_longer_text_is_never_estimated_at_less(one: str, other: str) -> None:
    assert max(estimated_tokens(one), estimated_tokens(other)) <= estimated_tokens(one + other)


class LoadMachine(RuleBasedStateMachine):
    """Any generations beginning, writing and ending, beside a plain sum."""

    def __init__(self) -> None:
        super().__init__()
        self.load = Load()
        self.running: list[tuple[Burden, int, int]] = []  # with its prompt and what it has not written

    @rule(prompt=st.integers(0, 3000), new=st.integers(0, 400))
    def begin(self, prompt: int, new: int) -> None:
        self.running.append((self.load.begin(Weight(prompt, new)), prompt, new))

    @precondition(lambda self: self.running)
    @rule(pick=st.integers(0, 100), tokens=st.integers(1, 300))
    def write(self, pick: int, tokens: int) -> None:
        at = pick % len(self.running)
        burden, prompt, left = self.running[at]
        burden.wrote(tokens)
        self.running[at] = burden, prompt, max(0, left - tokens)

    @precondition(lambda self: self.running)
    @rule(pick=st.integers(0, 100))
    def end(self, pick: int) -> None:
        burden, _, _ = self.running.pop(pick % len(self.running))
        burden.end()
        burden.end()
        burden.wrote()

    @invariant()
    def the_load_is_what_is_left_of_what_runs(self) -> None:
        assert self.load.running == len(self.running)
        assert self.load.tokens == sum(prompt + left for _, prompt, left in self.running)


TestLoad = LoadMachine.TestCase


@given(STANDINGS)
def test_the_chosen_server_has_a_place_and_no_better_one_has(candidates: list[Standing | None]) -> None:
    chosen = choose(candidates)
    there = [each for each in candidates if each is not None]
    proven = [each for each in there if not each.on_trial]
    if chosen is None:
        assert not any(each.free for each in proven or there)
        return
    taken = candidates[chosen]
    assert taken is not None
    assert taken.free
    assert not (taken.on_trial and proven), "a server on trial is not asked while another only is full"
    better = [
        each
        for each in (proven or there)
        if each.free and (each.rank, each.tokens) < (taken.rank, taken.tokens)
    ]
    assert better == []


def test_of_equals_the_first_is_asked() -> None:
    assert choose([None, Standing(5, free=True), Standing(5, free=True)]) == 1


class ShareMachine(RuleBasedStateMachine):
    """Requests and extras in any order: the extras are bounded from the start and over every stretch."""

    RATIO, RESERVE, MOST = 0.3, 2.0, 4.0

    def __init__(self) -> None:
        super().__init__()
        self.share = Share(self.RATIO, reserve=self.RESERVE, most=self.MOST)
        self.stretches: list[tuple[int, int]] = []

    @rule(times=st.integers(1, 20))
    def request(self, times: int) -> None:
        self.stretches.append((self.share.requests, self.share.extras))
        for _ in range(times):
            self.share.earn()

    @rule(times=st.integers(1, 5))
    def try_extra(self, times: int) -> None:
        for _ in range(times):
            extras = self.share.extras
            assert self.share.spend() == (self.share.extras > extras)

    @invariant()
    def the_extras_are_bounded(self) -> None:
        assert self.share.extras <= self.RESERVE + self.RATIO * self.share.requests + 1e-6
        for requests, extras in self.stretches:
            most = self.MOST + self.RATIO * (self.share.requests - requests)
            assert self.share.extras - extras <= most + 1e-6


TestShare = ShareMachine.TestCase


def test_a_share_of_one_in_twenty_gives_exactly_that() -> None:
    share = Share(0.05)
    given_out = 0
    for _ in range(1000):
        share.earn()
        given_out += share.spend()
    assert given_out == 50
