"""The README's walk, from /room open to the export, on the page in a real browser, with the real bot.

With STORYROOM_PICTURES=FOLDER the pictures of the documentation are taken on the way.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Download, Locator, Page, async_playwright, expect

from bot.local_discord.seed import ANA, BO, WRITERS_ROOM
from tests.bot.local_discord.page.browser import ARGS, PATIENCE_MS, Complaints, chromium
from tests.end_to_end.processes import World, world

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

# What comes after "Mara, a well-digger," which the room writes first.
TAKES = (
    (
        " has lowered every well in the valley but her own, and has never looked down one after"
        " dark. When the last of them runs dry, the council sends her brother to seal it, and from"
        " the bottom something answers in the voice of the friend she let fall. She goes down with a"
        " rope, a lamp and a lie she has told for twenty years. What she brings up is not water. By"
        " morning the valley knows what she did, and the well is full."
    ),
    (
        " is the only one who will speak near the dry well, which for a whole summer repeats what is"
        " said above it. She tells it everything. In September it begins to answer before she asks."
        " The diggers find a second shaft, a bed, and a man who has listened for three months and"
        " knows every name but his own. Mara must decide whether to tell them who he is."
    ),
    (
        " digs for water where no one has found any, and each night the hole is a little deeper than"
        " she left it. The mayor wants it closed before the inspectors come. Her daughter wants to"
        " see the bottom. When the rope comes up cut, Mara climbs down alone into the dark that she"
        " has feared all her life, and finds the valley there, green and raining, with one house"
        " missing."
    ),
)
REFINED = (
    (
        " has lowered every well in the valley but her own. When the last of them runs dry, it"
        " answers in the voice of the friend she let fall, and asks for nothing but the truth. The"
        " rope is cut above her. She tells the whole valley from the bottom, in the dark, before"
        " anyone will pull. The water comes up with her. Nobody drinks it."
    ),
    (
        " goes down the last dry well because it calls her by a name that only a dead friend knew."
        " Her brother holds the rope until he hears what she confesses, and lets go. She climbs out"
        " alone, three days later, with wet hair. The valley has its water; she has nobody to drink"
        " it with."
    ),
)

Open = Callable[..., Awaitable[Page]]


def teller() -> Callable[[int], str]:
    """The takes in turn, then the refinements, whatever the seed."""
    texts = itertools.chain(TAKES, itertools.cycle(REFINED))
    return lambda _seed: next(texts)


@pytest.fixture
async def around(redis_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(redis_url, tmp_path) as everything:
        everything.tgi.text, everything.tgi.pause = teller(), 0.01
        await everything.sync()
        await everything.start("run")
        yield everything


@pytest.fixture
async def window(around: World) -> AsyncIterator[Open]:
    """Windows of several people in one browser; an error on a console of theirs fails the test."""
    complaints = Complaints(around.local.url)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGS)

        async def open_window(
            user: str = ANA, *, width: int = 1280, height: int = 800, scheme: str = "dark"
        ) -> Page:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="light" if scheme == "light" else "dark",
                accept_downloads=True,
            )
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            complaints.listen(page)
            await page.goto(f"{around.local.url}/?user={user}&channel={WRITERS_ROOM}")
            await page.wait_for_selector(f'body[data-ready="{user}"]')
            return page

        expect.set_options(timeout=PATIENCE_MS)
        yield open_window
        await browser.close()
    assert not complaints


async def picture(page: Page, name: str) -> None:
    folder = os.environ.get("STORYROOM_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def box(page: Page) -> Locator:
    """The message box of the room: the last one, where a thread stands beside its channel."""
    return page.locator(".message-box").last


async def command(page: Page, name: str, **options: str) -> None:
    """Type a command as a person does: its name, Tab, then each option."""
    await box(page).click()
    await page.keyboard.type(f"/{name}")
    await page.keyboard.press("Tab")
    for option, value in options.items():
        field = page.locator(f'[data-option="{option}"]').last
        if not await field.count():
            await page.locator(".command-more").last.click()
            await page.keyboard.type(option)
            await page.keyboard.press("Enter")
        await field.click()
        await page.keyboard.type(value)
        if await page.get_by_role("option").count():
            await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")


async def test_two_people_write_a_film_from_the_first_premise_to_the_export(window: Open) -> None:
    ana, bo = await window(ANA), await window(BO)
    await command(ana, "room open", title="The Dry Well", form="Feature", length="Short")
    for page in (ana, bo):
        await page.get_by_role("link", name="The Dry Well").first.click()
        await expect(page.get_by_text("None yet. Bring the first").first).to_be_visible()
    await command(ana, "premise add", kind="Character", text="Mara, a well-digger who is afraid of the dark")
    await expect(bo.get_by_text("added Character 1").first).to_be_visible()

    await bo.get_by_role("button", name="Add a premise").first.click()
    dialog = bo.get_by_role("dialog")
    await expect(dialog.get_by_role("textbox", name="In your words")).to_be_visible()
    await picture(bo, "modal")
    await dialog.get_by_role("combobox", name="What is it about?").click()
    await bo.get_by_role("option", name="Twist").click()
    await dialog.get_by_role("textbox", name="In your words").fill("The well answers in a voice she knows")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(ana.get_by_text("added Twist 2").first).to_be_visible()

    await ana.get_by_role("button", name="Write takes").first.click()
    await expect(ana.get_by_role("button", name="Adopt A").first).to_be_visible()
    await picture(ana, "takes")
    await ana.keyboard.press("Control+`")
    await expect(ana.get_by_text("INTERACTION_CREATE").first).to_be_visible()
    await picture(ana, "wire")
    await ana.keyboard.press("Control+`")
    await bo.get_by_role("button", name="Adopt A").first.click()
    await expect(ana.get_by_text("adopted take A").first).to_be_visible()

    await ana.get_by_role("button", name="Note").last.click()
    await ana.get_by_role("dialog").get_by_role("textbox").last.fill("Let her pay for it, and end sooner.")
    await ana.get_by_role("dialog").get_by_role("button", name="Submit").click()
    second = bo.locator(".message", has_text="Round 2: ").get_by_role("button", name="Adopt A")
    await second.click()
    await expect(ana.get_by_text("adopted take A. It is draft 2 now.").first).to_be_visible()
    await command(ana, "room lock")
    await picture(ana, "locked")
    await command(ana, "export")
    await expect(ana.get_by_text("Only you can see this").last).to_be_visible()
    read = json.loads(await download(ana, ".json"))
    assert "The Dry Well" in json.dumps(read)
    assert "Let her pay for it" in json.dumps(read)
    assert "Mara" in await download(ana, ".md")


async def test_a_room_on_a_phone(window: Open) -> None:
    phone = await window(BO, width=390, height=844, scheme="light")
    await command(phone, "room open", title="The Dry Well")
    await phone.get_by_role("button", name="# The Dry Well").click()
    await command(phone, "premise add", kind="Character", text="Mara, a well-digger")
    await phone.get_by_role("button", name="Write takes").first.click()
    adopt = phone.get_by_role("button", name="Adopt B")
    await expect(adopt).to_be_enabled()
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
    await picture(phone, "phone")
    await adopt.click()
    await expect(phone.get_by_text("adopted take B").first).to_be_visible()


async def test_a_room_with_the_keyboard_alone(window: Open) -> None:
    page = await window(ANA)
    keys = page.keyboard
    await keys.type("/room open")
    await keys.press("Tab")
    await keys.type("The Dry Well")
    await keys.press("Enter")
    await expect(page.get_by_text("Your room is open").first).to_be_visible()
    await keys.press("Control+k")
    await keys.type("dry well")
    await keys.press("Enter")
    await expect(page.get_by_text("None yet. Bring the first").first).to_be_visible()
    await keys.type("/premise add")
    await keys.press("Tab")
    await keys.type("Character")
    await keys.press("Enter")
    await keys.type("Mara, a well-digger")
    await keys.press("Enter")
    await expect(page.get_by_text("added Character 1").first).to_be_visible()
    await keys.type("/synopsis ")
    await keys.press("Enter")
    adopt = page.get_by_role("button", name="Adopt A")
    await expect(adopt).to_be_enabled()
    for _ in range(60):
        await keys.press("Shift+Tab")
        if await adopt.evaluate("button => button === document.activeElement"):
            break
    await keys.press("Enter")
    await expect(page.get_by_text("adopted take A").first).to_be_visible()


async def download(page: Page, ending: str) -> str:
    """Take the file of that ending, as the person does; its text."""
    async with page.expect_download() as coming:
        await page.locator(f'a[href*="{ending}?download"]').last.click()
    file: Download = await coming.value
    path = await file.path()
    return await asyncio.to_thread(path.read_text, "utf-8")
