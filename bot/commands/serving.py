"""`storyroom run` and `storyroom worker`: the processes that stay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.carrying_out import carry_out, settings_for
from bot.settings import Settings

ReadyFile = Annotated[
    Path | None, typer.Option("--ready-file", help="Write this file, with the process id, when ready.")
]


def run(ready_file: ReadyFile = None) -> None:
    """Answer people on Discord, and write rounds unless STORYROOM_WORKER is false."""
    settings = settings_for()
    carry_out(_serve(settings, ready_file, answers=True, writes=settings.worker))


def worker(ready_file: ReadyFile = None) -> None:
    """Write rounds only; start as many of these as the model can feed."""
    carry_out(_serve(settings_for(), ready_file, answers=False, writes=True))


async def _serve(settings: Settings, ready_file: Path | None, *, answers: bool, writes: bool) -> None:
    import structlog  # noqa: PLC0415 - not needed for --help

    from bot.app import build  # noqa: PLC0415 - discord.py takes a moment that --help need not
    from bot.pauses import pause_seldom  # noqa: PLC0415 - not needed for --help
    from bot.running import clear_ready, until_stopped, write_ready  # noqa: PLC0415 - as above

    async def work() -> None:
        clear_ready(ready_file)
        async with build(settings) as app:
            pause_seldom()
            await app.client.sign_in(settings.discord_token.get_secret_value())
            app.client.when_ready(lambda: write_ready(ready_file))
            if not answers:
                write_ready(ready_file)
            try:
                await app.run(answers=answers, writes=writes)
            finally:
                structlog.get_logger(__name__).info("stopping")

    await until_stopped(work())
