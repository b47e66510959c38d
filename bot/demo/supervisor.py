"""Start the parts of a demo as soon as what they need is there; start again what dies; end them in order.

The order of things is here and nowhere else: weights before TGI; Redis and the local Discord before the bot
and its commands; the bot is told where TGI will be, because both take seconds to start.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from bot.demo.child import Child, Launch
from bot.demo.errors import DemoError, PartFailed
from bot.demo.folder import Folder
from bot.demo.options import DemoOptions
from bot.demo.parts import BOT, TGI, Part, Parts
from bot.demo.ports import free_from, is_free
from bot.demo.screen import Screen

_TRIES = 4  # ports, where the one chosen was taken in the meantime
_BACK_OFF = (0.2, 1.0, 2.0, 4.0, 8.0)  # seconds before a dead part is started again
_COUNTED = 60.0  # seconds for which a death is held against a part
_BOT_GRACE = 2.0  # seconds to end by itself; together below the five that ending may take
_OTHERS_GRACE = 1.5


class Supervisor:
    """The running parts of one demo."""

    def __init__(self, options: DemoOptions, folder: Folder, screen: Screen) -> None:
        self.addresses: dict[str, str] = {}
        self._options, self._folder, self._screen = options, folder, screen
        self._parts = Parts(options, folder)
        self._children: dict[str, Child] = {}
        self._running: dict[str, Part] = {}
        self._ready: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """Start everything; return when all of it is ready.

        Raises:
            PartFailed: a part did not start.

        """
        planned = self.addresses[TGI] = self._parts.planned_tgi
        try:
            async with asyncio.TaskGroup() as group:
                redis = group.create_task(self._start(self._parts.redis()), name="start redis")
                discord = group.create_task(self._start(self._parts.discord()), name="start discord")
                group.create_task(self._start_tgi(), name="start tgi")
                await asyncio.gather(redis, discord)
                if self._options.commands.sync:
                    group.create_task(self._start(self._parts.sync(self.addresses)), name="sync commands")
                group.create_task(self._start(self._parts.bot(self.addresses)), name="start bot")
            if self.addresses[TGI] != planned:  # its port was taken meanwhile, and the bot was told the other
                await self._children[BOT].stop(_BOT_GRACE)
                await self._start(self._parts.bot(self.addresses))
        except ExceptionGroup as failures:
            raise _first(failures) from None

    async def watch(self) -> None:
        """Start parts again when they die.

        Raises:
            PartFailed: a part died that cannot be started again, or died too often.

        """
        try:
            async with asyncio.TaskGroup() as group:
                for name, part in self._running.items():
                    group.create_task(self._keep(part), name=f"keep {name}")
        except ExceptionGroup as failures:
            raise _first(failures) from None

    def kill(self, name: str) -> None:
        """Kill a part (SIGKILL), as an accident would; `watch` starts it again."""
        self._ready[name].clear()
        self._children[name].kill()

    async def until_ready(self, name: str) -> None:
        """Wait until a part that was killed is ready again."""
        await self._ready[name].wait()

    async def stop(self) -> None:
        """End everything: the bot first, so that it can still say goodbye to the others."""
        if BOT in self._children:
            await self._children[BOT].stop(_BOT_GRACE)
        others = [child for name, child in self._children.items() if name != BOT]
        await asyncio.gather(*(child.stop(_OTHERS_GRACE) for child in others))

    async def _start_tgi(self) -> None:
        if self._options.commands.fetch:
            with self._screen.lent():
                await self._start(self._parts.fetch())
        await self._start(self._parts.tgi())

    async def _start(self, part: Part) -> None:
        began = time.monotonic()
        child = await self._launch(part)
        self._screen.part_ready(part.name, part.what, part.address(child.port), time.monotonic() - began)
        if part.task:
            await child.wait()
            del self._children[part.name]
            return
        self.addresses[part.name] = part.address(child.port)
        self._running[part.name] = part
        self._ready.setdefault(part.name, asyncio.Event()).set()

    async def _launch(self, part: Part) -> Child:
        """Spawn a part and wait until it is ready, on another port where the first was taken."""
        if part.first_port is None:
            return await self._spawn(part, None)
        ports = free_from(part.first_port)
        for _ in range(_TRIES - 1):
            port = next(ports)
            try:
                return await self._spawn(part, port)
            except PartFailed:
                if is_free(port):  # then the port was not what it died of
                    raise
        return await self._spawn(part, next(ports))

    async def _spawn(self, part: Part, port: int | None) -> Child:
        if part.ready is not None:
            part.ready.unlink(missing_ok=True)
        launch = Launch(
            part.name,
            part.argv(port, self._parts.token),
            log=self._folder.logs / f"{part.name}.log",
            cwd=part.cwd,
            environment=part.environment,
            shows=part.shows,
        )
        child = self._children[part.name] = Child(launch, self._folder)
        await child.until_ready(part.probe(port or 0), part.within)
        return child

    async def _keep(self, part: Part) -> None:
        deaths: deque[float] = deque()
        while True:
            child = self._children[part.name]
            await child.wait()
            self._ready[part.name].clear()
            now = time.monotonic()
            deaths.append(now)
            while deaths[0] < now - _COUNTED:
                deaths.popleft()
            await self._revive(part, child, len(deaths))

    async def _revive(self, part: Part, dead: Child, deaths: int) -> None:
        if not part.restarts:
            raise PartFailed(dead.obituary("ended, and what it kept in memory is gone with it"))
        if deaths > self._options.restarts:
            raise PartFailed(dead.obituary(f"died {deaths} times within {_COUNTED:g} s"))
        pause = _BACK_OFF[min(deaths, len(_BACK_OFF)) - 1]
        self._screen.say(f"  {part.name} ended unexpectedly; starting it again in {pause:g} s", "yellow")
        await asyncio.sleep(pause)
        began = time.monotonic()
        try:
            await self._spawn(part, dead.port)  # the others know it by this port
        except PartFailed as failure:
            self._screen.say(f"  {failure}", "yellow")
            await self._children[part.name].stop(_OTHERS_GRACE)  # its end is the next death
            return
        self._screen.say(f"  {part.name} is back after {time.monotonic() - began:.1f} s", "green")
        self._ready[part.name].set()


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    """The demo's own error among several, if there is one."""
    ours, _ = failures.split(DemoError)
    found: Exception = ours or failures
    while isinstance(found, ExceptionGroup):
        found = found.exceptions[0]
    return found
