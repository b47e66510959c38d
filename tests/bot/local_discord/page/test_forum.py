"""A forum: its posts as cards, tags, order, a new post, and a post beside the list."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.local_discord.seed import BO, PREMISES
from tests.bot.local_discord.page.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def _post(page: Page, title: str, words: str, *tags: str) -> None:
    await page.get_by_role("button", name="New post").click()
    dialog = page.get_by_role("dialog", name="New post")
    await dialog.get_by_label("Title").fill(title)
    await dialog.get_by_label("Message").fill(words)
    for tag in tags:
        await dialog.get_by_role("button", name=tag).click()
    await dialog.get_by_role("button", name="Post", exact=True).click()
    await expect(page.locator(".pane h2").first).to_have_text(title)


async def test_a_post_is_written_found_by_its_tag_and_answered(window: Open) -> None:
    page, bo = await window(channel=PREMISES), await window(BO, PREMISES)
    await _post(page, "A town that forgot its bell", "Every **noon** they hear it.", "Film")
    await expect(page.locator(".pane .message .content").first).to_have_text("Every noon they hear it.")
    await _post(page, "Two keepers, one lamp", "They only meet in the log book.", "Series", "Wants notes")
    cards = bo.locator(".post-card")
    await expect(cards.locator(".post-title")).to_have_text(
        ["Two keepers, one lamp", "A town that forgot its bell"]
    )
    bell = bo.locator(".post", has_text="forgot its bell")
    await expect(bell.locator(".post-text")).to_contain_text("Ana: Every noon they hear it.")
    await expect(bell.locator(".tag")).to_have_text(["Film"])
    await expect(bell.locator(".post-foot")).to_contain_text("0 replies")
    filters = bo.get_by_role("group", name="Show posts with these tags")
    await filters.get_by_role("button", name="Film").click()
    await expect(cards).to_have_count(1)
    await bell.get_by_role("button").click()
    await bo.locator(".pane .message-box").fill("Who rings it?")
    await bo.keyboard.press("Enter")
    await expect(bell.locator(".post-foot")).to_contain_text("1 reply")
    await filters.get_by_role("button", name="Film").click()
    titles = page.locator(".post-title")
    await expect(titles.first).to_have_text("A town that forgot its bell")
    await page.get_by_role("combobox", name="Order of posts").select_option("creation")
    await expect(titles.first).to_have_text("Two keepers, one lamp")


async def test_a_post_with_a_file_carries_it(window: Open) -> None:
    page = await window(channel=PREMISES)
    await page.get_by_role("button", name="New post").click()
    dialog = page.get_by_role("dialog", name="New post")
    await dialog.get_by_label("Title").fill("With a page of notes")
    await dialog.get_by_label("Message").fill("See the file.")
    await dialog.get_by_label("Files").set_input_files(
        {"name": "notes.md", "mimeType": "text/markdown", "buffer": b"# Notes\n\nThe lamp goes out.\n"}
    )
    await dialog.get_by_role("button", name="Post", exact=True).click()
    await expect(page.locator(".pane .file")).to_contain_text("notes.md")


async def test_what_a_post_lacks_is_said_before_it_is_sent(window: Open) -> None:
    page = await window(channel=PREMISES)
    await page.get_by_role("button", name="New post").click()
    dialog = page.get_by_role("dialog", name="New post")
    await dialog.get_by_label("Title").fill("Only a title")
    await dialog.get_by_role("button", name="Post", exact=True).click()
    await expect(dialog.get_by_text("This field is required.")).to_be_visible()
    await expect(dialog.get_by_label("Message")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="New post")).to_be_focused()
