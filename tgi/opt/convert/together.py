"""Whether parts belong together: each in its place, none twice, all of one training step and one model.

What is the same on every part tells most: norms, positions and some biases are whole on each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tgi.opt.convert.archive import is_sound_at
from tgi.opt.convert.find import Placed, place_in
from tgi.opt.convert.merge import is_same_on_all, source_of
from tgi.opt.convert.part import Part
from tgi.opt.convert.spans import Reader, Run
from tgi.opt.dtypes import F32, cast
from tgi.opt.errors import BadParts, DoublePart, ForeignPart, MissingPart, SwappedPart, TornPart

__all__ = [
    "EMBEDDINGS",
    "HEAD",
    "drift_of",
    "refuse_copies",
    "refuse_moved_pad",
    "refuse_other_steps",
    "refuse_renamed",
    "refuse_too_few",
    "refuse_untied",
]

EMBEDDINGS = "decoder.embed_tokens.weight"
HEAD = "decoder.output_projection.weight"

_BLOCK = 1 << 20
_DRIFT = 0.01
"""How far ranks may drift apart in training, as a share of a tensor's size; other models differ wholly."""


def refuse_renamed(files: list[list[Placed]], parts: list[Part]) -> None:
    """Hold names against what the files say of themselves. Raises SwappedPart."""
    for placed, part in zip(files, parts, strict=True):
        for file, archive in zip(placed, part.archives, strict=True):
            saved = place_in(archive.root)
            # A rank whose shards were joined may say its rank alone, or nothing.
            if saved is not None and (saved.rank, saved.shard or 0) != (
                file.place.rank,
                file.place.shard or 0,
            ):
                raise SwappedPart(
                    f"{file.path.name} was saved as {saved}: it stands under another part's name. Rename it "
                    "back, or pass --trust-names if the name is right."
                )
    # metaseq's reshard_mp gives every part the first one's configuration: then it says nothing.
    trained = [place_in(part.suffix) for part in parts]
    if len(set(trained)) == len(parts):
        for part, place in zip(parts, trained, strict=True):
            if place is not None and place.rank != part.rank:
                raise SwappedPart(
                    f"{part.name} was trained as model_part-{place.rank}: it stands under another part's "
                    "name. "
                    "Rename it back, or pass --trust-names if the name is right."
                )


def refuse_copies(parts: list[Part]) -> None:
    """Refuse a part whose weights are another's. Raises DoublePart."""
    seen: dict[tuple[tuple[int, ...], ...], Part] = {}
    for part in parts:
        sums = tuple(archive.sums for archive in part.archives)
        if any(map(any, sums)) and sums in seen:
            raise DoublePart(f"{part.name} is a copy of {seen[sums].name}: the same weights stand in both.")
        seen[sums] = part


def refuse_other_steps(parts: list[Part]) -> None:
    """Refuse files that were saved after other numbers of updates than most. Raises ForeignPart."""
    steps = [
        (archive.path.name, step)
        for part in parts
        for archive, step in zip(part.archives, part.steps, strict=True)
    ]
    known = [step for _, step in steps if step is not None]
    usual = max(known, key=known.count, default=None)
    for name, step in steps:
        if step is not None and step != usual:
            raise ForeignPart(
                f"{name} is of another checkpoint than the rest: it was saved after {step:,} updates, they "
                "after "
                f"{usual:,}."
            )


def refuse_too_few(parts: list[Part]) -> None:
    """The columns of out_proj over all parts are the width: so each part says how many there must be.

    Raises MissingPart, ForeignPart.
    """
    for part in parts:
        projection = part.tensors.get("decoder.layers.0.self_attn.out_proj.weight")
        if projection is None or len(projection.shape) != 2 or not projection.shape[1]:  # noqa: PLR2004 - a matrix
            raise ForeignPart(
                f"{part.name} has no decoder.layers.0.self_attn.out_proj.weight: it is no part of an OPT."
            )
        wanted = projection.shape[0] // projection.shape[1]
        if wanted > len(parts):
            raise MissingPart(
                f"{part.name} is one of {wanted} parts, and {len(parts)} "
                f"{'is' if len(parts) == 1 else 'are'} here: model_part-{len(parts)}"
                f"{'' if wanted == len(parts) + 1 else f' to model_part-{wanted - 1}'} must follow."
            )
        if wanted < len(parts):
            raise ForeignPart(
                f"{part.name} is one of {wanted} {'part' if wanted == 1 else 'parts'}, but {len(parts)} are "
                "here."
            )


