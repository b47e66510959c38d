"""The drawer that shows the wire to whoever develops a bot."""

from __future__ import annotations

import discord
import pytest
from playwright.async_api import expect

from bot.local_discord.seed import CLASS
from tests.bot.local_discord.page.conftest import Open, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")

ROWS = ".wire-list .wire-row"


async def test_the_wire_is_closed_until_asked_for_and_is_remembered(window: Open) -> None:
    page = await window()
    drawer = page.get_by_role("region", name="Wire")
    await expect(drawer).to_have_count(0)
    await page.keyboard.press("Control+`")
    await expect(page.get_by_role("searchbox", name="Filter by any text")).to_be_focused()
    await page.reload()
    await expect(drawer).to_be_visible()
    await page.get_by_role("searchbox", name="Filter by any text").focus()
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)


async def test_a_request_and_its_event_are_found_and_opened(window: Open, stage: Stage) -> None:
    page = await window()
    await page.get_by_role("button", name="Wire").click()
    await stage.bot.channel(CLASS).send("a needle in the wire")
    await page.get_by_role("searchbox", name="Filter by any text").fill("needle wire")
    row = page.locator(ROWS, has_text=f"POST /channels/{CLASS}/messages")
    await expect(row).to_have_count(1)  # the filter is applied a moment after the typing
    await expect(row.locator(".wire-status")).to_have_text("200")
    await row.focus()
    await page.keyboard.press("Enter")
    detail = page.locator(".wire-detail")
    await expect(detail.get_by_role("heading", name="Answer")).to_be_visible()
    await expect(detail).to_contain_text('"content": "a needle in the wire"')
    await page.get_by_role("button", name="Gateway", exact=True).click()
    await expect(page.locator(ROWS)).to_have_count(0)
    await page.get_by_role("searchbox", name="Filter by any text").fill("")
    await expect(page.locator(ROWS, has_text="Identify").first).to_be_visible()


async def test_what_fails_is_counted_on_the_closed_drawer_and_stands_out(window: Open, stage: Stage) -> None:
    page = await window()
    page.set_default_timeout(5000)
    with pytest.raises(discord.NotFound):
        await stage.bot.channel(CLASS).fetch_message(1)
    badge = page.locator(".wire-badge")
    await expect(badge).to_have_text("1")
    await page.keyboard.press("Control+`")
    await expect(badge).not_to_be_visible()
    failed = page.locator(f"{ROWS}.error", has_text="/messages/1").last
    await expect(failed).to_contain_text("code 10008")
    plain = page.locator(f"{ROWS}.request:not(.error):not(.limit) b").first
    colours = [await one.evaluate("b => getComputedStyle(b).color") for one in (failed.locator("b"), plain)]
    assert colours[0] != colours[1]


async def test_the_list_is_paused_and_cleared(window: Open, stage: Stage) -> None:
    page = await window()
    await page.keyboard.press("Control+`")
    await expect(page.locator(ROWS).first).to_be_visible()
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("button", name="Clear the list").click()
    await stage.bot.channel(CLASS).send("while paused")
    await expect(page.locator(ROWS)).to_have_count(0)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(ROWS).first).to_be_visible()


async def test_a_violation_has_a_tab_and_a_count(window: Open, stage: Stage) -> None:
    page = await window()
    await page.keyboard.press("Control+`")
    stage.discord.parts.violations.note(
        direction="request", method="POST", route="/channels/{channel_id}/messages", status=200,
        path="content", message="is too long", instance="…",
    )  # fmt: skip
    try:
        tab = page.get_by_role("button", name="Violations")
        await expect(tab.locator(".count")).to_have_text("1")
        await tab.click()
        await expect(page.locator(ROWS)).to_contain_text("is too long")
    finally:
        stage.discord.parts.violations.clear()


async def test_a_fault_is_one_press_away(window: Open, stage: Stage) -> None:
    page = await window()
    await page.keyboard.press("Control+`")
    await page.get_by_role("button", name="Faults").click()
    faults = page.get_by_role("group", name="Faults")
    await faults.get_by_role("button", name="503 × 3").click()
    await expect(faults.get_by_role("status")).to_contain_text("✓")
    assert [one["kind"] for one in stage.discord.parts.faults.read()] == ["failure"]
    await faults.get_by_role("button", name="End all").click()
    await expect(faults.get_by_role("status")).to_contain_text("End all")
    assert stage.discord.parts.faults.read() == []
    await faults.get_by_role("button", name="Ask to reconnect").click()
    await page.get_by_role("searchbox", name="Filter by any text").fill("resume")
    await expect(page.locator(ROWS, has_text="RESUMED").first).to_be_visible()
