from __future__ import annotations

from dataclasses import fields

import pytest

from bot.local_discord.state.channels import Thread
from bot.local_discord.state.world import World
from bot.local_discord.statefile.rows import KINDS, Address, Row, dump, files_of, find, keys, load

from .worlds import BOARD, THREAD, rich_world


def _rows(world: World) -> tuple[list[Row], dict[str, bytes]]:
    rows: list[Row] = []
    files: dict[str, bytes] = {}
    for kind in KINDS:
        for key in keys(world, kind):
            entity = find(world, Address(kind, key))
            rows.append(Row(Address(kind, key), dump(entity).decode()))
            files |= {one.id: one.content for one in files_of(entity)}
    return rows, files


def test_a_world_comes_back_equal() -> None:
    world = rich_world()
    rows, files = _rows(world)
    again = load(rows, files.__getitem__)
    assert again == world
    assert isinstance(again.channels[THREAD], Thread)
    assert list(again.channels) == list(world.channels)
    assert again.messages.get(THREAD, BOARD).poll == world.messages.get(THREAD, BOARD).poll


def test_every_field_of_the_world_is_kept() -> None:
    assert set(KINDS) == {each.name for each in fields(World)}
    filled = {address.kind for address, _ in _rows(rich_world())[0]}
    assert filled == set(KINDS)


def test_the_bytes_of_files_are_not_in_the_rows() -> None:
    rows, files = _rows(rich_world())
    assert list(files.values()) == [b"\xff\0"]
    assert not any('"content":"\\u00ff' in body for _, body in rows)


def test_a_row_of_an_older_build_gets_the_defaults() -> None:
    rows, files = _rows(rich_world())
    older = [
        Row(address, body.replace(',"locale":"en-US","bot":false', ""))
        if address.kind == "users"
        else Row(address, body)
        for address, body in rows
    ]
    assert load(older, files.__getitem__) == rich_world()


@pytest.mark.parametrize(
    "rows",
    [
        [Row(Address("users", "1"), "{}")],
        [Row(Address("castles", "1"), "{}")],
        [Row(Address("users", "1"), "[")],
    ],
    ids=["empty", "unknown kind", "no JSON"],
)
def test_what_is_no_world_is_refused(rows: list[Row]) -> None:
    with pytest.raises(ValueError, match=r"."):
        load(rows, lambda _: b"")
