"""The archive's files: whole after any death, damaged only with a word, and the operator's alone."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ArchiveMissing
from bot.store.archive import Archive, Line


def lines(count: int, word: str = "井") -> list[Line]:
    return [
        Line(
            revision, 1, f"op{revision}", {"type": "X", "at": revision, "text": f"{word} \u2028\n{revision}"}
        )
        for revision in range(1, count + 1)
    ]


def kept(folder: Path, wanted: list[Line]) -> None:
    with Archive(folder).adding("room") as adding:
        assert adding is not None
        adding.add(wanted)


@settings(max_examples=30)
@given(first=st.integers(1, 6), second=st.integers(1, 9), cut=st.floats(0, 1))
def test_what_a_killed_writer_left_is_completed(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, cut: float
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    kept(folder, lines(first))
    file = folder / "room.jsonl"
    before = file.stat().st_size
    kept(folder, lines(max(first, second)))
    content = file.read_bytes()
    file.write_bytes(content[: before + int(cut * (len(content) - before))])
    found = Archive(folder).read("room")
    assert found == lines(len(found))
    assert first <= len(found)
    kept(folder, lines(max(first, second)))
    assert file.read_bytes() == content


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    kept(tmp_path, lines(4))
    with Archive(tmp_path).adding("room") as adding:
        assert adding is not None
        assert adding.add(lines(6)) == 2
        assert adding.add(lines(6)[3:]) == 0
    assert Archive(tmp_path).read("room") == lines(6)


def test_another_history_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    kept(tmp_path, lines(6))
    other = [*lines(3), *lines(5, "otherwise")[3:]]
    kept(tmp_path, other)
    assert Archive(tmp_path).read("room") == other


def flipped(content: bytes) -> bytes:
    return content.replace(b'"at":2', b'"at":7')


def one_lost(content: bytes) -> bytes:
    first, _, *rest = content.splitlines(keepends=True)
    return b"".join([first, *rest])


def of_another_room(content: bytes) -> bytes:
    return content.replace(b'"room":"room"', b'"room":"elsewhere"')


@pytest.mark.parametrize("damage", [flipped, one_lost, of_another_room])
def test_damage_is_said_and_nothing_is_added_to_it(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    kept(tmp_path, lines(4))
    file = tmp_path / "room.jsonl"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ArchiveMissing, match="damaged in line"):
        Archive(tmp_path).read("room")
    with pytest.raises(ArchiveMissing, match="damaged in line"), Archive(tmp_path).adding("room"):
        pass


def test_one_process_at_a_time_adds_to_a_room(tmp_path: Path) -> None:
    with Archive(tmp_path).adding("room") as first, Archive(tmp_path).adding("room") as second:
        assert first is not None
        assert second is None
        first.add(lines(2))
    kept(tmp_path, lines(3))
    assert Archive(tmp_path).rooms() == ["room"]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    kept(folder, lines(1))
    assert stat.S_IMODE((folder / "room.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../room", "", "a/b", "x" * 65])
def test_a_name_that_is_no_rooms_opens_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveMissing):
        Archive(tmp_path).read(name)
