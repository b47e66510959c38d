"""One local Discord, one bot and one browser for all of the page's tests; a window of its own for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.page.bot import PageBot
from tests.bot.local_discord.page.browser import ARGS, PATIENCE_MS, Complaints, chromium

__all__ = ["Open", "Stage"]

_DEADLINE = 1.5  # instead of Discord's 3 s: several tests wait for it to pass

Open = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class Stage:
    """What stands for all of the page's tests."""

    discord: LocalDiscord
    bot: PageBot
    browser: Browser


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage() -> AsyncIterator[Stage]:
    """The server, the bot and the browser."""
    executable = chromium()
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    options = Options(deadline=_DEADLINE, rate_limits=False)
    async with LocalDiscord(options) as local, async_playwright() as playwright:
        Route.BASE = f"{local.url}/api/v10"
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(local.url.replace("http", "ws", 1)) / "gateway/"
        bot = PageBot()
        expect.set_options(timeout=PATIENCE_MS)
        await bot.login(options.bot_token)
        running = asyncio.create_task(bot.connect(), name="page bot")
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGS)
        try:
            async with asyncio.timeout(20):
                await bot.wait_until_ready()
            yield Stage(local, bot, browser)
        finally:
            await browser.close()
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest_asyncio.fixture(loop_scope="package")
async def window(stage: Stage) -> AsyncIterator[Open]:
    """Opens windows of one browser; an error in any of them fails the test."""
    contexts: dict[str, BrowserContext] = {}
    complaints = Complaints(stage.discord.url)

    async def open_window(
        user: str = ANA,
        channel: str = WRITERS_ROOM,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["dark", "light"] = "dark",
        **place: str,
    ) -> Page:
        if scheme not in contexts:
            contexts[scheme] = await stage.browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = await contexts[scheme].new_page()
        await page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        complaints.listen(page)
        query = urlencode({"user": user, "channel": channel, **place})
        await page.goto(f"{stage.discord.url}/?{query}")
        await page.wait_for_selector(f'body[data-ready="{user}"]')
        return page

    yield open_window
    for context in contexts.values():
        await context.close()
    assert complaints == []
