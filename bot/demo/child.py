"""One process that the demo started: how it is spawned, awaited until ready, and ended.

Spawning is synchronous on purpose: between the start of a child and its place on the folder's list there is
no moment in which a cancelled task could lose it. What the child is, and when it starts, is not decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.errors import PartFailed
from bot.demo.folder import Folder

LEASH = Path(__file__).with_name("leash.py")
LAST_LINES = 8  # of a log, shown when a part fails

_LOOK = 0.05  # seconds between two looks at a child


@dataclass(frozen=True)
class Launch:
    """What it takes to spawn one child. `shows` gives it the terminal for its stderr (a progress bar)."""

    name: str
    command: Sequence[str]
    log: Path
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    shows: bool = False


Probe = Callable[["Child"], Awaitable[int | None]]  # the port it listens on, once it is ready


class Child:
    """A running process, out of reach of the Ctrl-C that the demo gets: it is ended in order."""

    def __init__(self, launch: Launch, folder: Folder) -> None:
        self.launch = launch
        self.port: int | None = None
        self._folder = folder
        self._process = _spawn(launch, folder.mark)
        folder.record(launch.name, self._process.pid)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    async def wait(self) -> int:
        """Wait until it has ended, and give its exit code."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(_LOOK)
        self._folder.forget(self.pid)
        return code

    async def until_ready(self, probe: Probe, within: float) -> None:
        """Wait until the probe says that it is ready.

        Raises:
            PartFailed: it ended first, or was not ready in time.

        """
        until = time.monotonic() + within
        while (port := await probe(self)) is None:
            if self.exit_code is not None:
                await self.wait()
                raise PartFailed(self.obituary("ended before it was ready"))
            if time.monotonic() > until:
                raise PartFailed(self.obituary(f"was not ready within {within:g} s"))
            await asyncio.sleep(_LOOK)
        self.port = port

    def kill(self) -> None:
        """End it and its process group at once (SIGKILL)."""
        if self.exit_code is None:
            self._signal(signal.SIGKILL)

    async def stop(self, grace: float) -> None:
        """End it: SIGTERM, and after `grace` seconds SIGKILL."""
        if self.exit_code is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self.wait()
            self._signal(signal.SIGKILL)  # it, or what it left in its process group
        await self.wait()

    def obituary(self, what: str) -> str:
        """One sentence on how it failed, and the last lines of its log."""
        code = self.exit_code
        ended = "" if code is None else f" ({_exit_words(code)})"
        if self.launch.shows:
            return f"{self.launch.name} {what}{ended}; it said why above."
        tail = last_lines(self.launch.log)
        lines = "".join(f"\n    {line}" for line in tail) or "\n    (it wrote nothing)"
        return f"{self.launch.name} {what}{ended}. The end of {self.launch.log}:{lines}"

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def ready_file(path: Path) -> Probe:
    """A probe: the child wrote this file. A `port` in it is the child's; without one the port is 0."""

    async def probe(_: Child) -> int | None:
        return _told_port(path)

    return probe


def ping(host: str, port: int) -> Probe:
    """A probe: a Redis-compatible server answers PING there (RESP, inline command)."""

    async def probe(_: Child) -> int | None:
        try:
            async with asyncio.timeout(1):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    writer.write(b"PING\r\n")
                    await writer.drain()
                    answer = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return None
        return port if answer.startswith(b"+PONG") else None

    return probe


def ended_well() -> Probe:
    """A probe for a child with a task to finish: it is ready when it ended with exit code 0."""

    async def probe(child: Child) -> int | None:
        return 0 if child.exit_code == 0 else None

    return probe


def last_lines(log: Path, count: int = LAST_LINES) -> list[str]:
    """The last lines of a log that are not empty."""
    try:
        text = log.read_bytes()[-16_384:].decode("utf-8", "replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-count:]


def _told_port(path: Path) -> int | None:
    try:
        text = path.read_text("utf-8")
    except OSError:
        return None
    try:
        told = json.loads(text)
    except ValueError:
        return 0
    return int(told.get("port", 0)) if isinstance(told, dict) else 0


def _spawn(launch: Launch, mark: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *launch.command]
    for folder in (launch.log.parent, launch.cwd):
        folder.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up
    with launch.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the commands are the demo's own
            command,
            cwd=launch.cwd,
            env={**launch.environment, **mark},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=None if launch.shows else log,
            start_new_session=True,
        )


def _exit_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
