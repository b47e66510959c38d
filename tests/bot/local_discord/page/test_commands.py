"""Commands from the message box and from a message's menu."""

from __future__ import annotations

import re

import discord
import pytest
from playwright.async_api import expect

from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, board, command, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_slash_command_is_completed_with_its_options(window: Open) -> None:
    page = await window()
    box = page.locator(".message-box")
    await box.press_sequentially("/room")
    await expect(page.get_by_role("option", name=re.compile("room open"))).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Lighthouse")
    await page.keyboard.press("Tab")
    await page.keyboard.type("form")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    for name, value in (("takes", "3"), ("private", "tru"), ("friend", "bo")):
        await page.locator(".command-more").click()
        await page.keyboard.type(name)
        await page.keyboard.press("Enter")
        await page.keyboard.type(value)
        if name != "takes":
            await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_have_text("Lighthouse / series / 3 / True / Bo")
    await expect(page.locator(f"{LAST} .above")).to_contain_text("Ana used /room open")


async def test_values_that_discord_would_refuse_are_refused_before_they_are_sent(window: Open) -> None:
    page = await window()
    title, takes = page.locator('[data-option="title"]'), page.locator('[data-option="takes"]')
    await page.locator(".message-box").press_sequentially("/room open ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title")).to_contain_text("This option is required")
    await title.fill("A title of more than twenty characters")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title")).to_contain_text("20 characters or fewer")
    await title.fill("Tide")
    await page.locator(".command-more").click()
    await page.keyboard.type("takes")
    await page.keyboard.press("Enter")
    await takes.fill("9")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title")).to_contain_text("Must be 4 or less")
    await takes.fill("many")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title")).to_contain_text("valid integer")
    await expect(title).to_have_value("Tide")


async def test_autocomplete_asks_the_bot(window: Open) -> None:
    page = await window()
    await page.locator(".message-box").press_sequentially("/find ")
    await page.keyboard.type("Light")
    await page.get_by_role("option", name="Light two").click()
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_have_text("Found Light-two")


async def test_the_menu_of_a_message_runs_a_message_command(window: Open) -> None:
    page = await window()
    await say(page, "A clock that runs backwards")
    await page.get_by_text("A clock that runs backwards").click(button="right")
    await page.get_by_role("menuitem", name="Add to the story").click()
    await expect(page.locator(f"{LAST}.ephemeral .content")).to_have_text(
        "Added: A clock that runs backwards"
    )


async def test_what_the_bot_never_answers_is_said_where_it_was_asked(window: Open) -> None:
    page = await window()
    await board(page)
    await page.locator(f'{LAST} [data-custom-id="silent"]').click()
    await expect(page.locator(f"{LAST} .components")).to_contain_text("The application did not respond")
    await command(page, "silent")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("The application did not respond")


async def test_a_deferred_answer_thinks_and_then_says(window: Open, stage: Stage) -> None:
    page = await window()
    await command(page, "think")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("Storyroom is thinking")
    interaction = stage.bot.heard[-1]
    assert isinstance(interaction, discord.Interaction)
    await interaction.edit_original_response(content="Thought through")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("Thought through")
