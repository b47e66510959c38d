"""The whole bot on one event loop: a local Discord, the app of `bot.app`, a real Redis, a scripted TGI.

A test asks for the fixtures `stage` and the people it needs (`ana`, `bo`, `chen` who reads Chinese, `dee`),
and reads as a scene:

    async def test_a_premise_is_told_to_the_room(ana: Person, bo: Person) -> None:
        room = await ana.opens("The Dry Well")
        await ana.command(room, "premise add", kind="setting", text="A valley without rain")
        await bo.sees("**Ana** added Setting **1**: A valley without rain")

What people do and see is in `person.py`; what stands in a message, in `reading.py`. On the stage: `stage.tgi`
(what it was asked, what it answers next), `stage.room(id)` (the room as Redis has it), `stage.restart()` (the
app is taken down and built again), `stage.redeliver(interaction)`, `stage.fault(…)`, `stage.ledger(…)` and
`stage.remove(…)` (the local Discord's control API), `stage.app`. A module or class that needs another stage
overrides the fixture `staging` with its own `Staging`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
from discord import gateway, http

from bot.app import App, build
from bot.local_discord.limits.sizes import Limits, Size
from bot.local_discord.limits.table import RULES
from bot.local_discord.parts import Options
from bot.local_discord.server import LocalDiscord
from bot.settings import Settings
from bot.store.edits import EDITS_SECONDS
from bot.story.room import Room
from tests.bot.chat.person import Person
from tests.bot.local_discord.spec.documents import assert_nothing_undocumented, held
from tests.bot.writing.scripted_tgi import ScriptedTgi

_READY_SECONDS = 10.0
_QUICKER = (
    25  # a bucket of five in five seconds is full again after 0.2 s: what it does is seen, nobody waits
)

QUICK_LIMITS = Limits(
    buckets={name: Size(limit=rule.limit, seconds=rule.seconds / _QUICKER) for name, rule in RULES.items()}
)
"""Discord's limits, in a hurry."""


@dataclass(frozen=True)
class Staging:
    """How a stage is set. `every`: the least seconds between two edits of a live message."""

    discord: Options = field(default_factory=lambda: Options(identify_interval=0.0, limits=QUICK_LIMITS))
    settings: Mapping[str, Any] = field(default_factory=dict)
    every: float = 0.05
    trace: aiohttp.TraceConfig | None = None  # sees every REST request of the bot


