"""`storyroom top`: how things are, in a terminal or as JSON."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.carrying_out import Exit, carry_out, fail, settings_for
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.top import Looking, Picture

_APART_SECONDS = 1.0  # between the two looks of --once, for what is counted a second


def top(
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", help="A process's STORYROOM_WATCH_ADDRESS, host:port; may be given several times."
        ),
    ] = None,
    every: Annotated[float, typer.Option(min=0.5, max=3600, help="Seconds between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,  # noqa: FBT002 - typer's way of an option
    as_json: Annotated[bool, typer.Option("--json", help="JSON, an object a look, a line each.")] = False,  # noqa: FBT002 - as above
) -> None:
    """Show who waits, who writes, TGI's servers, tokens a second, errors; Ctrl-C ends it."""
    settings = settings_for(told_otherwise=True)
    addresses = at or []
    for each in addresses:
        _check(each)
    once = once or not (as_json or sys.stdout.isatty())
    try:
        carry_out(_top(settings, addresses, every=every, once=once, as_json=as_json))
    except KeyboardInterrupt:
        raise typer.Exit(Exit.OK) from None


def _check(address: str) -> None:
    from bot.telemetry.watch import BadAddress, split  # noqa: PLC0415 - not needed for --help

    try:
        split(address)
    except BadAddress as error:
        fail(f"--at: {error}.", Exit.MISCONFIGURED)


async def _top(settings: Settings, addresses: list[str], *, every: float, once: bool, as_json: bool) -> None:
    async with _looking(settings, addresses) as looking:
        picture = await looking.look()
        if once:
            if addresses:
                await asyncio.sleep(_APART_SECONDS)
                picture = await looking.look()
            _print(picture, as_json=as_json)
            if picture.queue is None:
                raise typer.Exit(Exit.UNAVAILABLE)
        elif as_json:
            while True:
                _print(picture, as_json=True)
                await asyncio.sleep(every)
                picture = await looking.look()
        else:
            await _live(looking, picture, every)


async def _live(looking: Looking, picture: Picture, every: float) -> None:
    from rich.live import Live  # noqa: PLC0415 - not needed for --help

    from bot.top import view  # noqa: PLC0415 - as above

    with Live(view(picture), screen=True, auto_refresh=False) as live:
        while True:
            await asyncio.sleep(every)
            live.update(view(await looking.look()), refresh=True)


def _print(picture: Picture, *, as_json: bool) -> None:
    if as_json:
        typer.echo(picture.model_dump_json())
        return
    from rich.console import Console  # noqa: PLC0415 - not needed for --help

    from bot.top import view  # noqa: PLC0415 - as above

    Console().print(view(picture))


@asynccontextmanager
async def _looking(settings: Settings, addresses: list[str]) -> AsyncIterator[Looking]:
    import aiohttp  # noqa: PLC0415 - not needed for --help

    from bot.store import QueueSeen, connect  # noqa: PLC0415 - as above
    from bot.store.keys import Keys  # noqa: PLC0415 - as above
    from bot.top import Looking  # noqa: PLC0415 - as above

    redis = connect(settings.redis_url)
    try:
        async with aiohttp.ClientSession() as http:
            seen = QueueSeen(redis, keys=Keys(settings.redis_prefix))
            yield Looking(seen, http, addresses, now=lambda: time.time_ns() // 1_000_000)
    finally:
        await redis.aclose()
