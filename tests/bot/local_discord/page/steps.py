"""What a person does on the page again and again, as one step each."""

from __future__ import annotations

from playwright.async_api import Page, expect

__all__ = ["LAST", "board", "command", "say"]

LAST = ".message-list > .message:last-child"


async def say(page: Page, words: str) -> None:
    """Send a text."""
    await page.locator(".message-box").fill(words)
    await page.keyboard.press("Enter")


async def command(page: Page, name: str) -> None:
    """Type a command that takes no options, as a quick typist does."""
    await page.locator(".message-box").press_sequentially(f"/{name} ")
    await page.keyboard.press("Enter")


async def board(page: Page) -> None:
    """Have the bot's board drawn."""
    await command(page, "board")
    await expect(page.locator(f'{LAST} [data-custom-id="count"]')).to_be_visible()
