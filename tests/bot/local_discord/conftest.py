"""A local Discord on a free port, people at their clients, and a bot on discord.py that is pointed at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import gateway, http

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, BO, CHEN
from bot.local_discord.server import LocalDiscord

from .asking import Asker
from .person import Person
from .spec.documents import assert_nothing_lenient, held
from .story_bot import StoryBot


@pytest.fixture
def options() -> Options:
    """A short deadline: what is late is late soon. Bots may identify as often as they like."""
    return Options(deadline=1.0, identify_interval=0.0)


@pytest.fixture
async def local(options: Options) -> AsyncIterator[LocalDiscord]:
    """Held to Discord's own document, where the environment names it."""
    async with LocalDiscord(held(options)) as discord_here:
        yield discord_here
    assert_nothing_lenient(discord_here)


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client:
        yield client


@pytest.fixture
def asks(local: LocalDiscord, browser: aiohttp.ClientSession) -> Asker:
    """A client that speaks plain HTTP."""
    return Asker(browser, local.url, local.parts.options.bot_token)


@pytest.fixture
async def meet(
    local: LocalDiscord, browser: aiohttp.ClientSession
) -> AsyncIterator[Callable[[str], Awaitable[Person]]]:
    people: list[Person] = []

    async def at_their_client(user: str) -> Person:
        people.append(await Person(browser, local.url, user).open())
        return people[-1]

    yield at_their_client
    for person in people:
        await person.close()


@pytest.fixture
async def ana(meet: Callable[[str], Awaitable[Person]]) -> Person:
    return await meet(ANA)


@pytest.fixture
async def bo(meet: Callable[[str], Awaitable[Person]]) -> Person:
    return await meet(BO)


@pytest.fixture
async def chen(meet: Callable[[str], Awaitable[Person]]) -> Person:
    return await meet(CHEN)


@pytest.fixture
def pointed(local: LocalDiscord) -> Iterator[LocalDiscord]:
    """discord.py's class attributes point at the local Discord, and are put back."""
    before = http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY
    http.Route.BASE = f"{local.url}/api/v10"
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{local.port}/gateway/")
    yield local
    http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.fixture
async def launch(pointed: LocalDiscord) -> AsyncIterator[Callable[..., Awaitable[StoryBot]]]:
    running: list[tuple[StoryBot, asyncio.Task[None]]] = []

    async def start(
        intents: discord.Intents | None = None, token: str = "", trace: aiohttp.TraceConfig | None = None
    ) -> StoryBot:
        bot = StoryBot(intents, trace)
        task = asyncio.create_task(bot.start(token or pointed.parts.options.bot_token), name="story-bot")
        running.append((bot, task))
        ready = asyncio.create_task(bot.greeted.wait())
        done, _ = await asyncio.wait({ready, task}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task in done:
            await task
        assert ready in done
        return bot

    yield start
    for bot, task in running:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)
    # discord.py starts a task for each event and keeps none of them: let them end before the loop does.
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith(("discord", "CommandTree"))]
    if left:
        await asyncio.wait(left, timeout=2)


@pytest.fixture
async def bot(launch: Callable[..., Awaitable[StoryBot]]) -> StoryBot:
    """The bot, connected, its commands registered."""
    started: Any = await launch()
    await started.tree.sync()
    assert isinstance(started, StoryBot)
    return started
