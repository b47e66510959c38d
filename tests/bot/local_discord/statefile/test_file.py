from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast

import pytest

from bot.local_discord.errors import StartRefused
from bot.local_discord.statefile.file import Changes, StateFile
from bot.local_discord.statefile.restore import open_state
from bot.local_discord.statefile.rows import Address

ROW = Address("users", "1")


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateFile(path) as file:
        assert (file.last_id, list(file.rows())) == (0, [])
        file.write(Changes({ROW: b"{}", Address("users", "2"): b"{}"}, {"7": b"\0\xff"}, 12))
        file.write(Changes({ROW: b"[]", Address("users", "2"): None}, {}, 13))
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"]
    with StateFile(path) as file:
        assert (file.last_id, list(file.rows())) == (13, [(ROW, "[]")])
        assert file.content_of("7") == b"\0\xff"
        file.write(Changes({}, {"7": None}, 13))
        with pytest.raises(ValueError, match="attachment 7"):
            file.content_of("7")


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    with StateFile(tmp_path / "state.db") as file:
        file.write(Changes({ROW: b"{}"}, {}, 1))
        with pytest.raises(sqlite3.Error):
            file.write(Changes({ROW: b"[]"}, {"7": cast("bytes", object())}, 2))
        assert (file.last_id, list(file.rows())) == (1, [(ROW, "{}")])


def test_a_file_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateFile(path), pytest.raises(StartRefused, match="is in use by another local Discord"):
        StateFile(path)


def test_a_newer_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    StateFile(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9")
    database.close()
    before = path.read_bytes()
    with pytest.raises(
        StartRefused, match=r"written by a newer local Discord \(format 9, this one reads 1\)"
    ):
        StateFile(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"# Notes\n", b"SQLite format 3\0" + bytes(84), b"\0"])
def test_any_other_file_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(content)
    with pytest.raises(StartRefused, match="is not a state file of a local Discord"):
        StateFile(path)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["notes.md"]


def test_a_database_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE row (x)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StartRefused, match="is not a state file"):
        StateFile(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="there is no folder"):
        StateFile(tmp_path / "none" / "state.db")
    with pytest.raises(StartRefused, match="Cannot keep the state in"):
        StateFile(tmp_path)


def test_a_row_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with StateFile(path) as file:
        file.write(Changes({Address("castles", "1"): b"{}"}, {}, 1))
    with pytest.raises(StartRefused, match="cannot be read: a row of an unknown kind, castles"):
        open_state(path)
    StateFile(path).close()  # and was let go of
