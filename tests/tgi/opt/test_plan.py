"""Plans, against figures that others published, and against what must hold for any GPUs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgi.opt.gpus import GB, read_gpus
from tgi.opt.layout import best_layout, shard_counts
from tgi.opt.limits import limits_for
from tgi.opt.plan import Plan, make_plan
from tgi.opt.shape import KNOWN, PRECISIONS, Precision, Shape
from tgi.opt.speed import speed_of

OPT_175B = KNOWN["opt-175b"]
MODELS = st.sampled_from(list(KNOWN.values()))
STORES = st.sampled_from(list(PRECISIONS.values()))
COUNTS = st.integers(1, 64)
MEMORY = st.integers(1, 300)


def plan(gpus: str, nodes: int = 1) -> Plan:
    return make_plan(OPT_175B, read_gpus(gpus, nodes=nodes))


def test_the_known_figures_of_opt_175b() -> None:
    # metaseq#691 for the parameters; the rest follows from the shape.
    assert OPT_175B.parameters == 174_604_468_224
    assert OPT_175B.weight_bytes(PRECISIONS["fp16"]) == 349_208_936_448
    assert round(OPT_175B.weight_bytes(PRECISIONS["int8"]) / GB, 1) == 175.3
    assert round(OPT_175B.weight_bytes(PRECISIONS["int4"]) / GB, 1) == 91.7
    assert OPT_175B.kv_token_bytes == 4_718_592
    eight = plan("8x80").chosen
    assert eight is not None
    assert eight.limits is not None
    assert (eight.layout.tensor, eight.limits.sequences) == (8, 23)


@pytest.mark.parametrize(
    ("name", "parameters"),
    # The published checkpoints' own counts of parameters.
    [("opt-125m", 125_239_296), ("opt-350m", 331_196_416), ("opt-1.3b", 1_315_758_080)],
)
def test_the_shapes_count_what_the_checkpoints_hold(name: str, parameters: int) -> None:
    assert KNOWN[name].parameters == parameters


@pytest.mark.parametrize(
    ("gpus", "bandwidth", "precision", "milliseconds"),
    [
        ("8x80", None, "fp16", 21.4),
        ("8x80", 3.35, "fp16", 13.0),
        ("8x141", None, "fp16", 9.1),
        ("4x141", None, "fp16", 18.2),
        ("4x80", None, "int8", 21.5),
        ("1x141", None, "int4", 19.1),
    ],
)
def test_the_floor_is_what_reading_the_weights_takes(
    gpus: str, bandwidth: float | None, precision: str, milliseconds: float
) -> None:
    machine = read_gpus(gpus, bandwidth=bandwidth)
    layout = best_layout(OPT_175B, PRECISIONS[precision], machine)
    limits = limits_for(OPT_175B, layout)
    assert limits is not None
    assert round(speed_of(OPT_175B, layout, limits, machine).floor * 1000, 1) == milliseconds


def test_what_does_not_fit_says_what_would() -> None:
    found = plan("1x24")
    assert found.chosen is None
    assert {"8x80", "6x80"} & {each.split(" in ")[0] for each in found.instead}
    for each in found.instead:
        gpus, precision = each.split(" in ")
        layout = best_layout(OPT_175B, PRECISIONS[precision], read_gpus(gpus))
        assert limits_for(OPT_175B, layout) is not None


def test_two_small_machines_hold_it_together() -> None:
    chosen = plan("16x40", nodes=2).chosen
    assert chosen is not None
    assert (chosen.layout.precision.name, chosen.layout.tensor, chosen.layout.pipeline) == ("fp16", 8, 2)


def test_two_large_machines_hold_a_copy_each() -> None:
    chosen = plan("16x80", nodes=2).chosen
    assert chosen is not None
    assert (chosen.layout.pipeline, chosen.layout.copies) == (1, 2)


@pytest.mark.parametrize("count", [5, 7, 9, 10, 11, 13])
def test_gpus_that_do_not_divide_the_heads_are_left_over(count: int) -> None:
    layout = best_layout(OPT_175B, PRECISIONS["fp16"], read_gpus(f"{count}x80"))
    assert layout.tensor < count
    assert not 96 % layout.tensor


@given(MODELS, STORES, st.tuples(COUNTS, MEMORY, st.integers(1, 4)), st.booleans())
def test_no_plan_takes_more_memory_than_there_is(
    shape: Shape, precision: Precision, machines: tuple[int, int, int], spread: object
) -> None:
    count, memory, nodes = machines
    gpus = read_gpus(f"{count * nodes}x{memory}", nodes=nodes)
    layout = best_layout(shape, precision, gpus, spread=bool(spread))
    limits = limits_for(shape, layout)
    if limits is None:
        return
    assert layout.gpus * layout.copies <= gpus.count
    assert layout.holds(limits.max_batch_total_tokens)
    assert layout.holds(limits.sequences * limits.max_total_tokens)
    assert layout.usable_bytes <= gpus.memory
    # The router's own conditions.
    assert limits.max_input_tokens < limits.max_total_tokens
    assert limits.max_input_tokens <= limits.max_batch_prefill_tokens <= limits.max_batch_total_tokens
    assert limits.max_total_tokens <= limits.max_batch_total_tokens
    assert limits.max_concurrent_requests >= 1


@given(MODELS, STORES, COUNTS, MEMORY)
def test_more_gpus_and_larger_ones_never_have_less_room(
    shape: Shape, precision: Precision, count: int, memory: int
) -> None:
    def room(count: int, memory: int) -> int:
        gpus = read_gpus(f"{count}x{memory}")
        return best_layout(shape, precision, gpus).room

    assert room(count + 1, memory) >= room(count, memory)
    assert room(count, memory + 1) >= room(count, memory)


@given(MODELS, STORES, st.integers(1, 16), MEMORY, st.integers(1, 8))
def test_more_machines_for_one_copy_never_have_less_room(
    shape: Shape, precision: Precision, count: int, memory: int, nodes: int
) -> None:
    def room(nodes: int) -> int:
        gpus = read_gpus(f"{count * nodes}x{memory}", nodes=nodes)
        # Below nothing, where not even the weights fit, more and less mean nothing.
        return max(0, best_layout(shape, precision, gpus, spread=True).room)

    assert room(nodes + 1) >= room(nodes)


@given(MODELS, st.integers(1, 128))
def test_shards_divide_the_heads(model: Shape, most: int) -> None:
    for count in shard_counts(model, most):
        assert count <= most
        assert not model.heads % count
        assert not model.feed_forward % count
