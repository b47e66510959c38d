"""JSON as the wire allows it: what Python takes besides (NaN, lone surrogates, endless depth) is refused."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

__all__ = ["loads"]


def loads(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The value that `text` (UTF-8) stands for. Raises ValueError for anything that is no JSON."""
    decoded = text.decode("utf-8") if isinstance(text, bytes) else text
    try:
        value = json.loads(decoded, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("too deep") from None
    if "\\ud" in decoded or "\\uD" in decoded:  # half a character cannot be sent on: this raises ValueError
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
