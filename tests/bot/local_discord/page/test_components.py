"""Buttons, selects and modals."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.local_discord.seed import BO, CLASS
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, board

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_button_changes_its_message_in_place_and_keeps_the_focus(window: Open) -> None:
    page = await window()
    await board(page)
    row = await page.locator(LAST).element_handle()
    await page.locator(f'{LAST} [data-custom-id="count"]').press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("Pressed by Ana")
    assert row is not None
    assert await row.evaluate("row => row.isConnected")
    assert await page.evaluate("document.activeElement.dataset.customId") == "count"
    await expect(page.locator(f'{LAST} [data-custom-id="closed"]')).to_be_disabled()
    await expect(page.locator(f"{LAST} a.button.link")).to_have_attribute("href", "https://example.org/")


async def test_a_modal_is_checked_filled_and_sent(window: Open, stage: Stage) -> None:
    page = await window()
    await board(page)
    await page.locator(f'{LAST} [data-custom-id="ask"]').click()
    dialog = page.get_by_role("dialog", name="A premise")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("This field is required.")).to_have_count(2)
    await dialog.get_by_role("combobox", name="Kind").click()
    await dialog.get_by_role("option", name="Setting").click()
    await dialog.get_by_label("In your words").fill("sea")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("Must be at least 5 characters.")).to_be_visible()
    await dialog.get_by_label("In your words").fill("An island\nwithout a map")
    await expect(dialog.locator(".counter")).to_have_text("23/80")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator(f"{LAST} .content")).to_have_text("Setting: An island\nwithout a map")
    assert stage.bot.heard[-1] == (["Setting"], "An island\nwithout a map")


async def test_a_modal_that_is_not_answered_keeps_what_was_written(window: Open) -> None:
    page = await window()
    await board(page)
    await page.locator(f'{LAST} [data-custom-id="ask"]').click()
    dialog = page.get_by_role("dialog", name="A premise")
    await dialog.get_by_role("combobox", name="Kind").press("ArrowDown")
    await page.keyboard.press("Enter")
    await dialog.get_by_label("In your words").fill("no answer")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_role("alert").filter(has_text="Something went wrong")).to_be_visible()
    await expect(dialog.get_by_label("In your words")).to_have_value("no answer")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_a_select_sends_the_choice_and_a_private_answer_can_be_dismissed(window: Open) -> None:
    ana, bo = await window(channel=CLASS), await window(BO, CLASS)
    await board(ana)
    await expect(bo.locator(f'{LAST} [data-custom-id="take"]')).to_be_visible()
    await ana.locator(f'{LAST} [data-custom-id="take"]').click()
    await ana.get_by_role("option", name=re.compile("Take 2")).click()
    answer = ana.locator(".message.ephemeral").last
    await expect(answer).to_contain_text("Chose 2")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(bo.locator(".message.ephemeral")).to_have_count(0)
    answered = await ana.get_by_text("Chose 2").count()  # the channel is that of other tests too
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(ana.get_by_text("Chose 2")).to_have_count(answered - 1)
