"""Running until told to stop: signals, the ready file, and failures of the start as one sentence."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.errors import SetupError


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until the work ends, or SIGINT or SIGTERM asks to stop; then it is cancelled and waited for."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.create_task(work, name="work")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


def clear_ready(path: Path | None) -> None:
    """Take away what an earlier run left there, and see that the file can be written later.

    Raises:
        SetupError: it cannot.

    """
    if path is None:
        return
    try:
        draft = _draft(path)
        draft.touch()
        draft.unlink()
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SetupError(f"The ready file {path} cannot be written: {error.strerror}.") from error


def write_ready(path: Path | None) -> None:
    """Say in a file that the program is ready, with its process id; whole or not at all."""
    if path is None:
        return
    draft = _draft(path)
    draft.write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    draft.replace(path)


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}")
