"""One generation in the runtime, on a thread of its own, as an async iterator of its events.

The thread sleeps in llama.cpp and wakes for each event, which it hands over to the loop; what came while the
loop was busy is handed over at once. Closing the iterator makes the next event the last: a token's, or one of
the steps in which a prompt is read.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final

from pydantic_core import from_json

from tgi.errors import EngineFailed
from tgi.server.engine.llama_cpp.runtime import Runtime
from tgi.server.seats import Seats

_TOGETHER: Final = 64
"""Prompt tokens that begin in one step, unless a prompt alone has more.

Everybody in a step has the first token at its end, and a processor reads two prompts in nearly twice the time
of one. Read in one step, all that came together would have theirs when only the last of them must.
"""


class Calls:
    """Runs at most `seats` generations at once; more wait for a thread."""

    def __init__(self, runtime: Runtime, seats: int) -> None:
        self._runtime: Runtime | None = runtime
        self._threads = ThreadPoolExecutor(seats, thread_name_prefix="llama.cpp")
        self._open: set[_Inbox] = set()
        self._unread = Seats(seats, _TOGETHER)  # handed over, and not begun
        self._ending: set[Future[None]] = set()  # left by their readers, and still in their last step

    async def events(self, body: Mapping[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        """Yield the events of a streamed request, in the shape of OpenAI's completions.

        Raises:
            EngineFailed: the runtime refused it or broke off.

        """
        share = min(len(body["prompt"]), _TOGETHER)
        await self._unread.take(share)
        with ExitStack() as unread:
            unread.callback(self._unread.leave, share)
            await self._ended()
            if self._runtime is None:
                raise EngineFailed("the engine is closed")
            inbox = _Inbox(asyncio.get_running_loop())
            self._open.add(inbox)
            call = self._threads.submit(self._runtime.handle_completions, json.dumps(body), inbox.put)
            call.add_done_callback(inbox.end)
            try:
                while waiting := await inbox.arrived():
                    unread.close()  # the first event says that its step has begun
                    for text in waiting:
                        event: dict[str, Any] = from_json(text)
                        if "error" in event:
                            raise EngineFailed(_reason(event["error"]))
                        yield event
                if not call.cancelled() and (error := call.exception()) is not None:
                    raise EngineFailed("the engine broke off") from error
                if inbox.closed:
                    raise EngineFailed("the engine is closed")
            finally:
                inbox.closed = True
                if not call.cancel():  # it has begun
                    self._ending.add(call)
                    call.add_done_callback(self._ending.discard)
                self._open.discard(inbox)

    async def _ended(self) -> None:
        """Wait for those in their last step: a prompt read beside one is cut elsewhere than alone."""
        # A copy: threads take themselves out.
        if ending := [asyncio.wrap_future(call) for call in tuple(self._ending) if not call.done()]:
            # Shielded: who is cancelled while waiting does not cancel what they wait for.
            await asyncio.gather(*map(asyncio.shield, ending), return_exceptions=True)

    async def close(self) -> None:
        """End every generation, wait for the threads (no longer than a step takes), let go of the model."""
        runtime, self._runtime = self._runtime, None
        for inbox in self._open:
            inbox.closed = True
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        del runtime  # the last one to hold it: its destructor ends its own threads


class _Inbox:
    """Events on their way from a thread to the loop; a wake-up is asked for once, not for each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.closed = False
        self._loop = loop
        self._events: deque[str] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._waking = False
        self._ended = False

    def put(self, event: str) -> bool:
        """Take an event, on the thread; true makes it the last."""
        if self.closed:
            return True
        self._events.append(event)
        self._wake()
        return self.closed

    def end(self, _: Future[None]) -> None:
        """Learn that no more events come, on the thread or, for a call that never began, on the loop."""
        self._ended = True
        self._waking = False  # the last word is always said
        self._wake()

    async def arrived(self) -> list[str]:
        """Wait for events and return them; none means that there are no more."""
        while not self._events and not self._ended:
            self._reader = self._loop.create_future()
            await self._reader
        return [self._events.popleft() for _ in range(len(self._events))]

    def _wake(self) -> None:
        if self._waking or self._loop.is_closed():
            return
        self._waking = True
        try:
            self._loop.call_soon_threadsafe(self._woken)
        except RuntimeError:  # the loop closed between the two lines: nobody listens any more
            self.closed = True

    def _woken(self) -> None:
        self._waking = False
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


def _reason(error: Mapping[str, Any]) -> str:
    return f"the engine refuses the request ({error.get('message', 'no reason given')})"
