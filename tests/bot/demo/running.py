"""A demo in a process of its own, with stand-ins for the parts that a test does not look at."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

from bot.demo.options import DemoOptions, PartCommands

ROOT = Path(__file__).parents[3]

# What a part does as far as the demo can see: it writes its ready file (and the port it was given) and stays.
_SERVES = """
import json, os, socket, sys, time
ready, port = sys.argv[1], int(sys.argv[2])
server = socket.create_server(("127.0.0.1", port))
with open(ready + ".new", "w") as file:
    json.dump({"port": server.getsockname()[1], "pid": os.getpid()}, file)
os.replace(ready + ".new", ready)
time.sleep(600)
"""
_DEMO = """
import asyncio, sys
from bot.demo import DemoOptions, run_demo
sys.exit(asyncio.run(run_demo(DemoOptions.model_validate_json(sys.argv[1]))))
"""

STANDS_IN = (sys.executable, "-S", "-c", _SERVES, "{ready}", "{port}")
FAILS = (sys.executable, "-S", "-c", "print('the first words'); raise SystemExit('no model here')")
STAND_INS = PartCommands(fetch=(), sync=(), tgi=STANDS_IN, discord=STANDS_IN, bot=STANDS_IN)


def stand_ins(**others: tuple[str, ...]) -> PartCommands:
    """Stand-ins for everything but Redis and what is given."""
    return STAND_INS.model_copy(update=others)


class RunningDemo:
    """A demo that runs, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.said = ""

    async def says(self, words: str) -> str:
        """Wait until it says the words; the line that they are in."""
        assert self.process.stdout is not None
        while True:
            raw = await self.process.stdout.readline()
            assert raw, f"it ended without saying {words!r}:\n{self.said}"
            line = raw.decode()
            self.said += line
            if words in line:
                return line

    async def ends(self) -> int:
        """Wait until it has ended; its exit code."""
        assert self.process.stdout is not None
        self.said += (await self.process.stdout.read()).decode()
        return await self.process.wait()

    def pids(self) -> dict[str, int]:
        """The processes that it wrote down, by name."""
        listed = json.loads((self.folder / "processes.json").read_text("utf-8"))
        return {one["name"]: one["pid"] for one in listed["processes"]}


@asynccontextmanager
async def running(
    folder: Path, commands: PartCommands = STAND_INS, **options: object
) -> AsyncIterator[RunningDemo]:
    """Start a demo; it and what it started are gone at the end."""
    told = DemoOptions.model_validate({"folder": folder, "commands": commands, **options})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _DEMO, told.model_dump_json()),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    demo = RunningDemo(process, folder)
    try:
        yield demo
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(10):
            await demo.ends()


async def all_end(pids: list[int], within: float = 5) -> bool:
    """Whether these processes are gone within so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while any(_lives(pid) for pid in pids):  # noqa: ASYNC110 - processes set no event
                await asyncio.sleep(0.02)
    return not any(_lives(pid) for pid in pids)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
