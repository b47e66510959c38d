"""Generations that are left, and an engine that is closed: slots and threads come free, nothing is kept."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import aclosing

import pytest

from tests.tgi.server.conftest import needs_model
from tests.tgi.server.engine.llama_cpp.conftest import KEY, SEATS, drawn, ids_of
from tgi.errors import EngineFailed
from tgi.server.engine import Dials
from tgi.server.engine.llama_cpp import LlamaCpp
from tgi.server.engine.llama_cpp.calls import _TOGETHER, Calls, _Inbox
from tgi.server.engine.llama_cpp.runtime import Runtime
from tgi.server.engine.vocabulary import Vocabulary

pytestmark = needs_model

GREEDY = Dials(greedy=True)
LONG = 300


class Watched:
    """The real runtime, with notes: the prompts that have not begun at each request, and tokens written."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._unread: list[int] = []
        self.waiting: list[list[int]] = []
        self.written: list[int] = []

    @property
    def listening_address(self) -> str:
        return self._runtime.listening_address

    def handle_completions(self, prompt: str, callback: Callable[[str], bool]) -> None:
        size, begun, written = len(json.loads(prompt)["prompt"]), False, 0
        self._unread.append(size)
        self.waiting.append([*self._unread])

        def hear(event: str) -> bool:
            nonlocal begun, written
            if not begun:
                begun = True
                self._unread.remove(size)
            written = json.loads(event)["timings"]["predicted_n"]
            return callback(event)

        self._runtime.handle_completions(prompt, hear)
        self.written.append(written)


@pytest.fixture
async def watched(runtime: Runtime, vocabulary: Vocabulary) -> AsyncIterator[tuple[LlamaCpp, Watched]]:
    notes = Watched(runtime)
    engine = LlamaCpp(notes, KEY, vocabulary, seats=SEATS)
    yield engine, notes
    await engine.close()


def threads() -> int:
    return sum(thread.name.startswith("llama.cpp") for thread in threading.enumerate())


def inboxes() -> int:
    gc.collect()
    return sum(isinstance(each, _Inbox) for each in gc.get_objects())


async def test_closing_generations_frees_their_slots_at_once(engine: LlamaCpp) -> None:
    ids = await ids_of(engine)
    for _ in range(3):
        running = [engine.generate(ids, Dials(seed=seed), limit=LONG) for seed in range(SEATS)]
        await asyncio.gather(*(anext(each) for each in running))
        for each in running:
            await each.aclose()
    started = time.monotonic()
    assert len(await drawn(engine, GREEDY, limit=2)) == 2
    # All slots were taken for 300 tokens each: seconds, had they run on.
    took = time.monotonic() - started
    whole = time.monotonic()
    await asyncio.gather(*(drawn(engine, Dials(seed=seed), limit=60) for seed in range(SEATS)))
    assert took < time.monotonic() - whole


async def test_cancelling_while_a_long_prompt_is_read_frees_the_slot(engine: LlamaCpp) -> None:
    ids = (await ids_of(engine, "one two three " * 200))[:380]
    for _ in range(2 * SEATS):
        task = asyncio.create_task(drawn(engine, GREEDY, prompt=ids, limit=2))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(await drawn(engine, GREEDY, limit=2)) == 2


async def test_hundreds_of_generations_leave_no_threads_and_no_inboxes(engine: LlamaCpp) -> None:
    ids = (await ids_of(engine))[:2]
    for seed in range(200):
        async with aclosing(engine.generate(ids, Dials(seed=seed), limit=LONG if seed % 2 else 2)) as tokens:
            async for _ in tokens:
                if seed % 2:
                    break
    async with asyncio.timeout(5):
        while inboxes():  # noqa: ASYNC110 - the last thread has to see that nobody listens
            await asyncio.sleep(0.01)
    assert 1 <= threads() <= SEATS


async def test_closing_the_engine_ends_what_runs_and_its_threads(
    runtime: Runtime, vocabulary: Vocabulary
) -> None:
    engine = LlamaCpp(runtime, KEY, vocabulary, seats=SEATS)
    ids = await ids_of(engine)
    running = [engine.generate(ids, Dials(seed=seed), limit=LONG) for seed in range(SEATS)]
    await asyncio.gather(*(anext(each) for each in running))
    assert threads() == SEATS
    await engine.close()
    assert threads() == 0
    for each in running:
        with pytest.raises(EngineFailed, match="the engine is closed"):
            async for _ in each:
                pass
    with pytest.raises(EngineFailed, match="the engine is closed"):
        await drawn(engine, GREEDY, prompt=ids)
    with pytest.raises(EngineFailed, match="does not answer"):
        await engine.tokenize("a")


async def test_more_generations_than_seats_wait_for_one(engine: LlamaCpp) -> None:
    found = await asyncio.gather(*(drawn(engine, GREEDY, limit=3) for _ in range(2 * SEATS)))
    assert all(len(tokens) == 3 for tokens in found)


async def test_the_loop_goes_on_while_a_text_is_written(engine: LlamaCpp) -> None:
    writing = asyncio.create_task(drawn(engine, GREEDY, limit=40))
    turns = 0
    while not writing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns >= 40


async def test_prompts_that_come_together_begin_a_few_at_a_time(watched: tuple[LlamaCpp, Watched]) -> None:
    engine, notes = watched
    ids = (await ids_of(engine, "one two three " * 60))[:120]
    sizes = (50, 120, 20, 30)
    await asyncio.gather(*(drawn(engine, GREEDY, prompt=ids[:size], limit=2) for size in sizes))
    assert sorted(waiting[-1] for waiting in notes.waiting) == sorted(sizes)
    assert all(len(waiting) == 1 or sum(waiting) <= _TOGETHER for waiting in notes.waiting)


async def test_who_is_cancelled_before_the_prompt_begins_holds_nobody_up(
    watched: tuple[LlamaCpp, Watched],
) -> None:
    engine, notes = watched
    ids = (await ids_of(engine, "one two three " * 60))[:120]
    tasks = [asyncio.create_task(drawn(engine, GREEDY, prompt=ids, limit=2)) for _ in range(SEATS)]
    await asyncio.sleep(0)
    for task in tasks[1:]:
        task.cancel()
    await asyncio.wait(tasks)
    assert len(notes.waiting) == 1
    async with asyncio.timeout(10):
        assert len(await drawn(engine, GREEDY, prompt=ids, limit=2)) == 2


async def test_calls_that_end_while_another_begins_do_not_break_it(runtime: Runtime) -> None:
    calls = Calls(runtime, SEATS)

    class Ending(Future[None]):
        """Ends, as its thread can at any moment, while it is looked at."""

        def done(self) -> bool:
            if not super().done():
                self.set_result(None)
            return True

    for _ in range(3):
        call = Ending()
        calls._ending.add(call)
        call.add_done_callback(calls._ending.discard)
    async with aclosing(calls.events({"prompt": [1], "n_predict": 1, "stream": True})) as events:
        assert [event async for event in events]
    await calls.close()


async def test_nothing_is_computed_past_the_limit(watched: tuple[LlamaCpp, Watched]) -> None:
    """Else the next prompt, or what others write, would wait for it."""
    engine, notes = watched
    assert len(await drawn(engine, GREEDY, limit=5)) == 5
    async with asyncio.timeout(5):
        while not notes.written:  # noqa: ASYNC110 - the call ends after its last token
            await asyncio.sleep(0.01)
    assert notes.written == [5]
