"""`storyroom check`: what is missing, in plain words."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.carrying_out import Exit, fail, settings_for
from bot.errors import SetupError


def check(
    plan: Annotated[
        Path | None,
        typer.Option(help="TGI must be as this plan says: what `storyroom-tgi opt plan --json` wrote."),
    ] = None,
) -> None:
    """Say in plain words what is missing: token, permissions, commands, Redis, TGI, model, limits."""
    from bot.check import read_plan, run_checks  # noqa: PLC0415 - pulls in every part

    settings = settings_for(told_otherwise=True)
    try:
        planned = None if plan is None else read_plan(plan)
    except SetupError as error:
        fail(str(error), Exit.MISCONFIGURED)
    passed = asyncio.run(run_checks(settings, typer.echo, planned=planned))
    raise typer.Exit(Exit.OK if passed else Exit.FAILED)
