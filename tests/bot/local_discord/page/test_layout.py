"""Components V2, every select, and what an edit of them leaves alone."""

from __future__ import annotations

import io
import re

import discord
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.local_discord.seed import BO, GAMES
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.showcase import PICTURE, Layout, Selects, join
from tests.bot.local_discord.page.steps import LAST

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package", scope="module", autouse=True)
async def showcase(stage: Stage) -> None:
    """The bot has the commands and views of showcase.py."""
    await join(stage.bot)


def _files() -> list[discord.File]:
    return [
        discord.File(io.BytesIO(PICTURE), "sea.png"),
        discord.File(io.BytesIO(b"# Story\n\nWords."), "story.md"),
    ]


async def test_every_block_of_components_v2_is_drawn(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    await stage.bot.channel(GAMES).send(view=Layout(), files=_files())
    row = page.locator(LAST)
    await expect(row.locator(".text-display h4")).to_have_text("The Lighthouse")
    box = row.locator(".container.accented")
    assert await box.evaluate("box => getComputedStyle(box).borderInlineStartColor") == "rgb(88, 101, 242)"
    await expect(box.locator(".section").first.locator(".subtext")).to_have_text("and a small one")
    await expect(box.locator(".section .picture.thumbnail img")).to_be_visible()
    await expect(box.locator(".gallery .picture img").first).to_have_js_property("naturalWidth", 160)
    await expect(box.locator(".media-elsewhere")).to_contain_text("example.org")
    await expect(box.locator(".separator.large")).to_have_count(1)
    await expect(box.locator(".file-preview")).to_contain_text("Words.")
    await expect(box.locator('[data-custom-id="gone"]')).to_be_disabled()
    await expect(row.locator("a.button.link")).to_have_attribute("href", "https://example.org/")
    # Files shown by a component are not shown a second time.
    await expect(row.locator(".files > *")).to_have_count(0)
    await box.locator(".cover").click()
    await expect(box.locator(".cover")).to_have_count(0)


async def test_a_button_deep_inside_answers(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    await stage.bot.channel(GAMES).send(view=Layout(spoiler=True), files=_files())
    row = page.locator(LAST)
    await row.locator(".components > .covered > .cover").click()
    await row.get_by_role("button", name="Inside").click()
    await expect(page.locator(f"{LAST}.ephemeral .content")).to_have_text("Pressed inside")


async def test_an_edit_of_a_layout_touches_only_what_changed(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    view = Layout()
    sent = await stage.bot.channel(GAMES).send(view=view, files=_files())
    row = page.locator(LAST)
    await expect(row.locator(".text-display").first).to_be_visible()
    button = await row.locator('[data-custom-id="blurple"]').element_handle()
    picture = await row.locator(".gallery img").first.element_handle()
    await row.locator('[data-custom-id="blurple"]').focus()
    text = view.children[0]
    assert isinstance(text, discord.ui.TextDisplay)
    text.content = "## The Lighthouse\nSomething **else** now."
    await sent.edit(view=view)
    await expect(row.locator(".text-display strong").first).to_have_text("else")
    assert button is not None
    assert picture is not None
    assert await button.evaluate("node => node.isConnected && node === document.activeElement")
    assert await picture.evaluate("node => node.isConnected")


async def _choose(select: Locator, *names: str) -> None:
    await select.click()
    for name in names:
        await select.page.get_by_role("option", name=re.compile(name)).click()


async def test_every_select_offers_what_it_may_and_sends_what_was_chosen(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    sent = await stage.bot.channel(GAMES).send(view=Selects(discord.Object(int(BO))))
    row = page.locator(f'.message[data-id="{sent.id}"]')
    answer = page.locator(f"{LAST}.ephemeral .content")
    forms = row.locator('[data-custom-id="forms"]')
    await _choose(forms, "Film")
    await page.keyboard.press("Escape")
    await expect(forms).to_contain_text("Two or three forms")  # one is too few: nothing is sent
    await _choose(forms, "Film", "Short")
    await page.keyboard.press("Escape")
    await expect(answer).to_have_text("Chose Film, Short")
    await expect(row.locator('[data-custom-id="who"]')).to_contain_text("Bo")
    await row.locator('[data-custom-id="role"]').focus()
    await page.keyboard.type("wri")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(answer).to_have_text("Chose Writer")
    await row.locator('[data-custom-id="where"]').click()
    await expect(page.get_by_role("option")).to_have_text(["premises"])
    await page.keyboard.press("Enter")
    await expect(answer).to_have_text("Chose premises")
    await _choose(row.locator('[data-custom-id="any"]'), "Chen", "@Writer")
    await page.keyboard.press("Escape")
    await expect(answer).to_contain_text("Writer")


async def test_a_disabled_button_has_lost_its_colour(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    await stage.bot.channel(GAMES).send(view=Layout(), files=_files())
    paint = "node => getComputedStyle(node).backgroundColor"
    row = page.locator(LAST)
    gone = await row.locator('[data-custom-id="gone"]').evaluate(paint)
    assert gone == await row.locator('[data-custom-id="off"]').evaluate(paint)
    assert gone != await row.locator('[data-custom-id="red"]').evaluate(paint)
