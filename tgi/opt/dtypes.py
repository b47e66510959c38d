"""The number formats that OPT weights come in: PyTorch's, safetensors' and NumPy's names for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["BF16", "F16", "F32", "FORMATS", "Format", "cast"]

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Format:
    """One format: `torch` (a config's torch_dtype), `code` (safetensors), `size` in bytes of a number.

    `storage` is what a PyTorch file names it, `stored` what NumPy does.
    """

    torch: str
    code: str
    size: int
    storage: str
    stored: str


F16: Final = Format("float16", "F16", 2, "HalfStorage", "<f2")
F32: Final = Format("float32", "F32", 4, "FloatStorage", "<f4")
# NumPy has no bfloat16: its bits are carried as whole numbers.
BF16: Final = Format("bfloat16", "BF16", 2, "BFloat16Storage", "<u2")
FORMATS: Final = (F16, F32, BF16)


def cast(values: Numbers, source: Format, target: Format) -> Numbers:
    """Turn `values`, stored as `source`, into `target`; rounding is to the nearest, ties to even.

    Raises ValueError where a number is too large for float16, or where bfloat16 is the target.
    """
    if source is target:
        return values
    if target is BF16:
        raise ValueError("nothing is turned into bfloat16")
    wide: Numbers = (values.astype("<u4") << 16).view("<f4") if source is BF16 else values
    if target is F32:
        return wide.astype("<f4")
    with np.errstate(over="ignore"):
        narrow = wide.astype("<f2")
    if bool(np.any(np.isinf(narrow) & np.isfinite(wide))):
        raise ValueError("a number is too large for float16")
    return narrow
