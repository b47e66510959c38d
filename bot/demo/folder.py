"""The demo's folder: who has it, and which processes were started from it.

Every child carries the mark of its run in its environment, and is written down. A demo that was killed with
SIGKILL leaves its list behind, and the next one ends what carries that mark, and only that.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

import psutil
from pydantic import BaseModel, ValidationError

from bot.demo.errors import AlreadyRunning

MARK = "STORYROOM_DEMO_RUN"  # in every child's environment, the id of the demo's run


class Recorded(BaseModel):
    """A process that was started: `created` is in seconds since the epoch."""

    name: str
    pid: int
    created: float


class Processes(BaseModel):
    """The list beside a running demo: `run` is what `MARK` holds in every process on it."""

    run: str
    processes: list[Recorded] = []


class Folder:
    """The folder of one demo, held from `claim` on."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.redis = self.root / "redis"
        self._list = self.root / "processes.json"
        self._run = uuid4().hex
        self._records: dict[int, Recorded] = {}

    @property
    def mark(self) -> dict[str, str]:
        """What must stand in the environment of every process that this demo starts."""
        return {MARK: self._run}

    @contextlib.contextmanager
    def claim(self) -> Iterator[None]:
        """Hold the folder, or say who has it.

        Raises:
            AlreadyRunning: another demo is running from it.

        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise AlreadyRunning(_who(lock, self.root)) from None
            self._lock = lock
            self.say_address(None)
            yield  # the lock goes with the file, and with the process

    def say_address(self, address: str | None) -> None:
        """Leave word for whoever wants to start a second demo."""
        self._lock.seek(0)
        self._lock.truncate()
        json.dump({"pid": os.getpid(), "address": address}, self._lock)
        self._lock.flush()

    def sweep(self) -> list[str]:
        """End what an earlier demo left running, and make the folder fresh, before the first `record`.

        Returns: the names of what was ended.

        """
        left = _left_of(self._list)
        for process, _ in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs([process for process, _ in left], timeout=1)
        for place in (self.logs, self.run, self.redis):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
        self._write()
        return [name for _, name in left]

    def record(self, name: str, pid: int) -> None:
        """Write down a child that was just started."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        self._records[pid] = Recorded(name=name, pid=pid, created=created)
        self._write()

    def forget(self, pid: int) -> None:
        """Strike out a child that is gone."""
        if self._records.pop(pid, None):
            self._write()

    def _write(self) -> None:
        listed = Processes(run=self._run, processes=list(self._records.values()))
        write_atomically(self._list, listed.model_dump_json(indent=1).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that is either the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _left_of(listed: Path) -> list[tuple[psutil.Process, str]]:
    """What still runs of an earlier demo: the processes that carry its mark.

    The mark is inherited, so that what a part started itself is found too, and unlike a pid it is never given
    to another process. A process whose environment cannot be read is not ours.
    """
    try:
        earlier = Processes.model_validate_json(listed.read_bytes())
    except (OSError, ValidationError):  # none yet, or not written by this program
        return []
    names = {(one.pid, round(one.created)): one.name for one in earlier.processes}
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == earlier.run:
                key = (process.pid, round(process.create_time()))
                left.append((process, names.get(key, process.name())))
    return left


def _who(lock: IO[str], root: Path) -> str:
    lock.seek(0)
    try:
        told = json.loads(lock.read())
        who = f"process {told['pid']}" + (f", {told['address']}" if told["address"] else "")
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return (
        f"A demo is already running from {root} ({who}). End it there with Ctrl-C, "
        "or give this one a folder of its own with --folder."
    )
