"""Runs a folder on one rank and on several, and says where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tgi.opt.errors import BadRanks, BrokenFolder, MissingExtra
from tgi.opt.headers import BadFile, read_header
from tgi.opt.layout import shard_counts
from tgi.opt.names import expected_tensors
from tgi.opt.shape import Shape, read_shape
from tgi.opt.shard_check.prompts import prompts_for
from tgi.opt.shard_check.split import refuse_uneven
from tgi.opt.sizes import size_text

__all__ = ["Checked", "Compared", "Ran", "compare_ranks", "held_against", "read_ranks"]

_USUAL = (2, 3)


@dataclass(frozen=True)
class Ran:
    """What came of a run: for each prompt the tokens, and the logits of each step (steps x vocabulary).

    `weight_bytes` are of rank 0's weights.
    """

    ranks: int
    tokens: list[list[int]]
    logits: list[npt.NDArray[Any]]
    weight_bytes: int
    seconds: float


@dataclass(frozen=True)
class Compared:
    """How a run over `ranks` differs from one rank's.

    `difference` is the largest of two logits, up to the first other token; `of` is the largest logit.
    `first_other` is (prompt, step) of that token, both from 0.
    """

    ranks: int
    same_tokens: bool
    first_other: tuple[int, int] | None
    difference: float
    of: float
    within: bool
    weight_bytes: int
    seconds: float

    @property
    def same(self) -> bool:
        """Whether tokens are the same and logits within the tolerance."""
        return self.same_tokens and self.within


@dataclass(frozen=True)
class Checked:
    """All comparisons, and what was computed; bytes and seconds of the run on one rank."""

    shape: Shape
    prompts: int
    new: int
    tolerance: float
    weight_bytes: int
    seconds: float
    others: list[Compared]

    @property
    def same(self) -> bool:
        """Whether every number of ranks gave the same."""
        return all(other.same for other in self.others)

    def json(self) -> dict[str, Any]:
        """All of it for programs."""
        return {"same": self.same, **asdict(self)}

    def text(self) -> str:
        """All of it to be read."""
        shape = self.shape
        said = (
            f"{shape.layers} layers, width {shape.width:,}, {shape.heads} heads; {self.new} greedy tokens "
            "after "
            f"each of {self.prompts} prompts, in float32 on this machine.\n"
            f"1 rank: {size_text(self.weight_bytes)} of weights, {self.seconds:.1f} s.\n"
        )
        return said + "".join(self._line(other) for other in self.others)

    def _line(self, other: Compared) -> str:
        prompt, step = other.first_other or (0, 0)
        tokens = f"another token first at step {step + 1} of prompt {prompt + 1}"
        return (
            f"{other.ranks} ranks: {size_text(other.weight_bytes)} a rank, {other.seconds:.1f} s; "
            f"{'the same tokens' if other.same_tokens else tokens}; logits differ by at most "
            f"{other.difference:.1e} (largest {other.of:.3g}, tolerance {self.tolerance:g} of it): "
            f"{'the same' if other.same else 'NOT the same'}.\n"
        )


def read_ranks(text: str) -> list[int]:
    """The numbers of "2,3". Raises BadRanks."""
    try:
        ranks = sorted({int(each) for each in text.split(",")} - {1})
    except ValueError as error:
        raise BadRanks(f'"{text}" is no list of ranks. Say them as in 2,3.') from error
    if not ranks or ranks[0] < 1:
        raise BadRanks(f'"{text}" names no number of ranks above 1. Say them as in 2,3.')
    return ranks


def compare_ranks(
    folder: Path,
    ranks: list[int] | None,
    *,
    new: int,
    layers: int | None,
    prompt: str | None,
    tolerance: float,
    timeout: float,
    told: Callable[[str], None],
) -> Checked:
    """Run on one rank, then on each number of `ranks`: None for those of 2 and 3 that the model divides into.

    `told` is told what runs; `timeout` is seconds.

    Raises UnknownModel, BrokenFolder, BadRanks, OptError, NoTokenizer, MissingExtra, RankFailed.
    """
    shape = read_shape(str(folder))
    if ranks is None:
        ranks = [count for count in _USUAL if count in shard_counts(shape)] or [*_USUAL]
    for count in ranks:
        refuse_uneven(shape, count)
    if layers is not None:
        shape = replace(shape, layers=min(layers, shape.layers))
    _refuse_broken(folder, shape)
    prompts = prompts_for(folder, shape, prompt, new)
    if find_spec("torch") is None:
        raise MissingExtra('shard-check needs the extra "models": pip install "storyroom[models]".')
    from tgi.opt.shard_check.ranks import Task, run_ranks  # noqa: PLC0415 - it imports this module

    task = Task(folder, shape, _activation(folder), prompts, new, timeout)
    told("1 rank")
    one = run_ranks(task, 1)
    others = []
    for count in ranks:
        told(f"{count} ranks")
        others.append(held_against(one, run_ranks(task, count), tolerance))
    return Checked(shape, len(prompts), new, tolerance, one.weight_bytes, one.seconds, others)


def held_against(one: Ran, other: Ran, tolerance: float) -> Compared:
    """Compare a run with one rank's; `tolerance` is a share of the largest logit, and of 1 at least."""
    first = None
    gaps = [0.0]
    for number, (mine, theirs) in enumerate(zip(one.tokens, other.tokens, strict=True)):
        step = next((place for place, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b), None)
        if step is not None and first is None:
            first = (number, step)
        # After the first other token the texts differ, and their logits with them.
        until = len(mine) if step is None else step + 1
        gap = np.abs(one.logits[number][:until] - other.logits[number][:until])
        gaps.append(float(gap.max(initial=0.0)))
    difference = float(np.max(gaps))
    largest = max(float(np.abs(each).max(initial=0.0)) for each in one.logits)
    # Written so that NaN is not within.
    within = difference <= tolerance * max(1.0, largest)
    return Compared(
        other.ranks, first is None, first, difference, largest, within, other.weight_bytes, other.seconds
    )


def _refuse_broken(folder: Path, shape: Shape) -> None:
    """Raise BrokenFolder where a tensor that will be read is not there as config.json says."""
    more = f"`storyroom-tgi opt verify {folder}` says more."
    found: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        try:
            entries = read_header(path).tensors
        except (BadFile, OSError) as error:
            raise BrokenFolder(f"{path} {error}; {more}") from error
        found |= {
            name if name.startswith("model.") else f"model.{name}": each.shape
            for name, each in entries.items()
        }
    for name, size in expected_tensors(shape).items():
        if found.get(name) != size:
            what = "lacks" if name not in found else "has in another shape than config.json says"
            raise BrokenFolder(f"{folder} {what} {name}; {more}")


def _activation(folder: Path) -> str:
    config: Any = json.loads((folder / "config.json").read_text("utf-8"))
    return str(config.get("activation_function", "relu"))
