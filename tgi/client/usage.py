"""What generations cost whoever has them written, in tokens, those thrown away or broken off included.

Counted for a block of code and for every task that is begun in it, without a word in between: a context
variable carries the count. Nothing is counted where nobody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Usage:
    """Tokens that were sent as prompts, and tokens that were written."""

    read: int = 0
    written: int = 0


_COUNTING: ContextVar[Usage | None] = ContextVar("tgi_usage", default=None)


@contextmanager
def counting() -> Iterator[Usage]:
    """Count what is generated in the block, and in tasks that are begun there."""
    usage = Usage()
    token = _COUNTING.set(usage)
    try:
        yield usage
    finally:
        _COUNTING.reset(token)


def counted() -> Usage | None:
    """The count of the innermost block, None where nobody counts."""
    return _COUNTING.get()


def sent(prompt: int) -> None:
    """A generation begins whose prompt has so many tokens."""
    if (usage := _COUNTING.get()) is not None:
        usage.read += prompt


def wrote() -> None:
    """A token has come."""
    if (usage := _COUNTING.get()) is not None:
        usage.written += 1
