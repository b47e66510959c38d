"""What `/metrics` says, held to what TGI's router registers, and how a batch's calls are inferred."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.server.conftest import Serve, frames, post
from tests.tgi.server.scripted import Scripted
from tgi.errors import EngineFailed
from tgi.server.calls import SECONDS, Place, Steps
from tgi.server.engine import Call
from tgi.server.limits import Limits
from tgi.server.series import Counter as Counted
from tgi.server.series import Gauge, Histogram, Zeros, number, written

PER_METHOD = "per method (prefill or decode)"
SERIES = {
    "tgi_request_count": ("counter", "Total number of requests"),
    "tgi_request_success": ("counter", "Number of successful requests"),
    "tgi_request_failure": ("counter", None),
    "tgi_request_duration": ("histogram", "Request duration"),
    "tgi_request_validation_duration": ("histogram", "Request validation duration"),
    "tgi_request_queue_duration": ("histogram", "Request queue duration"),
    "tgi_request_inference_duration": ("histogram", "Request inference duration"),
    "tgi_request_mean_time_per_token_duration": ("histogram", "Mean time per token per request"),
    "tgi_request_generated_tokens": ("histogram", "Generated tokens per request"),
    "tgi_request_input_length": ("histogram", "Input token length per request"),
    "tgi_request_max_new_tokens": ("histogram", "Maximum new tokens per request"),
    "tgi_request_skipped_tokens": ("summary", "Speculated tokens per request"),
    "tgi_queue_size": ("gauge", "Current queue size"),
    "tgi_batch_current_size": ("gauge", "Current batch size"),
    "tgi_batch_current_max_tokens": ("gauge", "Maximum tokens for the current batch"),
    "tgi_batch_max_total_tokens": ("gauge", None),
    "tgi_batch_next_size": ("histogram", "Batch size of the next batch"),
    "tgi_batch_concat": ("counter", None),
    "tgi_batch_concat_duration": ("histogram", None),
    "tgi_batch_inference_count": ("counter", f"Inference calls {PER_METHOD}"),
    "tgi_batch_inference_success": ("counter", f"Number of successful inference calls {PER_METHOD}"),
    "tgi_batch_inference_failure": ("counter", None),
    "tgi_batch_inference_duration": ("histogram", "Batch inference duration"),
    "tgi_batch_forward_duration": ("histogram", f"Batch forward duration {PER_METHOD}"),
    "tgi_batch_decode_duration": ("histogram", f"Time spent decoding a batch {PER_METHOD}"),
    "tgi_batch_filter_duration": (
        "histogram",
        f"Time spent filtering batches and sending generated tokens {PER_METHOD}",
    ),
}
"""Kinds and descriptions as the router registers them: of two for one name it shows the first."""


async def told(http: aiohttp.ClientSession) -> dict[str, float]:
    """Every value by its name and labels."""
    async with http.get("/metrics") as answer:
        lines = (await answer.text()).splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


async def test_every_series_of_the_router_is_there_from_the_start(http: aiohttp.ClientSession) -> None:
    async with http.get("/metrics") as answer:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        text = await answer.text()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    about = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
    assert {name: (kind, about.get(name)) for name, kind in kinds.items()} == SERIES
    values = await told(http)
    standing = {"tgi_batch_max_total_tokens": 200.0}
    assert {name: value for name, value in values.items() if value} == standing


def test_every_series_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "tgi-server.md").read_text(encoding="utf-8")
    assert {name for name in SERIES if f"`{name}`" not in page} == set()


async def test_requests_are_counted_and_measured(http: aiohttp.ClientSession, engine: Scripted) -> None:
    await post(http, "/generate", max_new_tokens=3)
    await frames(http, max_new_tokens=2)
    await post(http, "/generate", temperature=0)
    engine.breaks_after = 1
    await frames(http)
    values = await told(http)
    expected = {
        "tgi_request_count": 4,
        "tgi_request_success": 2,
        'tgi_request_failure{err="validation"}': 1,
        'tgi_request_failure{err="generation"}': 1,
        "tgi_queue_size": 0,
        "tgi_batch_current_size": 0,
        "tgi_batch_current_max_tokens": 0,
        'tgi_request_generated_tokens_bucket{le="2"}': 1,
        'tgi_request_generated_tokens_bucket{le="+Inf"}': 2,
        "tgi_request_generated_tokens_sum": 5,
        "tgi_request_generated_tokens_count": 2,
        'tgi_request_duration_bucket{le="+Inf"}': 2,
        "tgi_request_duration_count": 2,
        "tgi_request_skipped_tokens_sum": 0,
        "tgi_request_skipped_tokens_count": 3 + 2 + 1,
    }
    assert {name: values[name] for name in expected} == expected


async def test_a_text_is_one_prefill_and_a_step_for_each_token_after_the_first(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    await post(http, "/generate", max_new_tokens=3)
    await frames(http, max_new_tokens=1)
    engine.breaks_after = 2
    await frames(http)
    engine.breaks_after = 0
    await frames(http)
    values = await told(http)
    expected = {
        'tgi_batch_inference_count{method="prefill"}': 4,
        'tgi_batch_inference_success{method="prefill"}': 3,
        'tgi_batch_inference_failure{method="prefill"}': 1,
        'tgi_batch_inference_count{method="decode"}': 2 + 1 + 1,
        'tgi_batch_inference_success{method="decode"}': 2 + 1,
        'tgi_batch_inference_failure{method="decode"}': 1,
        'tgi_batch_inference_duration_count{method="prefill"}': 3,
        'tgi_batch_forward_duration_count{method="decode"}': 3,
        # what goes on inside this engine's steps is not seen
        'tgi_batch_decode_duration_count{method="decode"}': 0,
        'tgi_batch_filter_duration_count{method="decode"}': 0,
        'tgi_batch_concat_duration_count{method="decode"}': 0,
        'tgi_batch_next_size_bucket{le="1"}': 3,
        "tgi_batch_next_size_sum": 3,
        'tgi_batch_concat{reason="chunking"}': 0,
    }
    assert {name: values[name] for name in expected} == expected


async def test_the_router_s_reservations_are_noted_one_by_one(serve: Serve, engine: Scripted) -> None:
    engine.script = [engine.script[0]] * 2500
    http = await serve(Limits(max_total_tokens=5000))
    await post(http, "/generate", "Once", max_new_tokens=2100)
    values = await told(http)
    assert values["tgi_request_max_new_tokens_count"] == 3
    assert values["tgi_request_max_new_tokens_sum"] == 1024 + 1024 + 52
    assert values["tgi_request_input_length_sum"] == 4 + (4 + 1024) + (4 + 2048)


async def test_who_waits_and_who_is_written_shows(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.waits_after = 1
    async with asyncio.TaskGroup() as group:
        for _ in range(3):  # on two seats
            group.create_task(frames(http, max_new_tokens=5))
        async with asyncio.timeout(10):
            while (values := await told(http))["tgi_queue_size"] != 1 or engine.running < 2:  # noqa: ASYNC110 - another end
                await asyncio.sleep(0.01)
        assert values["tgi_batch_current_size"] == 2
        assert values["tgi_batch_current_max_tokens"] == 2 * (4 + 5)
        engine.go.set()


# --- the text -----------------------------------------------------------------------------------------------


def test_series_are_written_as_the_router_s_exporter_writes_them() -> None:
    plain = Counted("plain", "What it is")
    plain.add()
    labelled = Counted("labelled", label="err")
    labelled.add("overloaded")
    histogram = Histogram("size", [0.5, 2.0], label="method", values=("decode",))
    for value in (0.5, 1.5, 1e-7):
        histogram.observe(value, "decode")
    zeros = Zeros("skipped")
    zeros.add()
    assert written([plain, labelled, Gauge("level", lambda: 3), histogram, zeros]) == (
        "# HELP plain What it is\n# TYPE plain counter\nplain 1\n\n"
        '# TYPE labelled counter\nlabelled{err="overloaded"} 1\n\n'
        "# TYPE level gauge\nlevel 3\n\n"
        "# TYPE size histogram\n"
        'size_bucket{method="decode",le="0.5"} 2\n'
        'size_bucket{method="decode",le="2"} 3\n'
        'size_bucket{method="decode",le="+Inf"} 3\n'
        'size_sum{method="decode"} 2.0000001\n'
        'size_count{method="decode"} 3\n\n'
        "# TYPE skipped summary\n"
        'skipped{quantile="0"} 0\nskipped{quantile="0.5"} 0\nskipped{quantile="0.9"} 0\n'
        'skipped{quantile="0.95"} 0\nskipped{quantile="0.99"} 0\nskipped{quantile="0.999"} 0\n'
        'skipped{quantile="1"} 0\n'
        "skipped_sum 0\nskipped_count 1\n"
    )


def test_durations_have_the_router_s_35_bounds_to_the_last_digit() -> None:
    value, bounds = 0.0001, []
    for _ in range(35):  # as the router multiplies
        value *= 1.5
        bounds.append(value)
    assert bounds == SECONDS
    assert [number(bound) for bound in SECONDS[:3]] == [
        "0.00015000000000000001",
        "0.00022500000000000002",
        "0.0003375",
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_in_full_and_read_back_the_same(value: float) -> None:
    text = number(value)
    assert re.fullmatch(r"-?\d+(\.\d+)?", text)
    assert float(text) == value


# --- calls that are heard of by their tokens ----------------------------------------------------------------


class Hearing:
    """Calls that were told of, on a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[Call] = []
        self.steps = Steps(self.calls.append, lambda: self.now)

    def at(self, now: float, *places: Place) -> None:
        """Let these texts get a token."""
        self.now = now
        for place in places:
            self.steps.token(place)