class Stage:
    """The parts, running."""

    def __init__(
        self,
        local: LocalDiscord,
        tgi: ScriptedTgi,
        browser: aiohttp.ClientSession,
        redis_url: str,
        staging: Staging,
    ) -> None:
        self.local = local
        self.tgi = tgi
        self.app: App
        self._browser = browser
        self._redis_url = redis_url
        self._staging = staging
        self._running: AsyncExitStack | None = None
        self._people: list[Person] = []

    async def person(self, user: str) -> Person:
        """Somebody at their client, until the stage is struck."""
        person = Person(self._browser, self.local.url, user)
        self._people.append(person)
        return await person.open()

    async def room(self, room: str) -> Room:
        """The room as it stands in Redis."""
        found = await self.app.rooms.read(room)
        assert found is not None
        return found

    async def start(self) -> None:
        """Build the app and run it; returns when it is on the gateway."""
        async with AsyncExitStack() as parts:
            self.app = await parts.enter_async_context(build(self._settings()))
            self._hurry(self.app)
            ready = asyncio.Event()
            self.app.client.when_ready(ready.set)
            await self.app.client.sign_in(self.local.parts.options.bot_token)
            await parts.enter_async_context(_running(self.app, ready))
            self._running = parts.pop_all()

    async def stop(self) -> None:
        """Take the app down as a signal does."""
        if self._running is not None:
            await self._running.aclose()
            self._running = None

    async def restart(self) -> None:
        """Take the app down and build it again: nothing is left of it in memory."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """People go home, and the app is taken down."""
        await self.stop()
        for person in self._people:
            await person.close()

    async def redeliver(self, interaction: str) -> None:
        """Have Discord deliver an interaction a second time."""
        await self._control("POST", f"/interactions/{interaction}/redeliver")

    async def fault(self, route: str, *, count: int = 1, status: int = 0, delay: float = 0.0) -> None:
        """Let the next requests of a route fail or be late; "" for any, else as the ledger names it."""
        if delay:
            await self._control("POST", "/faults", kind="latency", route=route, count=count, seconds=delay)
        if status:
            await self._control("POST", "/faults", kind="failure", route=route, count=count, status=status)

    async def ledger(self, route: str = "") -> list[dict[str, Any]]:
        """The bot's REST requests so far, of one route if given."""
        found: list[dict[str, Any]] = await self._control("GET", f"/ledger?route={route}")
        return found

    async def remove(self, channel: str, message: str | None = None) -> None:
        """Remove a thread, or a message, whoever's it is."""
        await self._control("DELETE", f"/channels/{channel}" + (f"/messages/{message}" if message else ""))

    async def _control(self, method: str, path: str, **body: Any) -> Any:
        url = f"{self.local.url}/control/v1{path}"
        async with self._browser.request(method, url, json=body or None) as reply:
            reply.raise_for_status()
            return await reply.json() if reply.content_type == "application/json" else None

    def _settings(self) -> Settings:
        return Settings(
            _env_file=None,
            **{
                "discord_api": f"{self.local.url}/api/v10",
                "discord_gateway": f"ws://127.0.0.1:{self.local.port}/gateway/",
                "redis_url": self._redis_url,
                "tgi_urls": self.tgi.url,
                **self._staging.settings,
            },
        )

    def _hurry(self, app: App) -> None:
        """Spare a test the waits that only spare Discord; nothing else of the app is touched."""
        app.client._connection.guild_ready_timeout = 0.05
        desk = app.client._desk
        assert desk is not None
        desk.boards._every = desk.rounds._every = self._staging.every
        if self._staging.discord.limits == QUICK_LIMITS:
            edits = desk.boards._posts._edits
            assert edits is not None
            edits.seconds = EDITS_SECONDS / _QUICKER
        if self._staging.trace is not None:
            app.client.http.http_trace = self._staging.trace


@asynccontextmanager
async def staged(redis_url: str, staging: Staging) -> AsyncIterator[Stage]:
    """Everything started, the commands registered."""
    async with AsyncExitStack() as parts:
        parts.enter_context(_addresses_put_back())
        local = await parts.enter_async_context(LocalDiscord(held(staging.discord)))
        tgi = await parts.enter_async_context(ScriptedTgi())
        browser = await parts.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        )
        stage = Stage(local, tgi, browser, redis_url, staging)
        parts.push_async_callback(stage.close)
        await stage.start()
        await stage.app.client.sync(None)
        yield stage
    assert_nothing_undocumented(local)


@asynccontextmanager
async def _running(app: App, ready: asyncio.Event) -> AsyncIterator[None]:
    running = asyncio.create_task(app.run(answers=True, writes=True), name="app")
    try:
        waiting = asyncio.create_task(ready.wait(), name="ready")
        await asyncio.wait({waiting, running}, timeout=_READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if running.done():
            await running
        assert ready.is_set()
        yield
        assert not running.done(), "the app ended by itself"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await _let_discord_py_end()


async def _let_discord_py_end() -> None:
    """discord.py starts a task for each event and keeps none of them: let them end before the loop does."""
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith(("discord", "CommandTree"))]
    if left:
        await asyncio.wait(left, timeout=5)


@contextmanager
def _addresses_put_back() -> Iterator[None]:
    """The app points discord.py's classes at the local Discord; afterwards they are as before."""
    before = http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY
    warn = discord.VoiceClient.warn_nacl, discord.VoiceClient.warn_dave
    try:
        yield
    finally:
        http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY = before
        discord.VoiceClient.warn_nacl, discord.VoiceClient.warn_dave = warn
