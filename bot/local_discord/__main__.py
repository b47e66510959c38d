"""`python -m bot.local_discord`: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.local_discord.errors import StartRefused
from bot.local_discord.events import PRIVILEGED, Intent
from bot.local_discord.parts import Options
from bot.local_discord.seed import WELCOME_TEXT
from bot.local_discord.server import LocalDiscord

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve; the exit code."""
    chosen = _parser().parse_args(argv)
    try:
        options = Options(
            bot_token=chosen.bot_token,
            welcome=_welcome(chosen.welcome),
            rate_limits=not chosen.no_rate_limits,
            privileged=PRIVILEGED if chosen.privileged_intents else Intent.ALWAYS,
        )
        asyncio.run(_serve(LocalDiscord(options, host=chosen.host, port=chosen.port), chosen.ready_file))
    except StartRefused as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


async def _serve(discord: LocalDiscord, ready_file: Path | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with discord:
        if ready_file is not None:
            _write_ready(ready_file, discord.port)
        sys.stdout.write(f"ready: {discord.url}\n")
        sys.stdout.flush()
        await stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.local_discord", description="A Discord on your own machine."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 for a free one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--ready-file", type=Path, help='written when it serves: {"port", "pid"}')
    parser.add_argument(
        "--bot-token", default=Options().bot_token, help="the token that the bot must present"
    )
    parser.add_argument("--welcome", type=Path, help="Markdown for the first message in #welcome")
    parser.add_argument("--privileged-intents", action="store_true", help="grant members and message content")
    parser.add_argument("--no-rate-limits", action="store_true", help="never answer 429")
    return parser


def _welcome(path: Path | None) -> str:
    if path is None:
        return WELCOME_TEXT
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StartRefused(f"Cannot read the welcome text in {path}: {error}.") from error


def _write_ready(path: Path, port: int) -> None:
    """Write the file whole or not at all: a reader never sees half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps({"port": port, "pid": os.getpid()}), "utf-8")
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())
