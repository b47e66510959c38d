"""Every screen of the bot as its reader sees it: on the local Discord's page, wide and as wide as a phone.

`shows` asserts what must hold of a screen wherever it stands. Where STORYROOM_GALLERY names a folder it takes
its picture, `FOLDER/LANGUAGE/NAME.wide.png` and `.phone.png`; where STORYROOM_PICTURES does, the guide's.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright

from bot.words import Words, words
from tests.bot.chat.person import Person
from tests.bot.chat.reading import Message, is_private
from tests.bot.local_discord.page.browser import ARGS, PATIENCE_MS, Complaints, chromium

WIDE, PHONE = (980, 900), (390, 844)
GUIDE = {  # the guide's pictures, by the screens that they show
    "board-premises": "board",
    "card": "card",
    "round-written": "takes",
    "ballot-sheet": "ballot",
    "ballot-result": "result",
    "tree": "tree",
    "light-answered": "light",
}
COMPONENTS = 14  # of one message, at most
PHONE_SCREENS = 1.5  # of the board, with a full room

_WHOLE = 2000  # height of a window in which a message is pictured
_ASKED = re.compile(r"[?？]")
_UNFILLED = re.compile(r"\{[a-z_]+[}:!]")
_MENTION = re.compile(r"<@|@(?:everyone|here)\b")


class Gallery:
    """What one person sees of a room in one language, in a wide window and on a phone."""

    def __init__(self, say: Words, viewer: Person, wide: Page, phone: Page) -> None:
        self.say = say
        self.viewer = viewer
        self.wide = wide
        self.phone = phone
        self.shown: set[str] = set()

    async def enter(self, channel: str) -> None:
        """Go into a channel or a thread, in both windows."""
        for page in (self.wide, self.phone):
            await page.goto(f"{page.url.partition('?')[0]}?user={self.viewer.id}&channel={channel}")
            await page.wait_for_selector(f'body[data-ready="{self.viewer.id}"]')

    async def shows(self, name: str, message: Message, *, private: bool, asks: int = 1) -> Locator:
        """Look at a message as it is now; `asks` is how many questions it may ask. Its row on the phone."""
        message = self.viewer.now(message)
        self.shown.add(name)
        holds(message, private=private, asks=asks)
        for page in (self.wide, self.phone):
            row = page.locator(f'.message[data-id="{message["id"]}"]')
            await row.wait_for()
            await self._fits(page, row, name)
            await row.scroll_into_view_if_needed()
            await self._picture(name, page, row)
        return self.phone.locator(f'.message[data-id="{message["id"]}"]')

    async def form(self, name: str, message: Message, label: str) -> None:
        """Press a button that opens a form, and look at it."""
        await self._form(name, lambda page: self._press(page, message, label))

    async def form_of(self, name: str, command: str, *values: str) -> None:
        """Type a command that opens a form, with its options in order, and look at it."""

        async def typed(page: Page) -> None:
            await page.locator(".message-box").last.click()
            await page.keyboard.type(f"/{command}")
            await page.keyboard.press("Tab")
            for value in values:
                await page.keyboard.type(value)
                await page.get_by_role("option", name=value).first.wait_for()
                await page.keyboard.press("Enter")
            await page.keyboard.press("Enter")

        await self._form(name, typed)

    async def _form(self, name: str, opened: Any) -> None:
        self.shown.add(name)
        for page in (self.wide, self.phone):
            await opened(page)
            dialog = page.get_by_role("dialog")
            await dialog.wait_for()
            text = await dialog.inner_text()
            assert raw_keys(text) == [], name
            await self._fits(page, dialog, name)
            await self._picture(name, page, dialog)
            await page.keyboard.press("Escape")
            await dialog.wait_for(state="detached")

    async def _press(self, page: Page, message: Message, label: str) -> None:
        row = page.locator(f'.message[data-id="{message["id"]}"]')
        await row.get_by_role("button", name=label, exact=True).click()

    async def _fits(self, page: Page, box: Locator, name: str) -> None:
        """Nothing sticks out to the side, of the page or of what is looked at."""
        out: Sequence[str] = await box.evaluate(
            """box => [...box.querySelectorAll('.content, .embeds, .files, .markup, button, form')]
                .filter(each => !each.closest('pre') && each.getClientRects().length
                    && each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
                .map(each => each.className || each.tagName)"""
        )
        assert not out, f"{name} sticks out of {page.viewport_size}: {out}"
        width = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width == 0, f"{name}: the page scrolls sideways by {width}"

    async def _picture(self, name: str, page: Page, box: Locator) -> None:
        paths = []
        if folder := os.environ.get("STORYROOM_GALLERY"):
            size = "wide" if page is self.wide else "phone"
            paths.append(Path(folder) / self.say.language / f"{name}.{size}.png")
        if (folder := os.environ.get("STORYROOM_PICTURES")) and name in GUIDE and page is self.wide:
            paths.append(Path(folder) / "guide" / self.say.language / f"{GUIDE[name]}.png")
        if paths:
            wide, high = WIDE if page is self.wide else PHONE
            await page.set_viewport_size({"width": wide, "height": _WHOLE})  # a long message in one piece
            await page.mouse.move(0, 0)
            await box.scroll_into_view_if_needed()
            for path in paths:
                await box.screenshot(path=path, animations="disabled")
            await page.set_viewport_size({"width": wide, "height": high})


def holds(message: Message, *, private: bool, asks: int) -> None:
    """Assert what must hold of every message of the bot."""
    said = message.get("content") or ""
    menus = [each["placeholder"] for each in _components(message) if each.get("placeholder")]
    own = [said, *(menu for menu in menus if menu not in said)]  # a menu may repeat what was asked
    embeds = [
        each or ""
        for embed in message.get("embeds", ())
        for each in (embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text"))
    ]
    labels = [each.get("label") or "" for each in _components(message)]
    everything = "\n".join([*own, *embeds, *labels])
    assert is_private(message) is private, everything
    assert raw_keys(everything) == [], everything
    assert not message.get("mentions") and not message.get("mention_everyone"), everything  # noqa: PT018 - one idea: nobody is pinged
    assert private or not _MENTION.search(everything), everything  # a secret names to its owner who knows it
    assert sum(len(_ASKED.findall(each)) for each in own) <= asks, own
    assert len(_components(message)) <= COMPONENTS, labels


def raw_keys(text: str) -> list[str]:
    """Keys of the catalogue that stand where their words should, and values that were not filled in."""
    keys = re.findall(r"\b[a-z_]+(?:\.[a-z_]+)+\b", text)
    return [key for key in keys if words().has(key)] + _UNFILLED.findall(text)


def _components(message: Message) -> list[dict[str, Any]]:
    return [each for row in message.get("components", ()) for each in row.get("components", ())]


def fonts(folder: Path) -> dict[str, str | float | bool]:
    """The environment of a browser with the fonts of `bot.documents` too: a machine may lack Chinese ones."""
    conf = folder / "fonts.conf"
    conf.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{files('bot.documents') / 'fonts'}</dir><cachedir>{folder}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(conf)}


@asynccontextmanager
async def windows(url: str, user: str, folder: Path) -> AsyncIterator[tuple[Page, Page]]:
    """A wide window and a phone of one person; an error on a console of theirs fails the test."""
    complaints = Complaints(url)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGS, env=fonts(folder))
        wide = await _window(browser, url, user, WIDE, complaints)
        yield wide, await _window(browser, url, user, PHONE, complaints)
        await browser.close()
    assert not complaints


async def _window(
    browser: Browser, url: str, user: str, size: tuple[int, int], complaints: Complaints
) -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark", reduced_motion="reduce"
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints.listen(page)
    await page.goto(f"{url}/?user={user}")
    return page