@given(
    texts=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), min_size=1, max_size=8),
    durations=st.lists(st.floats(0.01, 0.05), min_size=50, max_size=50),
    dice=st.randoms(use_true_random=False),
)
def test_calls_of_a_batch_in_lockstep_are_all_found(
    texts: list[tuple[int, int]], durations: list[float], dice: Random
) -> None:
    """Each text has a step that it begins with and a length; a step's tokens come in any order."""
    hearing = Hearing()
    running: dict[int, tuple[ExitStack, Place]] = {}
    methods: Counter[str] = Counter()
    joined, busy, now = 0, 0.0, 0.0
    for step, duration in enumerate(durations):
        firsts = {index for index, (begin, _) in enumerate(texts) if begin == step}
        hearing.now = now
        for index in firsts:
            held = ExitStack()
            running[index] = (held, held.enter_context(hearing.steps.text()))
        now += duration
        if not running:
            continue
        busy += duration
        methods["prefill" if firsts else "decode"] += 1
        joined += 0 < len(firsts) < len(running)
        for place, index in enumerate(dice.sample(sorted(running), len(running))):
            hearing.at(now + place * 0.0001, running[index][1])
        for index in [index for index in running if step + 1 == sum(texts[index])]:
            running.pop(index)[0].close()
    assert Counter(call.method for call in hearing.calls) == methods
    assert sum(call.begins for call in hearing.calls) == len(texts)
    assert sum(call.joins for call in hearing.calls if call.begins) == joined
    assert sum(call.inference or 0 for call in hearing.calls) == pytest.approx(busy)
    assert all(call.inference == call.forward for call in hearing.calls)