def refuse_untied(parts: list[Part], reader: Reader) -> None:
    """Refuse a head of its own. Raises BadParts."""
    for part in parts:
        head = part.tensors.get(HEAD)
        if head is not None and _distance(head.run, part.tensors[EMBEDDINGS].run, reader):
            raise BadParts(
                f"{part.name} has an {HEAD} that differs from the word embeddings: an OPT's head is tied to "
                "them."
            )


def drift_of(expected: list[str], parts: list[Part], reader: Reader) -> dict[str, float]:
    """Which tensors that every part has whole are not bit for bit the same, and by what share of their size.

    Raises ForeignPart where they differ by more than ranks drift apart, TornPart where that is damage.
    """
    drifted: dict[str, float] = {}
    for name in filter(is_same_on_all, expected):
        runs = [_whole(name, part) for part in parts]
        apart = [_distance(runs[0], run, reader) for run in runs]
        odd = [part for part, distance in zip(parts, apart, strict=True) if distance > _DRIFT]
        if odd:
            _refuse_damaged(name, parts, runs)
            _refuse_odd(name, odd, parts)
        if any(apart):
            drifted[name] = max(apart)
    return drifted


def _refuse_damaged(name: str, parts: list[Part], runs: list[Run]) -> None:
    archives = {archive.path: archive for part in parts for archive in part.archives}
    for run in runs:
        for span in run.spans:
            if not is_sound_at(archives[span.path], span.offset):
                raise TornPart(
                    f"{span.path.name} is damaged: the storage of {name} does not have the sum that was "
                    "saved "
                    "with it. Fetch it again."
                )


def _refuse_odd(name: str, odd: list[Part], parts: list[Part]) -> None:
    if 2 * len(odd) > len(parts):  # the first is the odd one
        odd = [part for part in parts if part not in odd]
    if 2 * len(odd) == len(parts):
        raise ForeignPart(
            f"{parts[0].name} and {odd[0].name} are of different checkpoints: {name} is whole on each part, "
            "and "
            "differs."
        )
    raise ForeignPart(
        f"{odd[0].name} is of another checkpoint than the rest: {name} is whole on each part, and differs "
        "there."
    )


def refuse_moved_pad(parts: list[Part], reader: Reader) -> None:
    """The row of <pad> (id 1) is trained by nothing and may be zero: then it says which part is the first.

    Raises SwappedPart.
    """
    zero = [part for part in parts if _second_row_is_zero(part, reader)]
    if len(parts) > 1 and len(zero) == 1 and zero[0].rank != 0:
        raise SwappedPart(
            f"{zero[0].name} holds the empty word embedding of <pad>, which the first part has: it stands "
            "under "
            "another part's name. Rename the parts back, or pass --trust-names if the names are right."
        )


def _second_row_is_zero(part: Part, reader: Reader) -> bool:
    words = part.tensors[EMBEDDINGS]
    if words.shape[0] < 2:  # noqa: PLR2004 - there is no second row
        return False
    row: Any = reader.read(words.run, words.shape[1], words.shape[1])
    return not row.view("u1").any()


def _whole(name: str, part: Part) -> Run:
    source = source_of(name, part.tensors)
    if source is None:
        raise ForeignPart(f"{part.name} has no {name}.")
    return part.tensors[source.name].run


def _distance(one: Run, other: Run, reader: Reader) -> float:
    """How far apart two tensors are, as a share of the first one's size; 0 where they are the same."""
    if one == other:
        return 0.0
    if one.format is not other.format or one.count != other.count:
        return float("inf")
    apart = size = 0.0
    for first in range(0, one.count, _BLOCK):
        count = min(_BLOCK, one.count - first)
        mine, theirs = reader.read(one, first, count), reader.read(other, first, count)
        wide = _wide(mine, one)
        size += float(np.abs(wide).sum())
        if mine.tobytes() != theirs.tobytes():
            apart += float(np.abs(wide - _wide(theirs, other)).sum())
    # Written so that NaN is far.
    return 0.0 if apart == 0 else apart / size if apart <= size else float("inf")


def _wide(numbers: npt.NDArray[Any], run: Run) -> npt.NDArray[Any]:
    return cast(numbers, run.format, F32).astype(np.float64)
