"""How far a long reading or writing is, on stderr: a bar in a terminal, a line every twentieth in a log."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from tgi.opt.sizes import size_text

__all__ = ["Bar"]

_LINES = 20
_APART = 2.0
"""Seconds between two lines of a log, at least."""


class Bar:
    """Progress on stderr: bytes, bytes a second and the time left of each stage; in a log, lines."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, soft_wrap=True)
        self._lines = not quiet and not self._console.is_terminal
        self._bars = Progress(
            TextColumn("{task.description:14}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=quiet or self._lines,
        )
        self._task: TaskID | None = None
        self._name, self._size, self._seen, self._said, self._when = "", 0, 0, 0, 0.0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, size: int) -> None:
        """Begin a stage of `size` bytes."""
        self._task = self._bars.add_task(name, total=size)
        self._name, self._size, self._seen, self._said, self._when = name, size, 0, 0, time.monotonic()

    def done(self, size: int) -> None:
        """Count bytes."""
        if self._task is None:
            return
        self._bars.advance(self._task, size)
        self._seen += size
        step = self._seen * _LINES // max(1, self._size)
        if not self._lines or step <= self._said:
            return
        if step >= _LINES or time.monotonic() - self._when >= _APART:
            self._said, self._when = step, time.monotonic()
            self._console.print(
                f"{self._name}: {step * 100 // _LINES}% of {size_text(self._size)}", highlight=False
            )
