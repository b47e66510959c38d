"""`python -m bot.demo`: the demo without the rest of the command line. It reads options and exits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.demo import DemoOptions, run_demo
from bot.demo.options import PAGE_PORT


def demo(
    play: Annotated[Path | None, typer.Option(help="Play this scene, then end.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; the next free one where it is taken.")
    ] = PAGE_PORT,
    folder: Annotated[Path, typer.Option(help="Where logs and state go.")] = Path(".demo"),
) -> None:
    """Start everything a story room needs on this machine."""
    raise typer.Exit(asyncio.run(run_demo(DemoOptions(play=play, port=port, folder=folder))))


if __name__ == "__main__":
    typer.run(demo)
