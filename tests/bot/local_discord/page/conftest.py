"""One local Discord, one bot and one browser for all of the page's tests; a window of its own for each."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from playwright.async_api import BrowserContext, Page, Request, async_playwright, expect

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.page.bot import PageBot

__all__ = ["Open", "Stage"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_WHY_NOT = "no Chromium found: install chromium or name one in STORYROOM_CHROMIUM; the page was not tried"
_DEADLINE = 1.5  # instead of Discord's 3 s: several tests wait for it to pass
_PATIENCE_MS = 15000  # a busy machine is not a failure

Open = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class Stage:
    """What stands for all of the page's tests."""

    discord: LocalDiscord
    bot: PageBot
    browser: BrowserContext


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage() -> AsyncIterator[Stage]:
    """The server, the bot and the browser."""
    chromium = _chromium()
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    options = Options(deadline=_DEADLINE, rate_limits=False)
    async with LocalDiscord(options) as local, async_playwright() as playwright:
        Route.BASE = f"{local.url}/api/v10"
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(local.url.replace("http", "ws", 1)) / "gateway/"
        bot = PageBot()
        expect.set_options(timeout=_PATIENCE_MS)
        await bot.login(options.bot_token)
        running = asyncio.create_task(bot.connect(), name="page bot")
        browser = await playwright.chromium.launch(executable_path=chromium, args=_ARGS)
        try:
            async with asyncio.timeout(20):
                await bot.wait_until_ready()
            yield Stage(local, bot, await browser.new_context())
        finally:
            await browser.close()
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest_asyncio.fixture(loop_scope="package")
async def window(stage: Stage) -> AsyncIterator[Open]:
    """Opens windows; a script's error, or a request to another host, in any of them fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []
    local = stage.discord.url

    def asked(request: Request) -> None:
        if not request.url.startswith((local, "data:")):
            complaints.append(f"asked {request.url}")

    async def open_window(
        user: str = ANA, channel: str = WRITERS_ROOM, *, width: int = 1280, height: int = 800
    ) -> Page:
        page = await stage.browser.new_page()
        pages.append(page)
        await page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(_PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", asked)
        await page.goto(f"{local}/?user={user}&channel={channel}")
        await page.wait_for_selector(f'body[data-ready="{user}"]')
        return page

    yield open_window
    for page in pages:
        await page.close()
    await stage.browser.set_offline(offline=False)
    assert not complaints


def _chromium() -> str:
    found = os.environ.get("STORYROOM_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(_WHY_NOT)
    return found
