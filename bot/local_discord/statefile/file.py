"""The state file itself: a SQLite database of rows, locked by the one server that writes it.

A write is one transaction, so that whoever is killed leaves the state before it or after it. A file that is
something else is refused before a byte of it is touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.local_discord.errors import StartRefused
from bot.local_discord.statefile.rows import Address, Row

__all__ = ["Changes", "StateFile"]

_APPLICATION = 0x53524C44  # "SRLD"; SQLite's application_id
_VERSION = 1
_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\x00"
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE row (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
                  UNIQUE (kind, key));
CREATE TABLE file (id TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE last (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_PUT = """
INSERT INTO row (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""


@dataclass
class Changes:
    """What is to be written at once: bodies by address (None removes one), files by id, the last id made."""

    rows: dict[Address, bytes | None] = field(default_factory=dict)
    files: dict[str, bytes | None] = field(default_factory=dict)
    last_id: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows or self.files)


class StateFile:
    """An open state file. Its calls block, and may come from any one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises StartRefused where it is something else, newer, in use, or out of reach."""
        self._path = path
        try:
            fresh = _is_fresh(path)
            self._database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            self._open(fresh=fresh)
        except (OSError, sqlite3.Error) as error:
            raise StartRefused(_why(path, error)) from error

    def _open(self, *, fresh: bool) -> None:
        try:
            # Held until closed, and let go of by the system when the process is killed.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            if fresh:
                self._database.executescript(_SCHEMA)
            self._database.execute("PRAGMA journal_mode = WAL")
            # Safe when the process is killed; a power cut may cost the last transactions, never the file.
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("COMMIT")
        except sqlite3.Error:
            self._database.close()
            raise

    @property
    def last_id(self) -> int:
        """The last id that was made before the last write; 0 in a file that is new."""
        found = self._database.execute("SELECT value FROM last WHERE name = 'id'").fetchone()
        return 0 if found is None else int(found[0])

    def rows(self) -> Iterator[Row]:
        """Every row, the oldest first."""
        for kind, key, body in self._database.execute("SELECT kind, key, body FROM row ORDER BY position"):
            yield Row(Address(kind, key), body)

    def content_of(self, attachment_id: str) -> bytes:
        """A file's content. Raises ValueError where it is not kept."""
        found = self._database.execute("SELECT content FROM file WHERE id = ?", (attachment_id,)).fetchone()
        if found is None:
            raise ValueError(f"the attachment {attachment_id} has no content")
        return bytes(found[0])

    def write(self, changes: Changes) -> None:
        """Write all of `changes` or, when that fails (sqlite3.Error), nothing."""
        put = [(*address, body.decode()) for address, body in changes.rows.items() if body is not None]
        gone = [address for address, body in changes.rows.items() if body is None]
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany("DELETE FROM row WHERE kind = ? AND key = ?", gone)
            self._database.executemany(_PUT, put)
            for attachment_id, content in changes.files.items():
                if content is None:
                    self._database.execute("DELETE FROM file WHERE id = ?", (attachment_id,))
                else:
                    self._database.execute(
                        "INSERT OR REPLACE INTO file VALUES (?, ?)", (attachment_id, content)
                    )
            self._database.execute("INSERT OR REPLACE INTO last VALUES ('id', ?)", (changes.last_id,))
            self._database.execute("COMMIT")
        except sqlite3.Error:
            self._database.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the file, which is one file again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_fresh(path: Path) -> bool:
    """Whether there is nothing yet. Reads the header only: opening another's database could change it."""
    if not path.exists():
        if not path.parent.is_dir():
            raise StartRefused(f"Cannot keep the state in {path}: there is no folder {path.parent}.")
        return True
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return True
    application, version = int.from_bytes(header[68:72]), int.from_bytes(header[60:64])
    if not header.startswith(_MAGIC) or application != _APPLICATION:
        raise StartRefused(f"{path} is not a state file of a local Discord. Choose another with --state.")
    if version > _VERSION:
        raise StartRefused(
            f"{path} was written by a newer local Discord (format {version}, this one reads {_VERSION})."
        )
    return False


def _why(path: Path, error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return f"Cannot keep the state in {path}: {error.strerror}."
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        return (
            f"{path} is in use by another local Discord. Stop that one, or choose another file with --state."
        )
    return f"Cannot keep the state in {path}: {error}."
