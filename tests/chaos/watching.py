"""What a run watches while it goes: the processes' logs as they grow, memory, the machine's own pauses."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any

import psutil

from tests.chaos.evidence import Told, Trouble, Window
from tests.chaos.parts import Part

_LOOK_SECONDS = 1.0
_BEAT_SECONDS = 0.1
_PAUSE_SECONDS = 0.7  # more than that, and the machine was away: nobody can be blamed for being late
_STARVED = 0.4  # the share of its time that a process waited for a processor
_TRACEBACK = 30  # lines
_MIB = 1 << 20

_TROUBLE = re.compile(
    r"Traceback \(most recent|never awaited|was never retrieved|Task was destroyed|\"exception\":"
    r"|\"event\": \"(unexpected|due_broken|command_not_called)\""
)
# What discord.py says by itself of a lost gateway, and of suggestions that came when nobody waited any more.
_EXPECTED = re.compile(r"Attempting a reconnect|Shard ID \S+ has|Ignoring exception in autocomplete")


def _waited(pid: int) -> float:
    """Seconds that a process spent waiting for a processor since it began (Linux's schedstat)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


class Watch:
    """`told`, `troubles`, `memory` and `pauses` grow; `rounds` counts the rounds that were asked for."""

    def __init__(self, parts: dict[str, Part]) -> None:
        self.told: list[Told] = []
        self.troubles: list[Trouble] = []
        self.memory: dict[str, list[float]] = {name: [] for name in parts}
        self.pauses: list[Window] = []
        self._parts = parts
        self._read: dict[str, int] = {}
        self._rounds: set[tuple[str, str]] = set()

    @property
    def rounds(self) -> int:
        """How many rounds were asked for, as the processes' logs tell."""
        return len(self._rounds)

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat(), name="beat")
            group.create_task(self._look(), name="look")
            group.create_task(self._starve(), name="starve")

    def read(self) -> None:
        """Read what the logs have that was not read yet."""
        for name, part in self._parts.items():
            lines = self._new(name, part.log)
            for number, line in enumerate(lines):
                if _TROUBLE.search(line) and not _EXPECTED.search(line):
                    self.troubles.append(Trouble(name, "\n".join(lines[number : number + _TRACEBACK])[:4000]))
                self._line(name, line)

    async def _look(self) -> None:
        while True:
            self.read()
            for name, part in self._parts.items():
                if part.pid is not None:
                    try:
                        self.memory[name].append(round(psutil.Process(part.pid).memory_info().rss / _MIB, 1))
                    except psutil.Error:
                        continue
            await asyncio.sleep(_LOOK_SECONDS)

    async def _beat(self) -> None:
        while True:
            before, wall = time.monotonic(), time.time()
            await asyncio.sleep(_BEAT_SECONDS)
            if time.monotonic() - before > _PAUSE_SECONDS:
                self.pauses.append(Window("pause", "machine", wall, time.time()))

    async def _starve(self) -> None:
        """Note when a process that answers was ready to run and the machine's processors were others'."""
        answering = [name for name in self._parts if name.startswith(("gateway", "discord"))]
        before: dict[str, tuple[int, float, float]] = {}
        while True:
            for name in answering:
                pid = self._parts[name].pid or 0
                waited, now = _waited(pid), time.time()
                last_pid, last_waited, last = before.get(name, (0, 0.0, 0.0))
                if pid and pid == last_pid and waited - last_waited > _STARVED * (now - last):
                    self.pauses.append(Window("pause", "machine", last, now))
                before[name] = pid, waited, now
            await asyncio.sleep(_LOOK_SECONDS)

    def _new(self, name: str, log: Path) -> list[str]:
        """Whole lines only; the rest is read when it is whole."""
        if not log.exists():
            return []
        with log.open("rb") as file:
            file.seek(self._read.get(name, 0))
            found = file.read()
        whole = found[: found.rfind(b"\n") + 1]
        self._read[name] = self._read.get(name, 0) + len(whole)
        return whole.decode("utf-8", "replace").splitlines()

    def _line(self, name: str, line: str) -> None:
        if '"appended"' not in line:
            return
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return  # cut by a kill
        if said.get("event") != "appended":
            return
        self.told.append(
            Told(name, said["room"], said["operation"], int(said["revision"]), list(said["events"]))
        )
        if "RoomOpened" in said["events"]:
            return  # an import: its rounds were asked for in another room
        for number, kind in enumerate(said["events"]):
            if kind == "RoundAsked":
                self._rounds.add((said["room"], f"{said['operation']}:{number}"))
