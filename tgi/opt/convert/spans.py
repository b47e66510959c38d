"""Numbers as they lie in files: a list of spans, read piece by piece into memory that is used again.

Plain reads rather than memory maps: the memory that a run takes stays what it asked for, and a disk that
fails is an error and not a signal.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tgi.opt.dtypes import Format
from tgi.opt.errors import TornPart, WriteFailed

__all__ = ["Reader", "Run", "Span", "joined"]


@dataclass(frozen=True)
class Span:
    """`count` numbers from byte `offset` of a file."""

    path: Path
    offset: int
    count: int


@dataclass(frozen=True)
class Run:
    """Numbers of one format, one span after another, as though they lay in one place."""

    format: Format
    spans: tuple[Span, ...]

    @cached_property
    def count(self) -> int:
        """How many numbers there are."""
        return sum(span.count for span in self.spans)

    @cached_property
    def _ends(self) -> list[int]:
        # Looked up for each block of a tensor that lies in 124 files.
        return list(accumulate(span.count for span in self.spans))

    def cut(self, first: int, count: int) -> Run:
        """The run of `count` numbers from the number `first` on. Raises ValueError beyond the end."""
        if first < 0 or count < 0 or first + count > self.count:
            raise ValueError((first, count, self.count))
        ends, found = self._ends, []
        place = bisect_right(ends, first)
        while count:
            span = self.spans[place]
            skip = first - (ends[place] - span.count)
            taken = min(span.count - skip, count)
            found.append(Span(span.path, span.offset + skip * self.format.size, taken))
            first, count, place = first + taken, count - taken, place + 1
        return Run(self.format, tuple(found))


def joined(runs: Iterable[Run]) -> Run:
    """The runs as one. Raises ValueError where their formats differ or there are none."""
    listed = list(runs)
    if not listed or any(run.format is not listed[0].format for run in listed):
        raise ValueError(listed)
    return Run(listed[0].format, tuple(span for run in listed for span in run.spans))


class Reader:
    """Reads runs; at most `most` files are open at once, since a delivery may have a thousand."""

    def __init__(self, most: int = 48) -> None:
        self._most = most
        self._open: OrderedDict[Path, int] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._open:
            os.close(self._open.popitem()[1])

    def read(self, run: Run, first: int = 0, count: int | None = None) -> npt.NDArray[Any]:
        """The numbers as a new one-dimensional array. Raises TornPart, WriteFailed."""
        count = run.count - first if count is None else count
        found = np.empty(count, run.format.stored)
        self.read_into(found, run, first)
        return found

    def read_into(self, out: npt.NDArray[Any], run: Run, first: int = 0) -> None:
        """Fill `out`, one-dimensional and contiguous, with the numbers from `first` on."""
        view = out.data.cast("B")
        for span in run.cut(first, out.size).spans:
            length = span.count * run.format.size
            self._fill(span.path, span.offset, view[:length])
            view = view[length:]

    def _fill(self, path: Path, offset: int, view: memoryview) -> None:
        try:
            file = self._file(path)
            while view:
                read = os.preadv(file, [view], offset)
                if not read:
                    raise TornPart(f"{path.name} has become shorter since it was opened.")
                view, offset = view[read:], offset + read
        except OSError as error:
            raise WriteFailed(f"{path} cannot be read: {error.strerror}.") from error

    def _file(self, path: Path) -> int:
        if path in self._open:
            self._open.move_to_end(path)
            return self._open[path]
        if len(self._open) >= self._most:
            os.close(self._open.popitem(last=False)[1])
        self._open[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return self._open[path]
