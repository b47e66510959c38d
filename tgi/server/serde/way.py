"""The way to a value as serde_path_to_error writes it before what is wrong there."""

from __future__ import annotations

from collections.abc import Sequence


def prefix(loc: Sequence[str | int]) -> str:
    """Return `parameters.stop[1]: `, and nothing for the body itself."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{text.lstrip('.')}: " if text else ""
