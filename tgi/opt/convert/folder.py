"""The folder that is written: what is done survives a kill, and what is half done is never taken for whole.

Until the end a folder `.convert` lies in it, with the plan's key, the sums of finished files, and the file
that is being written. A file gets its own name when it is whole and on the disk; the index and then
config.json, without which nothing loads the folder, come last.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tgi.opt.errors import FolderTaken, NoRoom, WriteFailed

__all__ = ["SUMS", "Folder", "occupied"]

SUMS = "SHA256SUMS"
"""Every file's sum, in the form that `sha256sum --check` reads."""

_WORK = ".convert"
_KEY = "key"
_WEIGHTS = "model-*-of-*.safetensors"
_LAST = ("config.json", "model.safetensors.index.json", SUMS)
_BLOCK = 1 << 23


def occupied(path: Path) -> bool:
    """Whether the folder holds anything but an unfinished conversion."""
    if not path.exists():
        return False
    if not path.is_dir():
        return True
    return not (path / _WORK).is_dir() and any(path.iterdir())


class Folder:
    """An output folder that this run, and no other, is filling for the plan `key`."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._work = path / _WORK
        self._key = key
        self._noted = self._read_sums()
        """The sums of files that were finished, by name: what the journal says, not yet looked at."""
        self._done: dict[str, str] = {}
        """The sums of files that are whole, seen by this run."""

    @classmethod
    @contextmanager
    def opened(cls, path: Path, key: str, *, start_over: bool) -> Iterator[Folder]:
        """Take the folder, for a new conversion or to go on with one.

        Raises:
            FolderTaken: it holds something else, another plan's conversion, or is being written.
            WriteFailed, NoRoom: it cannot be made.

        """
        if occupied(path):
            raise FolderTaken(
                f"{path} is not empty. Name an empty folder; a folder that was converted already is checked "
                f"with `storyroom-tgi opt verify {path}`."
            )
        work = path / _WORK
        with told(path):
            work.mkdir(parents=True, exist_ok=True)
            lock = os.open(work / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _take(path, lock)
            if start_over:
                _empty(path)
            _hold_key(path, key)
            yield cls(path, key)
        finally:
            os.close(lock)

    def _read_sums(self) -> dict[str, str]:
        listed = self._work / "sums"
        lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
        # The last line may have been cut by a kill.
        pairs = [line.split("  ", 1) for line in lines if line.endswith(".safetensors")]
        return {name: digest for digest, name in pairs}

    def kept(self, name: str, size: int, progress: Callable[[int], None]) -> bool:
        """Whether a file is there whole: its size and, read in full, its sum are what they were."""
        path = self.path / name
        if name not in self._noted or not path.is_file() or path.stat().st_size != size:
            return False
        digest = hashlib.sha256()
        with told(self.path, "read"), path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                progress(len(block))
        if digest.hexdigest() != self._noted[name]:
            return False
        self._done[name] = self._noted[name]
        return True

    def write(self, name: str, blocks: Iterator[bytes | memoryview]) -> None:
        """Write a file of weights: it has its name when it is whole, on the disk, and its sum is noted."""
        partial = self._work / f"{name}.partial"
        digest = hashlib.sha256()
        with told(self.path), partial.open("wb") as file:
            for block in blocks:
                file.write(block)
                digest.update(block)
            _flush(file.fileno())
        self._done[name] = digest.hexdigest()
        with told(self.path):
            with (self._work / "sums").open("a", encoding="utf-8") as journal:
                journal.write(f"{digest.hexdigest()}  {name}\n")
                _flush(journal.fileno())
            partial.replace(self.path / name)
            _flush_folder(self.path)

    def finish(self, write_small: Callable[[Path], None], last: dict[str, str]) -> None:
        """Write the small files, then `last` (name and text) in order, the sums before the very last."""
        small = self._work / "small"
        with told(self.path):
            shutil.rmtree(small, ignore_errors=True)
            small.mkdir()
            write_small(small)
            for name, text in last.items():
                (small / name).write_text(text, "utf-8")
            files = sorted(
                small.iterdir(), key=lambda file: list(last).index(file.name) if file.name in last else -1
            )
            sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files} | self._done
            listed = small / SUMS
            listed.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "utf-8")
            for file in [*files[:-1], listed, files[-1]]:
                with file.open("rb") as written:
                    _flush(written.fileno())
                file.replace(self.path / file.name)
                _flush_folder(self.path)
            # In one step: a kill leaves a whole folder, or one that is gone on with, and nothing between.
            over = self.path / ".converted"
            self._work.rename(over)
            _flush_folder(self.path)
            shutil.rmtree(over)

    def was_checked(self, how: str, files: list[Path]) -> bool:
        """Whether exactly these files, unchanged since, were found sound in this way by an earlier run."""
        marked = self._work / "checked"
        with told(self.path, "read"):
            return marked.is_file() and marked.read_text("utf-8") == _seen(how, files)

    def mark_checked(self, how: str, files: list[Path]) -> None:
        """Note that these files were found sound."""
        with told(self.path):
            (self._work / "checked").write_text(_seen(how, files), "utf-8")

    def room_needed(self, files: dict[str, int]) -> int:
        """Bytes that are still to be written of files given by name and size."""
        return sum(
            size
            for name, size in files.items()
            if not (self.path / name).is_file() or (self.path / name).stat().st_size != size
        )


@contextmanager
def told(path: Path, doing: str = "written") -> Iterator[None]:
    """Turn what the operating system refuses to do with a file into a line. Raises NoRoom, WriteFailed."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(
                f"The disk of {path} is full. What is finished is kept: make room and run the same command "
                "again."
            ) from error
        raise WriteFailed(f"{where} cannot be {doing}: {error.strerror or error}.") from error


