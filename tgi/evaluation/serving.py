"""The model of an evaluation where no server is named: `storyroom-tgi serve` as a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tgi import weights
from tgi.errors import EngineFailed

START_SECONDS = 180
STOP_SECONDS = 10
_LOOK_SECONDS = 0.05


@asynccontextmanager
async def served(model: Path | None, *, seats: int) -> AsyncIterator[str]:
    """Serve a model on a free port of this machine, and yield the address; None is the fetched model.

    Raises:
        NotFetched: there is no fetched model.
        EngineFailed: the server did not start; its own words say why.

    """
    if model is None:
        weights.fetched()
    with tempfile.TemporaryDirectory(prefix="storyroom-evaluate-") as folder:
        ready, log = Path(folder) / "ready.json", Path(folder) / "log"
        options = ["--port", "0", "--ready-file", str(ready), "--parallel", str(seats)]
        options += [] if model is None else ["--model-path", str(model)]
        with log.open("wb") as lines:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tgi", "serve"), *options, stdout=lines, stderr=lines
            )
        try:
            port = await _port(process, ready, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _port(process: asyncio.subprocess.Process, ready: Path, log: Path) -> int:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not _is_there(ready):
                if process.returncode is not None:
                    raise EngineFailed(_last_words(log))
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise EngineFailed(f"The model was not ready after {START_SECONDS} s. {_last_words(log)}") from error
    return _port_in(ready)


def _is_there(ready: Path) -> bool:
    return ready.exists()


def _port_in(ready: Path) -> int:
    return int(json.loads(ready.read_text(encoding="utf-8"))["port"])


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().split("\n")
    return lines[-1].removeprefix("storyroom-tgi: ") or "The model's server ended without a word."
