"""Threads beside their channel, the list of them, and what may be done to them."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.local_discord.seed import ANA, BO, CHEN, DEE, GAMES, WRITERS_ROOM
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")

IN_PANE = ".pane .message-list > .message:last-child"


async def _start(page: Page, name: str, *, private: bool = False, first: str = "") -> None:
    await page.get_by_role("button", name="Threads", exact=True).click()
    await page.get_by_role("button", name="Create thread").click()
    dialog = page.get_by_role("dialog", name="Create thread")
    await dialog.get_by_label("Thread name").fill(name)
    if private:
        await dialog.get_by_label("Private thread").check()
    if first:
        await dialog.get_by_label("First message").fill(first)
    await dialog.get_by_role("button", name="Create thread").click()
    await expect(page.locator(".pane h2").first).to_have_text(name)


async def _choose(page: Page, item: str) -> None:
    await page.locator(".pane").get_by_role("button", name="Thread options").click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


async def test_a_thread_stands_beside_its_channel_with_a_box_of_its_own(window: Open) -> None:
    page = await window(channel=GAMES)
    await say(page, "In the channel")
    await _start(page, "Round one", first="In the thread")
    await expect(page.locator(f"{IN_PANE} .content")).to_have_text("In the thread")
    channel = page.locator(".centre")
    await expect(channel.locator(".message .content").last).to_be_visible()
    await page.locator(".pane .message-box").fill("A second word")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{IN_PANE} .content")).to_have_text("A second word")
    await expect(channel.get_by_text("A second word")).to_have_count(0)
    await channel.locator(".message-box").fill("And here the channel goes on")
    await page.keyboard.press("Enter")
    await expect(channel.locator(f"{LAST} .content")).to_have_text("And here the channel goes on")
    await expect(page.locator(f"{IN_PANE} .content")).to_have_text("A second word")
    await page.reload()
    await expect(page.locator(f"{IN_PANE} .content")).to_have_text("A second word")
    await page.locator(".pane").get_by_role("button", name="Open in full").click()
    await expect(page.locator(".channel-title h2")).to_have_text("Round one")
    await expect(page.locator(".pane")).not_to_be_visible()
    await page.go_back()
    await expect(page.locator(f"{IN_PANE} .content")).to_have_text("A second word")
    await page.locator(".pane").get_by_role("button", name="Close", exact=True).click()
    await expect(page.locator(".pane")).not_to_be_visible()


async def test_a_command_works_in_the_thread_beside_its_channel(window: Open) -> None:
    page = await window(channel=GAMES)
    await _start(page, "Commands here")
    await page.locator(".pane .message-box").press_sequentially("/board ")
    await page.keyboard.press("Enter")
    await page.locator(f'{IN_PANE} [data-custom-id="count"]').click()
    await expect(page.locator(f"{IN_PANE} .content")).to_contain_text("Pressed by Ana")


async def test_a_private_thread_is_seen_by_those_who_were_added(window: Open) -> None:
    bo, chen = await window(BO, GAMES), await window(CHEN, GAMES)
    await _start(bo, "Between Bo and Chen", private=True)
    link = chen.locator(".sidebar a", has_text="Between Bo and Chen")
    await expect(link).to_have_count(0)
    await _choose(bo, "Add people")
    dialog = bo.get_by_role("dialog", name="Add people")
    await dialog.get_by_role("button", name="Chen").click()
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await link.click()
    await expect(chen.locator(".pane h2").first).to_have_text("Between Bo and Chen")


async def test_a_thread_is_renamed_closed_listed_and_opened_again(window: Open) -> None:
    page = await window(channel=GAMES)
    await _start(page, "A working title")
    await _choose(page, "Rename")
    await page.get_by_role("dialog", name="Rename").get_by_label("Thread name").fill("The title")
    await page.keyboard.press("Enter")
    await expect(page.locator(".pane h2").first).to_have_text("The title")
    await _choose(page, "Close thread")
    await expect(page.locator(".pane .tag.state")).to_have_text("Closed")
    await page.locator(".pane").get_by_role("button", name="Close", exact=True).click()
    await expect(page.locator(".sidebar a", has_text="The title")).to_have_count(0)
    await page.get_by_role("button", name="Threads", exact=True).click()
    panel = page.get_by_role("dialog", name="Threads")
    await panel.get_by_role("button", name=re.compile("Closed")).click()
    await panel.get_by_role("button", name=re.compile("The title")).click()
    await _choose(page, "Open again")
    await expect(page.locator(".pane .tag.state")).to_have_count(0)
    await expect(page.locator(".sidebar a", has_text="The title")).to_be_visible()


async def test_only_those_who_may_are_offered_to_lock(window: Open, stage: Stage) -> None:
    message = await stage.bot.channel(WRITERS_ROOM).send("A line to talk about")
    thread = await message.create_thread(name="Talk")
    ana = await window(ANA, thread=str(thread.id))
    dee = await window(DEE, thread=str(thread.id))
    await dee.locator(".pane").get_by_role("button", name="Thread options").click()
    await expect(dee.get_by_role("menuitem", name="Join")).to_be_visible()
    await expect(dee.get_by_role("menuitem", name="Lock thread")).to_have_count(0)
    await dee.get_by_role("menuitem", name="Join").click()
    await dee.locator(".pane").get_by_role("button", name="Thread options").click()
    await expect(dee.get_by_role("menuitem", name="Leave")).to_be_visible()
    await dee.keyboard.press("Escape")
    await _choose(ana, "Lock thread")
    await expect(ana.locator(".pane .tag.state")).to_have_text(["Closed", "Locked"])
    await expect(dee.locator(".pane .message-box")).not_to_be_editable()


async def test_a_thread_that_is_removed_closes_its_pane(window: Open, stage: Stage) -> None:
    message = await stage.bot.channel(WRITERS_ROOM).send("A short-lived talk")
    thread = await message.create_thread(name="Short-lived")
    page = await window(thread=str(thread.id))
    await expect(page.locator(".pane h2").first).to_have_text("Short-lived")
    await thread.delete()
    await expect(page.locator(".pane")).not_to_be_visible()
    assert "thread=" not in page.url
