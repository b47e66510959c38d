"""Which piece of each tensor a rank holds: Megatron's cut, as TGI and vLLM make it when they load.

q, k, v and fc1 by rows, out_proj and fc2 by columns; word embeddings by rows where the ranks divide the
vocabulary; the rest whole on each rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tgi.opt.errors import BadRanks
from tgi.opt.layout import shard_counts
from tgi.opt.names import PREFIX
from tgi.opt.shape import Shape

__all__ = ["Share", "piece_of", "refuse_uneven"]

_ROWS = re.compile(r"(?:[qkv]_proj|fc1)\.(?:weight|bias)$")
_COLUMNS = re.compile(r"(?:out_proj|fc2)\.weight$")
_WORDS = f"{PREFIX}embed_tokens.weight"
_SHOWN = 8


@dataclass(frozen=True)
class Share:
    """Rank `rank` of `ranks`."""

    rank: int
    ranks: int

    def of(self, size: int) -> slice:
        """This rank's piece of an axis that the ranks divide."""
        piece = size // self.ranks
        return slice(self.rank * piece, (self.rank + 1) * piece)


def piece_of(name: str, shape: tuple[int, ...], share: Share) -> tuple[slice, ...]:
    """The slices, one an axis, that a rank reads of the tensor `name`."""
    whole = [slice(0, size) for size in shape]
    if _ROWS.search(name) or (name == _WORDS and not shape[0] % share.ranks):
        whole[0] = share.of(shape[0])
    elif _COLUMNS.search(name):
        whole[1] = share.of(shape[1])
    return tuple(whole)


def refuse_uneven(shape: Shape, ranks: int) -> None:
    """Raise BadRanks where the heads or the feed-forward width are not divided."""
    able = shard_counts(shape)
    if ranks not in able:
        others = ", ".join(map(str, able[1 : _SHOWN + 1]))
        raise BadRanks(
            f"{shape.heads} heads and a feed-forward width of {shape.feed_forward:,} cannot be split over "
            f"{ranks} "
            f"ranks; {others or 'no other number'} would do."
        )
