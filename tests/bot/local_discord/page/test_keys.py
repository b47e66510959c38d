"""The keyboard alone: everything a person does, without a mouse."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.local_discord.seed import CLASS, WELCOME, WRITERS_ROOM
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_whole_visit_without_a_mouse(window: Open, stage: Stage) -> None:
    page = await window(channel=WELCOME)
    keys = page.keyboard
    stage.bot.heard.clear()
    await keys.press("Control+k")
    await keys.type("clas")
    await keys.press("Enter")
    await expect(page.locator(".channel-title h2")).to_have_text("class")
    await expect(page.locator(".message-box")).to_be_focused()
    await keys.type("/board ")
    await keys.press("Enter")
    button = page.locator(f'{LAST} [data-custom-id="ask"]')
    await expect(button).to_be_visible()
    await page.locator(".log").focus()
    await keys.press("ArrowUp")
    for _ in range(12):
        await keys.press("Tab")
        if await button.evaluate("button => button === document.activeElement"):
            break
    await keys.press("Enter")
    dialog = page.get_by_role("dialog", name="A premise")
    await expect(dialog.get_by_role("combobox").first).to_be_focused()
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await keys.press("Tab")
    await keys.type("A keeper who hears the sea answer.")
    await keys.press("Control+Enter")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(f"{LAST} .content")).to_contain_text("A keeper who hears the sea answer.")
    assert stage.bot.heard[-1][1] == "A keeper who hears the sea answer."


async def test_channels_and_servers_are_walked_with_the_arrow_keys(window: Open) -> None:
    page = await window(channel=WRITERS_ROOM)
    await say(page, "A line of one's own, which an arrow key would edit")
    page = await window(channel=WELCOME)
    title = page.locator(".channel-title h2")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(title).to_have_text("writers-room")
    await page.keyboard.press("Alt+ArrowUp")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(title).to_have_text("producers")
    await page.keyboard.press("Control+Alt+ArrowDown")
    await expect(page.locator(".server h1")).to_have_text("Film Club")


async def test_the_keys_are_listed_and_escape_goes_back(window: Open) -> None:
    page = await window(channel=CLASS)
    await page.locator(".channels .here").focus()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(".channels .here")).to_be_focused()


async def test_the_first_tab_stop_skips_to_the_message_box(window: Open) -> None:
    page = await window()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator(".message-box")).to_be_focused()


async def test_f6_goes_round_the_parts_of_the_page_and_focus_is_seen(window: Open) -> None:
    page = await window()
    where = "document.activeElement.closest('.rail, .channels, .centre, .members')?.className"
    seen = []
    for _ in range(4):
        await page.keyboard.press("F6")
        seen.append(await page.evaluate(where))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        box = await page.evaluate("document.activeElement.matches('.message-box')")
        assert box or await page.evaluate(outline) != "none"
    assert sorted(seen) == ["centre", "channels", "members", "rail"]


async def test_escape_closes_the_thread_one_is_in(window: Open, stage: Stage) -> None:
    message = await stage.bot.channel(CLASS).send("Talk about it")
    thread = await message.create_thread(name="About it")
    page = await window(channel=CLASS, thread=str(thread.id))
    await page.locator(".pane .message-box").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator(".pane")).not_to_be_visible()
    await expect(page.locator(".message-box")).to_be_focused()
