"""The one thread that the model runs on, and the way between it and the event loop.

After each turn the loop is woken once with all that there is to tell, however many texts it is about.
"""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections import defaultdict, deque
from collections.abc import Callable

import torch

from tgi.errors import EngineFailed
from tgi.server.engine import Call
from tgi.server.engine.transformers.batch import Batch
from tgi.server.engine.transformers.choosing import Told
from tgi.server.engine.transformers.text import Inbox, News, Text

_CLOSED = "the engine is closed"


class ModelThread:
    """Runs a batch, turn after turn, and sleeps while there is nothing to do."""

    def __init__(self, batch: Batch, *, threads: int | None) -> None:
        self._batch: Batch | None = batch
        self._threads = threads
        self._changed = threading.Condition()
        self._coming: deque[Text] = deque()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="transformers", daemon=True)
        self._thread.start()

    def tell_calls(self, tell: Callable[[Call], None]) -> None:
        """Let each call of the model be told of, on this thread."""
        if self._batch is not None:
            self._batch.tell_calls(tell)

    def join(self, text: Text) -> None:
        """Let a text be read and written.

        Raises:
            EngineFailed: the engine is closed.

        """
        with self._changed:
            if self._closing:
                raise EngineFailed(_CLOSED)
            self._coming.append(text)
            self._changed.notify()

    def leave(self, text: Text) -> None:
        """Let go of a text before the next step; nothing more is told of it."""
        text.closed = True
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        """End all texts with `EngineFailed`, wait for the step that runs, let go of the model."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        assert self._batch is not None  # noqa: S101 - until the last line
        while self._take_in(self._batch):
            _tell(self._batch.turn())
        _tell(self._batch.end(_CLOSED))
        self._batch = None

    def _take_in(self, batch: Batch) -> bool:
        """Wait until there is something to do, and let new texts join; false says that it is over."""
        with self._changed:
            while not (self._coming or batch.busy or self._closing):
                self._changed.wait()
            while self._coming:
                batch.join(self._coming.popleft())
            return not self._closing


def _tell(told: Told) -> None:
    by_loop: dict[AbstractEventLoop, list[tuple[Inbox, News]]] = defaultdict(list)
    for text, news in told:
        if not text.closed:
            by_loop[text.inbox.loop].append((text.inbox, news))
    for loop, letters in by_loop.items():
        try:
            loop.call_soon_threadsafe(_deliver, letters)
        except RuntimeError:  # the loop is closed: nobody listens any more
            for text, _ in told:
                text.closed = text.closed or text.inbox.loop is loop


def _deliver(letters: list[tuple[Inbox, News]]) -> None:
    for inbox, news in letters:
        inbox.put(news)
