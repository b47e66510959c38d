"""From a loaded engine to a listening server and back: bind, announce, wait for a signal, drain, close.

SIGTERM comes from what runs the server: nobody new is taken, and what runs may end within the grace. SIGINT
comes from a person, and a second signal of either kind from somebody who will not wait: both end it at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tgi.errors import PortTaken
from tgi.server import app
from tgi.server.app import Model
from tgi.server.engine import Engine
from tgi.server.limits import Limits

GRACE_SECONDS = 90.0
"""text-generation-launcher's `--graceful-termination-timeout`."""

_LAST_SECONDS = 0.2
"""How long open requests may go on when there is no grace."""
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen, and how long requests may go on after SIGTERM, in seconds.

    Port 0 takes a free one. `ready_file` is written when the server answers, and is gone when nobody new is
    taken.
    """

    hostname: str
    port: int
    ready_file: Path | None = None
    grace: float = GRACE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Who may ask: with which key, and from pages of which origins; none named is all."""

    api_key: str | None = None
    cors_allow_origin: tuple[str, ...] = ()


def refuse_taken(address: Address) -> None:
    """See that the address can be bound, before a model is loaded for nothing.

    Raises:
        PortTaken: it cannot.

    """
    try:
        socket.create_server((address.hostname, address.port), family=_family(address.hostname)).close()
    except OSError as error:
        raise _taken(address, error) from error


async def serve(
    engine: Engine,
    model: Model,
    limits: Limits,
    address: Address,
    doors: Doors,
    *,
    version: str,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT. `announce` gets the address when requests are answered.

    Raises:
        PortTaken: the address cannot be bound.

    """
    signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signals.put_nowait, number)
    built = app.build(
        engine,
        model,
        limits,
        version=version,
        api_key=doors.api_key,
        cors_allow_origin=doors.cors_allow_origin,
    )
    runner = web.AppRunner(built, handler_cancellation=True, shutdown_timeout=_LAST_SECONDS, access_log=None)
    await runner.setup()
    try:
        port = await _bind(runner, address)
        if address.ready_file is not None:
            _write_ready(address.ready_file, port)
        announce(f"http://{_shown(address.hostname)}:{port}")
        first = await signals.get()
        if address.ready_file is not None:
            address.ready_file.unlink(missing_ok=True)
        if first is signal.SIGTERM:
            await _drain(runner, signals, address.grace)
    finally:
        await runner.cleanup()
        if address.ready_file is not None:
            address.ready_file.unlink(missing_ok=True)


async def _drain(runner: web.AppRunner, signals: asyncio.Queue[signal.Signals], grace: float) -> None:
    """Take nobody new, and wait until nobody is left, a second signal, or the grace's end."""
    for site in list(runner.sites):
        await site.stop()
    server = runner.server
    with suppress(TimeoutError):
        async with asyncio.timeout(grace):
            while server is not None and signals.empty():
                server.pre_shutdown()  # closes those that ask for nothing
                if not server.connections:
                    return
                await asyncio.sleep(_LOOK_SECONDS)


async def _bind(runner: web.AppRunner, address: Address) -> int:
    site = web.TCPSite(runner, address.hostname, address.port)
    try:
        await site.start()
    except OSError as error:
        raise _taken(address, error) from error
    port: int = runner.addresses[0][1]
    return port


def _taken(address: Address, error: OSError) -> PortTaken:
    # A name that resolves to nothing has a number that is none of the system's.
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
    return PortTaken(
        f"Cannot listen on {address.hostname}:{address.port}: {why}. "
        "Name another with --port (0 takes a free one)."
    )


def _family(hostname: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in hostname else socket.AF_INET


def _shown(hostname: str) -> str:
    return f"[{hostname}]" if ":" in hostname else hostname


def _write_ready(path: Path, port: int) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps({"port": port, "pid": os.getpid()}) + "\n", encoding="utf-8")
    part.replace(path)
