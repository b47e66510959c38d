"""A wire does to real TCP connections what its faults are called."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.chaos.wires import DELAY_SECONDS, Wire, wire

QUESTION, ANSWER = b"what is in the well?", b"it answers, and not in words that anybody wrote"


@asynccontextmanager
async def answering() -> AsyncIterator[tuple[Wire, list[bytes]]]:
    """A server that answers every question, behind a wire; and the questions that reached it."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while question := await reader.read(1000):
            heard.append(question)
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        async with wire("asker-answerer", server.sockets[0].getsockname()[1]) as made:
            yield made, heard
    finally:
        server.close()


async def ask(made: Wire, *, seconds: float = 1.0) -> bytes:
    """One question over a connection of its own; what came back before the connection ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
    try:
        return await again(reader, writer, seconds=seconds)
    finally:
        writer.close()


async def again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, seconds: float = 1.0) -> bytes:
    writer.write(QUESTION)
    found = b""
    async with asyncio.timeout(seconds):
        while len(found) < len(ANSWER) and (piece := await reader.read(1000)):
            found += piece
    return found


async def test_without_a_fault_everything_passes() -> None:
    async with answering() as (made, _):
        assert await ask(made) == ANSWER
        assert made.is_well
        assert made.struck == 0


async def test_a_delay_makes_it_late_both_ways() -> None:
    async with answering() as (made, _):
        made.strike("delay")
        began = time.monotonic()
        assert await ask(made, seconds=5) == ANSWER
        assert time.monotonic() - began >= 2 * DELAY_SECONDS * 0.9


async def test_a_reset_ends_what_is_open_and_what_comes() -> None:
    async with answering() as (made, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
        assert await again(reader, writer) == ANSWER
        made.strike("reset")
        with pytest.raises(ConnectionResetError):
            await again(reader, writer)
        writer.close()
        with pytest.raises(ConnectionResetError):
            await ask(made)
        made.heal()
        assert await ask(made) == ANSWER


@pytest.mark.parametrize(("kind", "most"), [("drop_reply", 0), ("cut", len(ANSWER) // 2)])
async def test_a_question_is_heard_and_its_answer_lost_or_cut(kind: str, most: int) -> None:
    async with answering() as (made, heard):
        made.strike(kind)
        reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
        writer.write(QUESTION)
        found = await reader.read(1000) if most else b""
        with pytest.raises(ConnectionResetError):
            await reader.read(1000)
        writer.close()
        assert found == ANSWER[:most]
        assert heard == [QUESTION]
        made.heal()
        assert await ask(made) == ANSWER


async def test_half_open_swallows_for_good_and_knows_when_the_last_has_let_go() -> None:
    async with answering() as (made, heard):
        reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
        assert await again(reader, writer) == ANSWER
        made.strike("half_open")
        made.heal()
        assert not made.is_well
        with pytest.raises(TimeoutError):
            await again(reader, writer, seconds=0.2)
        assert await ask(made) == ANSWER
        writer.close()
        async with asyncio.timeout(2):
            while not made.is_well:  # noqa: ASYNC110 - a wire tells nobody
                await asyncio.sleep(0.01)
        assert len(heard) == 2


async def test_what_stalls_arrives_when_the_partition_ends() -> None:
    async with answering() as (made, _):
        made.strike("stall")
        asking = asyncio.create_task(ask(made, seconds=5))
        await asyncio.sleep(0.1)
        assert not asking.done()
        made.heal()
        assert await asking == ANSWER
