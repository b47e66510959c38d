"""The older events of rooms in a folder, a file each, JSON lines: what Redis need not hold any more.

Each line has its event's revision, and a checksum over itself and the line before. Lines are only ever added,
under a lock and with fsync; a later line of a revision that was there before takes its place and that of all
behind it, as after a failover. The files hold secrets of cards as Redis does, and are the operator's alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bot.errors import ArchiveMissing

_ROOM = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Line:
    """One event as it was stored: its schema, its operation, and itself as a JSON object."""

    revision: int
    schema: int
    operation: str
    event: dict[str, Any]


@dataclass
class Pages:
    """What a file holds: lines of revision 1, 2, … and their checksums, and how much of it is whole."""

    lines: list[Line] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    whole: int = 0


class Archive:
    """A folder of logs. Everything here blocks: call it beside the loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, room: str) -> list[Line]:
        """The lines of a room, from revision 1 on; none where there is no file.

        Raises:
            ArchiveMissing: the folder or the file cannot be read, or is damaged.

        """
        try:
            content = self._file(room).read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ArchiveMissing(f"the archive {self.folder} cannot be read: {error.strerror}") from error
        return _parsed(room, content).lines

    def rooms(self) -> list[str]:
        """The rooms that have a file."""
        return sorted(path.stem for path in self.folder.glob("*.jsonl") if _ROOM.fullmatch(path.stem))

    @contextmanager
    def adding(self, room: str) -> Iterator[Adding | None]:
        """The file of a room, to be added to; None while another process adds to it.

        Raises:
            ArchiveMissing: it cannot be written, or is damaged.

        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self._file(room), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ArchiveMissing(f"the archive {self.folder} cannot be written: {error.strerror}") from error
        with os.fdopen(opened, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            yield Adding(room, file, self.folder)

    def _file(self, room: str) -> Path:
        if not _ROOM.fullmatch(room):
            raise ArchiveMissing("no room has such a name")
        return self.folder / f"{room}.jsonl"


class Adding:
    """A room's file in one process's hands."""

    def __init__(self, room: str, file: IO[bytes], folder: Path) -> None:
        self._room = room
        self._file = file
        self._folder = folder
        self._pages = _parsed(room, file.read())

    @property
    def lines(self) -> list[Line]:
        """What it holds."""
        return self._pages.lines

    def add(self, lines: Sequence[Line]) -> int:
        """Bring the file to these lines, the first of which follows on, or is, one that it holds.

        What is there already is not written again; how many were. They are on the disk when this returns.

        Raises:
            ArchiveMissing: the disk is full, or what it holds afterwards is not what was written.

        """
        held = self._pages.lines
        new = [each for each in lines if each.revision > len(held) or held[each.revision - 1] != each]
        if not new:
            return 0
        new = [each for each in lines if each.revision >= new[0].revision]
        last = self._pages.sums[new[0].revision - 2] if new[0].revision > 1 else ""
        text = b""
        for line in new:
            body, last = _sealed(self._room, line, last)
            text += body
        try:
            self._file.truncate(self._pages.whole)  # what a killed process left of a line
            self._file.write(text)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._settle_folder()
            self._file.seek(0)
            self._pages = _parsed(self._room, self._file.read())
        except OSError as error:
            raise ArchiveMissing(f"the archive {self._folder} cannot be written: {error.strerror}") from error
        if self.lines[new[0].revision - 1 :] != new:
            raise ArchiveMissing(f"the archive of {self._room} does not hold what was written")
        return len(new)

    def _settle_folder(self) -> None:
        """A new file is in its folder only when that is on the disk too."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sealed(room: str, line: Line, before: str) -> tuple[bytes, str]:
    """A line of the file, and its checksum."""
    told = {
        "room": room,
        "revision": line.revision,
        "schema": line.schema,
        "operation": line.operation,
        "event": line.event,
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    seal = hashlib.sha256((before + text).encode()).hexdigest()
    return f'{text[:-1]},"sum":"{seal}"}}\n'.encode(), seal


def _parsed(room: str, content: bytes) -> Pages:
    pages = Pages()
    for number, raw in enumerate(content.splitlines(keepends=True), start=1):
        if not raw.endswith(b"\n"):
            break  # a process was killed while it wrote
        try:
            told = json.loads(raw)
            line = Line(told["revision"], told["schema"], told["operation"], told["event"])
            before = pages.sums[line.revision - 2] if line.revision > 1 else ""
            sealed, seal = _sealed(room, line, before)
        except (ValueError, KeyError, TypeError, IndexError):
            sealed, seal = b"", ""
        if sealed != raw:
            raise ArchiveMissing(f"the archive of {room} is damaged in line {number}")
        del pages.lines[line.revision - 1 :], pages.sums[line.revision - 1 :]
        pages.lines.append(line)
        pages.sums.append(seal)
        pages.whole += len(raw)
    return pages
