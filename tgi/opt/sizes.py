"""Bytes, as people read them."""

from __future__ import annotations

__all__ = ["size_text"]

_STEPS = ((10**9, "GB"), (10**6, "MB"))


def size_text(size: int) -> str:
    """A size in GB or MB with one digit after the point (decimal units), or in kB below a MB."""
    for step, unit in _STEPS:
        if size >= step:
            return f"{size / step:,.1f} {unit}"
    return f"{size / 1000:,.1f} kB"
