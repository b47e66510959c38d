"""How much memory there is for a model, so that too little is said before it is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch

from tgi.errors import UnreadableModel

_MEMINFO: Final = Path("/proc/meminfo")
_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")
"""What a container may have; a number, or `max`."""


def hold(needed: int, what: str, device: Any) -> None:  # noqa: ANN401 - PyTorch's types are not installed everywhere
    """See that there are `needed` bytes on a device for `what`.

    Raises:
        UnreadableModel: there are fewer.

    """
    there = free(device)
    if there is not None and needed > there:
        raise UnreadableModel(
            f"There is not enough memory on {device}: {what} need {_said(needed)}, and {_said(there)} are "
            "free."
        )


def free(device: Any) -> int | None:  # noqa: ANN401 - as above
    """Return the bytes that may still be taken; None where the system does not tell."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        lines = dict(line.split(":", 1) for line in _MEMINFO.read_text(encoding="ascii").splitlines())
        found = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None
    try:
        return min(found, int(_LIMIT.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return found


def _said(size: int) -> str:
    return f"{size / 10**9:,.1f} GB"
