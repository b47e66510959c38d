"""What a run leaves behind for the checker: plain records, kept as one JSON line each in the run's folder.

Times are seconds since 1970. Nothing here judges.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

_One = TypeVar("_One")


@dataclass
class Asked:
    """One thing a person did: an interaction, and every answer that came of it.

    `what` is "command premise add", "press adopt", "modal added" or "menu …"; `channel` is where. `texts` are
    the messages for that person alone, as they were last; `thinking`: Discord still shows "thinking…".
    """

    id: str
    at: float
    who: str
    what: str
    channel: str
    words: str = ""
    answered_at: float | None = None
    failed_at: float | None = None
    deferred: bool = False
    deferred_at: float | None = None
    modal: bool = False
    suggested: bool = False
    thinking: bool = False
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, `kind` befell `target`; `end` counts the time until it was well again."""

    kind: str
    target: str
    start: float
    end: float


@dataclass(frozen=True)
class Logged:
    """One event of a room's log as it lies in Redis."""

    revision: int
    operation: str
    event: dict[str, Any]


@dataclass
class KeptRoom:
    """A room as Redis has it: the log, the snapshot beside it, what is left in its other keys."""

    id: str
    log: list[Logged]
    revision: int
    snapshot: dict[str, Any] | None
    left: dict[str, int]  # name of the key to how much is in it

    @property
    def lived(self) -> list[Logged]:
        """What happened in it once it was open; an import opens a room with what happened elsewhere."""
        return [one for one in self.log if one.operation != self.log[0].operation]


@dataclass(frozen=True)
class Told:
    """`process` logged that an operation's events were appended, the last at `revision`."""

    process: str
    room: str
    operation: str
    revision: int
    events: list[str]


@dataclass(frozen=True)
class Posted:
    """A message of the bot's on Discord at the end; `text` has its embeds too, `nonce` is the sender's."""

    id: str
    channel: str
    text: str
    nonce: str
    custom_ids: list[str]
    answers: str = ""  # the interaction that it answers


@dataclass(frozen=True)
class Trouble:
    """A line in a process's log that should not be there."""

    process: str
    line: str


@dataclass
class Evidence:
    """All of it. `queue`: what is left in each key of the queue; `memory`: MiB of each process over time."""

    asked: list[Asked] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    rooms: list[KeptRoom] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    private: list[tuple[str, str]] = field(default_factory=list)  # channel and text, each version seen
    queue: dict[str, int] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    rested: bool = True  # it all came to rest in time
    leased: bool = False  # several gateways, whose shards are leased in Redis


_KINDS: dict[str, type] = {
    "asked": Asked,
    "windows": Window,
    "told": Told,
    "posted": Posted,
    "troubles": Trouble,
}


def save(evidence: Evidence, folder: Path) -> None:
    """Write it to a folder; the rooms' logs a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _KINDS:
        _write(folder / f"{name}.jsonl", (asdict(one) for one in getattr(evidence, name)))
    _write(folder / "private.jsonl", evidence.private)
    for room in evidence.rooms:
        rest = {"id": room.id, "revision": room.revision, "snapshot": room.snapshot, "left": room.left}
        _write(folder / "rooms" / f"{room.id}.jsonl", [rest, *(asdict(one) for one in room.log)])
    rest = {"queue": evidence.queue, "memory": evidence.memory, "rested": evidence.rested}
    rest["leased"] = evidence.leased
    _write(folder / "rest.jsonl", [rest])


def load(folder: Path) -> Evidence:
    """Read what `save` wrote."""
    evidence = Evidence(**next(_read(folder / "rest.jsonl")))
    for name, kind in _KINDS.items():
        setattr(evidence, name, [_made(kind, one) for one in _read(folder / f"{name}.jsonl")])
    evidence.private = [(channel, text) for channel, text in _read(folder / "private.jsonl")]
    for path in sorted((folder / "rooms").glob("*.jsonl")):
        head, *log = _read(path)
        evidence.rooms.append(KeptRoom(log=[_made(Logged, one) for one in log], **head))
    return evidence


def _made(kind: type[_One], found: dict[str, Any]) -> _One:
    known = inspect.signature(kind).parameters
    return kind(**{name: value for name, value in found.items() if name in known})


def _write(path: Path, lines: Iterable[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _read(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
