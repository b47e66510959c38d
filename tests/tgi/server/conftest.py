"""The server over real HTTP: in this process with a scripted engine, or as its own process with the model."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests import serving
from tests.tgi.server.scripted import Scripted
from tgi import weights
from tgi.errors import NotFetched
from tgi.server import app
from tgi.server.limits import Limits

Serve = Callable[..., Awaitable[aiohttp.ClientSession]]

SEED = 11
"""The seed that the scripted server gives where a request names none."""


@pytest.fixture
def engine() -> Scripted:
    return Scripted()


@pytest.fixture
async def serve(engine: Scripted) -> AsyncIterator[Serve]:
    """Start a server on the scripted engine; what comes back sends requests to it."""
    async with AsyncExitStack() as parts:

        async def start(
            limits: Limits | None = None, *, api_key: str | None = None, keep_alive: float = 15
        ) -> aiohttp.ClientSession:
            built = app.build(
                engine,
                app.Model("an/alphabet", "abc123"),
                limits or Limits(max_total_tokens=100),
                version="1.2.3",
                api_key=api_key,
                new_seed=lambda: SEED,
                keep_alive=keep_alive,
            )
            return await parts.enter_async_context(listening(built))

        yield start


@asynccontextmanager
async def listening(built: web.Application) -> AsyncIterator[aiohttp.ClientSession]:
    """A server of these parts; what comes back sends requests to it."""
    async with serving.listening(built) as url, aiohttp.ClientSession(url) as http:
        yield http


@pytest.fixture
async def http(serve: Serve) -> aiohttp.ClientSession:
    """A server with its defaults."""
    return await serve()


async def post(http: aiohttp.ClientSession, path: str, inputs: str = "Once", **parameters: Any) -> Any:
    """The JSON answer to a request, whatever its status."""
    body: dict[str, Any] = {"inputs": inputs, "parameters": parameters}
    async with http.post(path, json=body) as answer:
        return json.loads(await answer.read())


async def frames(http: aiohttp.ClientSession, inputs: str = "Once", **parameters: Any) -> list[Any]:
    """Every event of a stream; it must be nothing but events."""
    body: dict[str, Any] = {"inputs": inputs, "parameters": parameters}
    async with http.post("/generate_stream", json=body) as answer:
        assert answer.status == 200
        whole = (await answer.read()).decode()
    lines = whole.split("\n\n")
    assert lines.pop() == ""
    return [json.loads(line.removeprefix("data: ")) for line in lines]


# --- the model -------------------------------------------------------------------------------------------


def no_model() -> str:
    """Why the model cannot be tried here; empty where it can."""
    try:
        weights.fetched()
    except NotFetched as error:
        return str(error)
    return ""


needs_model = [
    pytest.mark.skipif(bool(no_model()), reason=no_model() or "the weights are here"),
    pytest.mark.xdist_group("model"),
]


@contextmanager
def command(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`storyroom-tgi serve` as a process, and the port that it listens on."""
    ready = folder / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "tgi", "serve", "--port", "0", "--ready-file", str(ready), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(process.communicate()[1])
            time.sleep(0.02)
        yield process, int(json.loads(ready.read_text())["port"])
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def model_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """One server with the real model for the whole run."""
    options = ("--parallel", "2", "--max-total-tokens", "256", "--max-input-tokens", "200")
    with command(tmp_path_factory.mktemp("model"), *options) as (_, port):
        yield port


@pytest.fixture
async def model(model_port: int) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{model_port}") as http:
        yield http
