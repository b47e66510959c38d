"""What messages, menus and dialogs look like to axe-core: no serious finding in either theme."""

from __future__ import annotations

import datetime as dt
import io
from typing import Literal

import discord
import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, expect

from bot.local_discord.seed import BO, GAMES
from tests.bot.local_discord.page.browser import findings
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.showcase import PICTURE, Layout, Selects, join
from tests.bot.local_discord.page.steps import LAST

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package", scope="module", autouse=True)
async def showcase(stage: Stage) -> None:
    """The bot has the commands and views of showcase.py."""
    await join(stage.bot)


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_what_a_bot_shows_has_no_serious_barrier(
    window: Open, stage: Stage, scheme: Literal["dark", "light"]
) -> None:
    page = await window(channel=GAMES, scheme=scheme)
    channel = stage.bot.channel(GAMES)
    await channel.send("# One\n-# two\n> three `four` ||five|| <t:1700000000:R> @everyone")
    files = [discord.File(io.BytesIO(PICTURE), "sea.png"), discord.File(io.BytesIO(b"# Story"), "story.md")]
    await channel.send(view=Layout(), files=files)
    await channel.send(view=Selects(discord.Object(int(BO))))
    poll = discord.Poll("Which ending?", dt.timedelta(hours=5))
    poll.add_answer(text="The sea wins")
    poll.add_answer(text="The keeper leaves")
    sent = await channel.send(poll=poll)
    await sent.add_reaction("🎬")
    await expect(page.locator(f"{LAST} .reaction").first).to_be_visible()
    assert await findings(page) == []
    await page.get_by_label("The sea wins").check()
    await page.get_by_role("button", name="Vote", exact=True).click()
    await expect(page.locator(f"{LAST} .result.mine")).to_be_visible()
    await page.locator(f"{LAST} .reaction").first.click()
    assert await findings(page) == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_what_one_writes_with_has_no_serious_barrier(
    window: Open, stage: Stage, scheme: Literal["dark", "light"]
) -> None:
    page = await window(channel=GAMES, scheme=scheme)
    await stage.bot.channel(GAMES).send("A line with a menu")
    await page.locator(f"{LAST} .content").click(button="right")
    assert await findings(page) == []
    await page.get_by_role("menuitem", name="Reply").click()
    files: list[FilePayload] = [{"name": "sea.png", "mimeType": "image/png", "buffer": PICTURE}]
    await page.locator(".composer-box .file-picker").first.set_input_files(files)
    await page.locator(".message-box").first.press_sequentially("@")
    await expect(page.get_by_role("option").first).to_be_visible()
    assert await findings(page) == []
    await page.get_by_role("button", name="Remove sea.png").click()
    await page.locator(".message-box").first.fill("")
    await page.get_by_role("button", name="Choose an emoji").first.click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.locator(".message-box").first.press_sequentially("/deliver ")
    await expect(page.locator(".command-form")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add something").first.click()
    await page.get_by_role("menuitem", name="Create a poll").click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.locator(".message-box").first.press_sequentially("/paperwork ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Paperwork")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("This field is required.").first).to_be_visible()
    assert await findings(page) == []
