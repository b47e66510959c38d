"""A seed is a plan: the same one each time, another one for another seed, and without what is left out."""

from __future__ import annotations

from itertools import islice

from tests.chaos.plan import WORKERS, Fault, faults, unknown
from tests.chaos.wires import KINDS

GATEWAYS = ("gateway1",)


def first(seed: int, count: int = 400, without: tuple[str, ...] = ()) -> list[Fault]:
    return list(islice(faults(seed, GATEWAYS, WORKERS, without=without), count))


def test_the_same_seed_is_the_same_plan_and_another_seed_another() -> None:
    assert first(1) == first(1)
    assert first(1) != first(2)


def test_in_the_long_run_every_process_and_every_wire_meets_every_fault() -> None:
    met = {each.name for each in first(3, 6000)}
    processes = (*GATEWAYS, *WORKERS, "redis", "discord", "tgi")
    assert {f"kill:{each}" for each in processes} <= met
    assert {f"freeze_long:{each}" for each in processes} <= met
    wires = [
        f"{caller}-{server}" for caller in (*GATEWAYS, *WORKERS) for server in ("redis", "discord", "tgi")
    ]
    assert {f"{kind}:{wire}" for kind in KINDS for wire in wires} <= met


def test_what_is_left_out_does_not_happen() -> None:
    without = ("half_open", "discord", "kill:redis")
    left = {each.name for each in first(4, 3000, without)}
    assert left
    assert not [each for each in left if "half_open" in each or "discord" in each or each == "kill:redis"]
    assert "freeze:redis" in left


def test_a_name_that_leaves_nothing_out_is_told() -> None:
    good = ("half_open", "kill:redis", "worker2-tgi", "reset:worker1-redis", "discord")
    assert unknown((*good, "nonsense", "half_open:redis"), GATEWAYS, WORKERS) == [
        "nonsense",
        "half_open:redis",
    ]
