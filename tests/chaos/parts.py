"""The real programs, each a process of its own that can be killed, frozen and started again.

Every pair of them that speaks is joined by a wire of its own (`wires.py`). A process that ends by itself is
started again, as systemd or Kubernetes would, and the fact is kept.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.plan import LEASE_SECONDS, WORKERS, gateways_of
from tests.chaos.wires import Wire, wire
from tests.redis_server import binaries, free_port

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-local-discord"
START_SECONDS = 90.0  # on a machine where everything else runs too
_AGAIN_SECONDS = 1.0


class Part:
    """One process. `ready` is a file that it writes, or a port that answers."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environment: dict[str, str], *, port: int = 0
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.starts = 0
        self.ended: list[tuple[float, int]] = []  # when it ended by itself, and its exit code
        self._command = command
        self._folder = folder
        self._ready = folder / f"{name}.ready"
        self._environment = environment
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start it, and return when it is ready."""
        self._wanted = True
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.name}")
        await self.is_ready()

    async def is_ready(self) -> None:
        """Return when it is ready. Raises TimeoutError."""
        async with asyncio.timeout(START_SECONDS):
            while not await self._answers():  # noqa: ASYNC110 - a process tells nobody
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Kill it with -9; it stays down."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Stop it as an operator does; its exit code, -9 if it had to be killed."""
        return await self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Stop its clock."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    async def _end(self, number: signal.Signals) -> int:
        self._wanted = False
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            self._signal(number)
            self._signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(20):
                return await process.wait()
        except TimeoutError:
            process.kill()
            return await process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def _spawn(self) -> None:
        self._ready.unlink(missing_ok=True)
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=self._folder, env=self._environment, stdout=log, stderr=log
            )

    async def _keep(self) -> None:
        """Start it again whenever it ends by itself."""
        while self._wanted and self._process is not None:
            code = await self._process.wait()
            if self._wanted:
                self.ended.append((time.time(), code))
                await asyncio.sleep(_AGAIN_SECONDS)
                await self._spawn()

    async def _answers(self) -> bool:
        if self.pid is None:
            return False
        if not self._port:
            return self._ready.exists()
        try:
            async with asyncio.timeout(1):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(b"PING\r\n")
                answer = await reader.read(16)
                writer.close()
        except OSError:
            return False
        return answer.startswith(b"+PONG")


@dataclass(frozen=True)
class Stack:
    """Everything, running. Ports are the programs' own: people and the checker speak past the wires."""

    parts: dict[str, Part]
    wires: dict[str, Wire]
    gateways: tuple[str, ...]
    workers: tuple[str, ...]
    redis_port: int
    discord_port: int

    @property
    def discord(self) -> str:
        """Where people find Discord."""
        return f"http://127.0.0.1:{self.discord_port}"


@asynccontextmanager
async def stack(folder: Path, *, fsync: str, tgi: str, gateways: int) -> AsyncIterator[Stack]:
    """Start everything in a folder and register the commands.

    `tgi`: "scripted", or "small" for the small model.
    """
    names, workers = gateways_of(gateways), WORKERS
    ports = {each: free_port() for each in ("redis", "discord", "tgi")}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STORYROOM_")}
    clean["PYTHONPATH"] = str(ROOT)
    shards = {"STORYROOM_SHARDS": str(gateways), "STORYROOM_SHARD_IDS": "leased"} if gateways > 1 else {}
    first, idle, probe = ("8", "4", "3") if tgi == "scripted" else ("60", "20", "20")
    patience = {
        "STORYROOM_FIRST_TOKEN_SECONDS": first,
        "STORYROOM_IDLE_SECONDS": idle,
        "STORYROOM_TGI_PROBE_SECONDS": probe,
    }
    redis = [binaries()["valkey"], "--port", str(ports["redis"]), "--bind", "127.0.0.1", "--save", ""]
    redis += ["--appendonly", "yes", "--appendfsync", fsync, "--dir", "redis"]
    discord = [sys.executable, "-m", "bot.local_discord", "--port", str(ports["discord"])]
    discord += [
        "--bot-token",
        TOKEN,
        "--state",
        "discord.state",
        "--identify-interval",
        "0.1",
        "--heartbeat-interval",
        "5",
    ]
    discord += ["--ready-file", "discord.ready"]
    model = ["-m", "tests.chaos.tgi"] if tgi == "scripted" else ["-m", "tgi", "serve"]
    model = [sys.executable, *model, "--port", str(ports["tgi"]), "--ready-file", "tgi.ready"]
    async with AsyncExitStack() as running:
        parts = {
            "redis": Part("redis", redis, folder, clean, port=ports["redis"]),
            "discord": Part("discord", discord, folder, clean),
            "tgi": Part("tgi", model, folder, clean),
        }
        wires: dict[str, Wire] = {}
        for caller in (*names, *workers):
            for server, port in ports.items():
                name = f"{caller}-{server}"
                wires[name] = await running.enter_async_context(wire(name, port))
            answers = caller in names
            command = [sys.executable, "-m", "bot", "run" if answers else "worker"]
            command += ["--ready-file", f"{caller}.ready"]
            parts[caller] = Part(
                caller, command, folder, clean | _settings(caller, wires) | patience | shards
            )
        running.push_async_callback(_stop_all, parts)
        for name in ("redis", "discord", "tgi"):
            await parts[name].start()
        await _sync(folder, clean | _settings(names[0], wires))
        await asyncio.gather(*(parts[name].start() for name in (*names, *workers)))
        if gateways > 1:
            await _share_out([parts[name].log for name in names])
        yield Stack(parts, wires, names, workers, ports["redis"], ports["discord"])


def _settings(caller: str, wires: dict[str, Wire]) -> dict[str, str]:
    ports = {server: wires[f"{caller}-{server}"].port for server in ("redis", "discord", "tgi")}
    return {
        "STORYROOM_DISCORD_TOKEN": TOKEN,
        "STORYROOM_DISCORD_API": f"http://127.0.0.1:{ports['discord']}/api/v10",
        "STORYROOM_DISCORD_GATEWAY": f"ws://127.0.0.1:{ports['discord']}/gateway/",
        "STORYROOM_REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
        "STORYROOM_TGI_URLS": f"http://127.0.0.1:{ports['tgi']}",
        "STORYROOM_WORKER": "false",
        "STORYROOM_LEASE_SECONDS": str(LEASE_SECONDS),
        "STORYROOM_TGI_CONNECT_SECONDS": "2",
    }


async def _share_out(logs: Sequence[Path]) -> None:
    """Return when every gateway has had a shard."""
    async with asyncio.timeout(START_SECONDS):
        while not all([await asyncio.to_thread(_has_a_shard, log) for log in logs]):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.2)


def _has_a_shard(log: Path) -> bool:
    return b'"gateway.shard_ready"' in log.read_bytes()


async def _sync(folder: Path, environment: dict[str, str]) -> None:
    with (folder / "sync.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "commands", "sync"),
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    if await process.wait():
        raise RuntimeError((folder / "sync.log").read_text("utf-8"))


async def _stop_all(parts: dict[str, Part]) -> None:
    """Gateways and workers first, so that none of them sees the others go."""
    for name in sorted(parts, key=lambda each: each in ("redis", "discord", "tgi")):
        await parts[name].kill()
