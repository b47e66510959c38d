"""The window itself: who one is, in which language, on which screen, with which keys, connected or not."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.local_discord.seed import ANA, BO, CHEN, GAMES, WRITERS_ROOM
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_one_click_makes_the_window_somebody_else(window: Open) -> None:
    page = await window()
    await page.get_by_role("link", name="Speak as Bo").click()
    await page.wait_for_selector(f'body[data-ready="{BO}"]')
    assert f"user={BO}" in page.url
    await say(page, "It is me, Bo")
    await expect(page.locator(f"{LAST} .author").first).to_have_text("Bo")
    await page.go_back()
    await page.wait_for_selector(f'body[data-ready="{ANA}"]')


async def test_a_language_is_the_persons_own(window: Open) -> None:
    page = await window(CHEN)
    await page.locator(".message-box").press_sequentially("/")
    await expect(page.get_by_role("option", name=re.compile("房间 开启"))).to_contain_text("开一间创作室")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("button", name="Pinned messages", exact=True)).to_be_visible()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("button", name="标注消息", exact=True)).to_be_visible()


async def test_a_lost_connection_is_said_and_made_good(window: Open, stage: Stage) -> None:
    page = await window()
    await page.context.set_offline(offline=True)
    stage.discord.parts.people.close()
    await expect(page.locator(".banner")).to_contain_text("Connection lost")
    await stage.bot.channel(WRITERS_ROOM).send("said meanwhile")
    await page.context.set_offline(offline=False)
    await expect(page.locator(f"{LAST} .content")).to_contain_text("said meanwhile")
    await expect(page.locator(".banner")).to_contain_text("Connected again")


async def test_on_a_phone_the_channels_are_a_drawer(window: Open) -> None:
    page = await window(width=360, height=740)
    await expect(page.locator(".sidebar")).not_to_be_in_viewport()
    await page.get_by_role("button", name="Show channels").click()
    await page.locator(".sidebar a", has_text="games").click()
    await expect(page.locator(".sidebar")).not_to_be_in_viewport()
    await expect(page.locator(".channel-title h2")).to_have_text("games")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_page_says_what_it_is(window: Open) -> None:
    page = await window()
    await page.get_by_role("button", name=re.compile("What is this")).click()
    dialog = page.get_by_role("dialog", name="What is this?")
    for words in (
        "stand-in",
        "135 million parameters",
        "English only",
        "8 GPUs",
        "STORYROOM_TGI_URLS",
        "STORYROOM_DISCORD_TOKEN",
    ):
        await expect(dialog).to_contain_text(words)


async def test_keys_alone_reach_a_message_and_its_menu(window: Open) -> None:
    page = await window()
    await say(page, "An older line")
    await say(page, "The line that is meant")
    await expect(page.locator(f"{LAST} .content")).to_have_text("The line that is meant")
    await page.locator(".log").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowDown")
    more = page.get_by_role("button", name="More", exact=True).last
    for _ in range(6):  # past the other things that a message offers
        await page.keyboard.press("Tab")
        if await more.evaluate("button => button === document.activeElement"):
            break
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name="Add to the story")
    for _ in range(20):
        if await item.evaluate("item => item === document.activeElement"):
            break
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST}.ephemeral .content")).to_have_text("Added: The line that is meant")


async def test_another_persons_typing_is_shown(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    await bo.locator(".message-box").press_sequentially("Once")
    await expect(ana.locator(".typing")).to_contain_text("Bo is typing")
    await bo.keyboard.press("Enter")
    await expect(ana.locator(".typing")).to_be_empty()
