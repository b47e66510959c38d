"""Several generations of one request side by side: gathered whole, or their pieces in turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
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


async def in_turns(sources: Sequence[AsyncGenerator[T]]) -> AsyncGenerator[T]:
    """Yield one piece of each source after the other until all are at their end.

    The sources run on meanwhile: what one has ready waits for its turn, as with the router. Whoever leaves
    ends them all.
    """
    queues: list[asyncio.Queue[list[T]]] = [asyncio.Queue() for _ in sources]
    # Not a TaskGroup: an async generator may be driven by another task at each step.
    tasks = [
        asyncio.create_task(_into(source, queue), name=f"stream {index}")
        for index, (source, queue) in enumerate(zip(sources, queues, strict=True))
    ]
    left = list(zip(tasks, queues, strict=True))
    try:
        while left:
            for task, queue in list(left):
                if piece := await queue.get():
                    yield piece[0]
                else:
                    left.remove((task, queue))
                    await task  # where a source broke, this raises what broke it
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _into(source: AsyncGenerator[T], queue: asyncio.Queue[list[T]]) -> None:
    try:
        async with aclosing(source):
            async for piece in source:
                queue.put_nowait([piece])
    finally:
        queue.put_nowait([])
