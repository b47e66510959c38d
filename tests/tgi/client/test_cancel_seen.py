"""A cancel, as a server of its own threads and its own clock sees it."""

from __future__ import annotations

import asyncio
import queue
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.tgi.client.conftest import Connect
from tests.tgi.client.wire import (
    CHUNKED,
    INFO,
    as_json,
    chunk,
    event,
    token,
)
from tgi.client import Budgets


class Thread(BaseHTTPRequestHandler):
    """A server of threads, on its own clock: a token at most, and then when the connection closed."""

    protocol_version = "HTTP/1.1"
    closed: queue.Queue[float] = queue.Queue()
    begun: queue.Queue[None] = queue.Queue()

    def do_GET(self) -> None:
        body = as_json(INFO)
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"]))
        if b"silent" not in asked:
            self.wfile.write(CHUNKED + chunk(event(token(1, "a"))))
        self.begun.put(None)
        with suppress(ConnectionError):
            self.rfile.read(1)
        self.closed.put(time.monotonic())
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        pass


@pytest.fixture
def threads() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Thread) as server:
        running = threading.Thread(target=server.serve_forever)
        running.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        running.join()


@pytest.mark.parametrize("prompt", ["Once", "silent"], ids=["after a token", "before any answer"])
async def test_a_server_of_its_own_sees_a_cancelled_stream_close_within_100_ms(
    connect: Connect, threads: str, prompt: str
) -> None:
    tgi = await connect(threads, budgets=Budgets())
    took = []
    for _ in range(5):

        async def reads() -> None:
            async with aclosing(tgi.stream(prompt)) as events:
                async for _ in events:
                    pass

        task = asyncio.create_task(reads())
        await asyncio.to_thread(Thread.begun.get, timeout=5)
        await asyncio.sleep(0.02)
        since = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        took.append(await asyncio.to_thread(Thread.closed.get, timeout=5) - since)
    assert statistics.median(took) < 0.1
