"""Several generations of one request side by side: gathered whole, or their pieces in turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from math import inf
from typing import Any, TypeVar

T = TypeVar("T")


async def side_by_side(wanted: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return all results in order; the first that fails ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(each, name=f"generation {index}") for index, each in enumerate(wanted)
            ]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in running]


async def in_turns(sources: Sequence[AsyncGenerator[T]], *, silence: float = inf) -> AsyncGenerator[T | None]:
    """Yield one piece of each source after the other until all are at their end; None for each silence.

    The sources run on meanwhile: what one has ready waits for its turn, as with the router. Whoever leaves
    ends them all. A silence is so many seconds of waiting for a piece.
    """
    queues: list[asyncio.Queue[list[T | None]]] = [asyncio.Queue() for _ in sources]
    # Not a TaskGroup: an async generator may be driven by another task at each step.
    tasks = [
        asyncio.create_task(_into(source, queue), name=f"stream {index}")
        for index, (source, queue) in enumerate(zip(sources, queues, strict=True))
    ]
    left = list(zip(tasks, queues, strict=True))
    watch = _Silence(silence)
    try:
        while left:
            for task, queue in list(left):
                while (piece := await watch.over(queue)) == [None]:
                    yield None
                if piece:
                    yield piece[0]
                else:
                    left.remove((task, queue))
                    await task  # where a source broke, this raises what broke it
    finally:
        watch.end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Silence:
    """Puts [None] into a queue that is waited for too long, with one timer for a whole stream."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._waited_for: asyncio.Queue[list[Any]] | None = None
        self._since = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        if seconds < inf:
            self._timer = self._loop.call_later(seconds, self._look)

    async def over(self, queue: asyncio.Queue[list[T]]) -> list[T]:
        """Take the next of a queue."""
        if queue.empty():
            self._waited_for, self._since = queue, self._loop.time()
        try:
            return await queue.get()
        finally:
            self._waited_for = None

    def end(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        due = self._since + self._seconds
        if self._waited_for is None:
            due = now + self._seconds
        elif due <= now:
            self._waited_for.put_nowait([None])
            due = now + self._seconds
        self._timer = self._loop.call_at(due, self._look)


async def _into(source: AsyncGenerator[T], queue: asyncio.Queue[list[T | None]]) -> None:
    try:
        async with aclosing(source):
            async for piece in source:
                queue.put_nowait([piece])
    finally:
        queue.put_nowait([])
