"""All parts together: what model they are, and where each of its tensors lies in them.

Everything that can be wrong with them is found here, before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from tgi.opt.convert import together
from tgi.opt.convert.config import Shaped, shape_of
from tgi.opt.convert.find import Placed
from tgi.opt.convert.merge import Merged, merged, source_of
from tgi.opt.convert.part import Part, open_part
from tgi.opt.convert.spans import Reader
from tgi.opt.errors import BadParts
from tgi.opt.names import expected_tensors

__all__ = ["Checkpoint", "open_checkpoint"]

_SHOWN = 4


@dataclass(frozen=True)
class Checkpoint:
    """The whole model: its shape, and every tensor in order with where its numbers come from.

    `drifted` are tensors that differ a little between parts, with the share; the first part's are taken.
    """

    parts: list[Part]
    shaped: Shaped
    tensors: list[Merged]
    drifted: dict[str, float]


def open_checkpoint(files: list[list[Placed]], *, heads: int | None, trust_names: bool) -> Checkpoint:
    """Open all parts and hold them against each other. Raises the errors of BadParts, UnknownModel.

    `trust_names` takes files for what they are named, where they were saved under other names.
    """
    parts = [open_part(placed) for placed in files]
    if not trust_names:
        together.refuse_renamed(files, parts)
    together.refuse_copies(parts)
    together.refuse_other_steps(parts)
    together.refuse_too_few(parts)
    shaped = shape_of(parts, heads=heads)
    expected = expected_tensors(shaped.shape)
    for part in parts:
        _refuse_unknown(part, list(expected))
    tensors = [merged(name, shape, parts) for name, shape in expected.items()]
    with Reader() as reader:
        together.refuse_untied(parts, reader)
        drifted = together.drift_of(list(expected), parts, reader)
        if not trust_names:
            together.refuse_moved_pad(parts, reader)
    return Checkpoint(parts, shaped, tensors, drifted)


def _refuse_unknown(part: Part, expected: list[str]) -> None:
    used = {source.name for name in expected if (source := source_of(name, part.tensors)) is not None}
    unknown = sorted(part.tensors.keys() - used - {together.HEAD})
    if unknown:
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        raise BadParts(
            f"{part.name} has tensors that no OPT of this shape has: {', '.join(unknown[:_SHOWN])}{more}."
        )
