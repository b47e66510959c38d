"""`python -m bot.local_discord`, and `storyroom discord`: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from pydantic import ValidationError

from bot.local_discord.errors import StartRefused, StateNotSaved
from bot.local_discord.events import PRIVILEGED, Intent
from bot.local_discord.gateway.rules import Rules
from bot.local_discord.limits.sizes import Limits
from bot.local_discord.parts import Options
from bot.local_discord.seed import WELCOME_TEXT
from bot.local_discord.server import LocalDiscord

__all__ = ["Exit", "main"]

_TOKEN = "STORYROOM_LOCAL_DISCORD_TOKEN"  # noqa: S105 - the name of an environment variable
_PORT_MAX = 65535
_RULES = {
    "max_concurrency": "shards that may identify at once",
    "identify_interval": "least seconds between two identifies of one bucket",
    "session_starts": "identifies in 24 hours",
    "shards": "what GET /gateway/bot recommends, instead of one for each 1,000 guilds",
    "heartbeat_interval": "seconds between two heartbeats",
}


class Exit(IntEnum):
    """Exit codes; 2 is argparse's, for options that cannot be used."""

    OK = 0
    FAILED = 1
    VIOLATIONS = 3


def main(argv: Sequence[str] | None = None, *, prog: str = "python -m bot.local_discord") -> int:
    """Serve; the exit code."""
    parser = _parser(prog)
    chosen = parser.parse_args(argv)
    if not 0 <= chosen.port <= _PORT_MAX:
        parser.error("--port is a number from 0 to 65535")
    if chosen.spec is None and (chosen.strict or chosen.fail_on_violations):
        parser.error("--strict and --fail-on-violations need --spec, the document to hold requests against")
    try:
        return asyncio.run(_serve(chosen))
    except (StartRefused, StateNotSaved) as error:
        sys.stderr.write(f"error: {error}\n")
        return Exit.FAILED


async def _serve(chosen: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with LocalDiscord(_options(chosen), host=chosen.host, port=chosen.port) as discord:
        if chosen.ready_file is not None:
            _write_ready(chosen.ready_file, discord.port)
        sys.stdout.write(f"ready: {discord.url}\n")
        sys.stdout.flush()
        await stop.wait()
    return _verdict(discord) if chosen.fail_on_violations else Exit.OK


def _verdict(discord: LocalDiscord) -> int:
    """3 and the violations on standard error, or 0."""
    violations = discord.parts.violations
    if not violations.count:
        return Exit.OK
    for one in violations.kept():
        sys.stderr.write(f"{one}\n")
    said = "1 violation" if violations.count == 1 else f"{violations.count} violations"
    sys.stderr.write(f"error: {said} of Discord's document.\n")
    return Exit.VIOLATIONS


def _options(chosen: argparse.Namespace) -> Options:
    return Options(
        bot_token=chosen.bot_token,
        welcome=_welcome(chosen.welcome),
        rate_limits=not chosen.no_rate_limits,
        privileged=PRIVILEGED if chosen.privileged_intents else Intent.ALWAYS,
        spec=chosen.spec,
        strict=chosen.strict,
        state=chosen.state,
        limits=_limits(chosen.limits),
        **{name: getattr(chosen, name) for name in _RULES},
    )


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="A Discord on your own machine.")
    add = parser.add_argument
    add("--port", type=int, default=0, help="port to listen on; 0 for a free one")
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--ready-file", type=Path, help='written when it serves: {"port", "pid"}')
    add(
        "--bot-token",
        default=os.environ.get(_TOKEN, Options().bot_token),
        help=f"the token that the bot must present; {_TOKEN} sets it too",
    )
    add("--welcome", type=Path, help="Markdown for the first message in #welcome")
    add("--privileged-intents", action="store_true", help="grant members and message content")
    add("--no-rate-limits", action="store_true", help="never answer 429")
    add("--state", type=Path, help="keep the world in this file over restarts")
    add("--spec", type=Path, help="hold REST against Discord's OpenAPI document in this file")
    add("--strict", action="store_true", help="refuse requests that violate the document")
    add("--fail-on-violations", action="store_true", help="end with 3, naming them, if there were violations")
    add("--limits", type=Path, help="sizes of the rate limits, JSON as PUT /control/v1/limits takes it")
    for name, help_text in _RULES.items():
        default = getattr(Rules(), name)
        add(f"--{name.replace('_', '-')}", type=type(default or 0), default=default, help=help_text)
    return parser


def _limits(path: Path | None) -> Limits:
    if path is None:
        return Limits()
    try:
        return Limits.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StartRefused(f"Cannot read the limits in {path}: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise StartRefused(f"The limits in {path} cannot be used: {where}: {first['msg']}.") from error


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