def test_tokens_that_come_late_and_together_are_the_steps_that_they_are() -> None:
    hearing = Hearing()
    with hearing.steps.text() as one, hearing.steps.text() as other:
        hearing.at(0.1, one, other)
        # The loop was held up: each text's tokens of three steps come at once.
        hearing.at(0.5, one, one, one, other, other, other)
        hearing.at(0.6, other, one)
    assert [call.method for call in hearing.calls] == ["prefill", "decode", "decode", "decode", "decode"]
    assert sum(call.inference or 0 for call in hearing.calls) == pytest.approx(0.6)


def test_a_text_that_joins_others_makes_their_step_a_prefill() -> None:
    hearing = Hearing()
    with hearing.steps.text() as one:
        hearing.at(0.1, one)
        hearing.at(0.2, one)
        with hearing.steps.text() as other:
            hearing.at(0.3, other, one)
    last = hearing.calls[-1]
    assert (last.method, last.begins, last.joins) == ("prefill", 1, True)
    assert last.inference == pytest.approx(0.1)
    assert not hearing.calls[0].joins


def test_time_in_which_nothing_is_written_belongs_to_no_call() -> None:
    hearing = Hearing()
    with hearing.steps.text() as one:
        hearing.at(0.1, one)
    hearing.now = 9.0
    with hearing.steps.text() as other:
        hearing.at(9.25, other)
    assert [call.inference for call in hearing.calls] == [pytest.approx(0.1), pytest.approx(0.25)]


def test_a_text_that_breaks_is_a_failed_call_and_its_steps_count_before() -> None:
    hearing = Hearing()

    def breaks() -> None:
        with hearing.steps.text() as one:
            hearing.at(0.1, one)
            raise EngineFailed("the engine broke off")

    with pytest.raises(EngineFailed):
        breaks()
    assert [(call.method, call.failed) for call in hearing.calls] == [("decode", True), ("prefill", False)]
