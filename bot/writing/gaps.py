"""A text with gaps: what is kept of it, literally, and what the model writes in between.

A sentence rewritten, an ending, a list whose locked parts stay, points that each begin with a citation: all
of them are gaps between kept pieces. `frames.py` makes them of a room, `weave.py` fills them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One place to be written.

    `head` and `before` stand before it in the text, as they are; `sent` is how the model is shown `before`,
    with nothing in it that a document is made of; so many characters of its start are `kept` of the draft.
    Where nothing fit to keep is written, `before` goes too if `may_stay_empty`; `head` stays. `sentences`: at
    most so many; `words`: about so many, or Chinese characters. `replaced`: what stood there, which must not
    come back.
    """

    before: str
    sent: str
    words: int
    sentences: int | None = None
    head: str = ""
    replaced: str = ""
    cites: int | None = None  # it begins by citing one of so many numbered sentences
    may_stay_empty: bool = False
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The gaps in order, and what stands behind the last. `nothing`: said below a head of empty gaps."""

    gaps: tuple[Gap, ...]
    after: str = ""
    nothing: str = ""

    @property
    def words(self) -> int:
        """About how much there is to write, in words or Chinese characters."""
        return sum(gap.words for gap in self.gaps)

    def text(self, written: Sequence[str]) -> str:
        """The text with its gaps filled as far as they are; what is kept stays as it is, byte for byte."""
        told = []
        for at, gap in enumerate(self.gaps[: len(written)]):
            if gap.head:
                told.append(gap.head)
                if self.nothing and not any(self._under(at, written)):
                    told.append(f"\n{self.nothing}")
            if written[at] or not gap.may_stay_empty:
                told.append(gap.before + written[at])
        if len(written) == len(self.gaps):
            told.append(self.after)
        return "".join(told)

    def _under(self, at: int, written: Sequence[str]) -> Sequence[str]:
        """What is written under the head of a gap; while more may still come there, something is."""
        end = next((n for n in range(at + 1, len(self.gaps)) if self.gaps[n].head), len(self.gaps))
        return written[at:end] if len(written) >= end else ["…"]
