"""Several generations side by side: order, failures, and what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from tgi.server.together import in_turns, side_by_side


class Broken(Exception):
    pass


async def spelled(text: str, closed: list[str], *, breaks: bool = False) -> AsyncGenerator[str]:
    try:
        for letter in text:
            await asyncio.sleep(0)
            yield letter
        if breaks:
            raise Broken
    finally:
        closed.append(text)


async def test_pieces_come_in_turns_until_all_are_at_their_end() -> None:
    closed: list[str] = []
    sources = [spelled("abc", closed), spelled("x", closed), spelled("12", closed)]
    assert [piece async for piece in in_turns(sources)] == ["a", "x", "1", "b", "2", "c"]
    assert sorted(closed) == ["12", "abc", "x"]


async def test_whoever_leaves_closes_every_source() -> None:
    closed: list[str] = []
    async with aclosing(in_turns([spelled("a" * 9, closed), spelled("b" * 9, closed)])) as pieces:
        async for _ in pieces:
            break
    assert sorted(closed) == ["a" * 9, "b" * 9]


async def test_what_breaks_a_source_is_raised() -> None:
    closed: list[str] = []
    with pytest.raises(Broken):
        async for _ in in_turns([spelled("ab", closed, breaks=True), spelled("c", closed)]):
            pass
    assert sorted(closed) == ["ab", "c"]


async def test_results_come_in_order_and_the_first_failure_ends_the_others() -> None:
    ended = asyncio.Event()

    async def later(number: int) -> int:
        await asyncio.sleep(0.01 / (number + 1))
        return number

    async def forever() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 0

    async def breaks() -> int:
        await asyncio.sleep(0)
        raise Broken

    assert await side_by_side([later(0), later(1), later(2)]) == [0, 1, 2]
    with pytest.raises(Broken):
        await side_by_side([forever(), breaks()])
    assert ended.is_set()
