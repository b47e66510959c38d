"""`storyroom demo` and `storyroom discord`: everything, or the Discord alone, on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.carrying_out import Exit, fail
from bot.settings import LAST_PORT


def demo(
    play: Annotated[Path | None, typer.Option(help="Play this scene instead of waiting for people.")] = None,
    port: Annotated[int, typer.Option(help="The page's port; the next free one if it is taken.")] = 8222,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps logs and its state.")] = Path(".demo"),
) -> None:
    """Start everything on this machine: a local Discord with a page, a small model, Redis, the bot."""
    if not 0 <= port <= LAST_PORT:
        fail(f"--port is a number from 0, which is any free port, to {LAST_PORT}.", Exit.MISCONFIGURED)
    from bot.demo import DemoOptions, run_demo  # noqa: PLC0415 - only a demo needs its packages

    raise typer.Exit(asyncio.run(run_demo(DemoOptions(play=play, port=port, folder=folder))))


def discord(context: typer.Context) -> None:
    """Start a Discord on this machine, with a page, for any bot; --help lists its options."""
    from bot.local_discord.__main__ import main as serve  # noqa: PLC0415 - only this needs its packages

    raise typer.Exit(serve(context.args, prog="storyroom discord"))
