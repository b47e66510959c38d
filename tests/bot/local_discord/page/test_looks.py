"""How it looks and reads to everybody: axe-core's rules, a phone's width, both themes, both languages."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.async_api import expect

from bot.local_discord.seed import ANA, CLASS, PREMISES
from tests.bot.local_discord.page.browser import findings
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import board

pytestmark = pytest.mark.asyncio(loop_scope="package")

PHONE = {"width": 390, "height": 780}


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_no_screen_has_a_serious_barrier(
    window: Open, stage: Stage, scheme: Literal["dark", "light"], size: str
) -> None:
    narrow: dict[str, Any] = PHONE if size == "phone" else {}
    page = await window(channel=CLASS, scheme=scheme, **narrow)
    await board(page)
    assert await findings(page) == []
    message = await stage.bot.channel(CLASS).send("Talk about *it*, `now`")
    thread = await message.create_thread(name="About it")
    page = await window(channel=CLASS, thread=str(thread.id), scheme=scheme, **narrow)
    assert await findings(page) == []
    page = await window(channel=PREMISES, scheme=scheme, **narrow)
    await page.get_by_role("button", name="New post").click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+`")
    await page.locator(".wire-row").first.click()
    assert await findings(page) == []
    await page.keyboard.press("Control+`")
    if size == "phone":
        await page.get_by_role("button", name="Show channels").click()
    await page.locator(".rail a").first.click()
    assert await findings(page) == []


async def test_on_a_phone_a_thread_covers_its_channel_and_leads_back(window: Open, stage: Stage) -> None:
    message = await stage.bot.channel(CLASS).send("Talk about it on the way")
    thread = await message.create_thread(name="On the way")
    page = await window(channel=CLASS, **PHONE)
    await page.get_by_role("button", name="Show channels").click()
    await page.locator(".sidebar a", has_text="On the way").click()
    pane = page.locator(".pane")
    box = await pane.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    await pane.locator(".message-box").fill("From a phone")
    await page.keyboard.press("Enter")
    await expect(pane.locator(".message .content").last).to_have_text("From a phone")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Back to the channel").click()
    await expect(pane).not_to_be_visible()
    assert str(thread.id) not in page.url


async def test_a_phone_shows_a_forum_and_the_wire_in_its_width(window: Open) -> None:
    page = await window(channel=PREMISES, **PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Wire").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Close the wire").click()
    await expect(page.locator(".wire")).not_to_be_visible()


async def test_the_theme_is_chosen_and_kept(window: Open) -> None:
    page = await window(scheme="dark")
    colour = "getComputedStyle(document.querySelector('main')).backgroundColor"
    dark = await page.evaluate(colour)
    await page.get_by_role("button", name="Theme").click()
    await page.get_by_role("menuitem", name="Light").click()
    light = await page.evaluate(colour)
    assert light != dark
    await page.reload()
    await page.wait_for_selector(f'body[data-ready="{ANA}"]')
    assert await page.evaluate(colour) == light


_WORDS = """async () => {
  const { WORDS } = await import("/page/words.js");
  const holes = (text) => [...new Set(text.match(/\\{\\d\\}/g) ?? [])].sort().join();
  return Object.entries(WORDS).filter(([, words]) => words.length !== 2
    || words.some((text) => !text.trim()) || holes(words[0]) !== holes(words[1])).map(([key]) => key);
}"""
_UNKNOWN = """async () => {
  const { WORDS } = await import("/page/words.js");
  const read = performance.getEntriesByType("resource").map(({ name }) => name);
  const modules = read.filter((name) => name.endsWith(".js"));
  const texts = await Promise.all(modules.map(async (name) => (await fetch(name)).text()));
  const said = texts.flatMap((text) => [...text.matchAll(/\\bsay\\("([^"]+)"/g)]);
  return said.map(([, key]) => key).filter((key) => !(key in WORDS));
}"""


async def test_both_languages_have_every_word(window: Open) -> None:
    page = await window()
    assert await page.evaluate(_WORDS) == []
    assert await page.evaluate(_UNKNOWN) == []


async def test_the_whole_window_speaks_the_persons_language(window: Open) -> None:
    page = await window(channel=PREMISES)
    await page.keyboard.press("Control+`")
    try:
        await page.get_by_role("button", name="中文").click()
        for words in ("发帖", "请求", "成员"):
            await expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    finally:
        await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("button", name="New post")).to_be_visible()