def _take(path: Path, lock: int) -> None:
    """Lock the folder, unless another run has it or has just finished it. Raises FolderTaken."""
    work = path / _WORK
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderTaken(f"Another run is writing to {path}.") from error
    with told(path):
        if not _is_same(work / "lock", lock):
            raise FolderTaken(f"Another run has just finished {path}.")
        # A conversion has its key before any other file.
        if not (work / _KEY).exists() and any(file.name != _WORK for file in path.iterdir()):
            shutil.rmtree(work)
            raise FolderTaken(f"Another run has just finished {path}.")


def _is_same(path: Path, opened: int) -> bool:
    """Whether the open file still has that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def _hold_key(path: Path, key: str) -> None:
    file = path / _WORK / _KEY
    with told(path):
        if file.exists() and file.read_text("utf-8") == key:
            return
        if file.exists() and any(path.glob(_WEIGHTS)):
            raise FolderTaken(
                f"{path} holds an unfinished conversion of other parts, or with another --dtype or "
                "--shard-size. "
                "Pass --start-over to drop it, or name another folder."
            )
        _empty(path)
        partial = file.with_name(f"{_KEY}.partial")
        partial.write_text(key, "utf-8")
        partial.replace(file)
        _flush_folder(file.parent)


def _empty(path: Path) -> None:
    """Drop an unfinished conversion; only files that one makes, and first those that make a folder whole."""
    work = path / _WORK
    with told(path):
        for name in _LAST:
            (path / name).unlink(missing_ok=True)
        for file in path.glob(_WEIGHTS):
            file.unlink()
        for name in ("sums", "checked", _KEY):
            (work / name).unlink(missing_ok=True)
        for file in work.glob("*.partial"):
            file.unlink()


def _seen(how: str, files: list[Path]) -> str:
    """The way of checking, and places, sizes and times: what changes when a file does."""
    facts = [(file.resolve(), file.stat()) for file in files]
    return f"{how}\n" + "".join(f"{path} {fact.st_size} {fact.st_mtime_ns}\n" for path, fact in facts)


def _flush(file: int) -> None:
    os.fsync(file)


def _flush_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
