"""The message box: completion, files, options of every type, and what is refused before it is sent."""

from __future__ import annotations

import re

import discord
import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect

from bot.local_discord.seed import BO, CLASS, GAMES
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.showcase import PICTURE, join
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")

_TAKE_FILES = """(node, [event, files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name, { type: "text/markdown" }));
  const at = { bubbles: true, cancelable: true };
  node.dispatchEvent(event === "paste" ? new ClipboardEvent(event, { ...at, clipboardData: transfer })
    : new DragEvent(event, { ...at, dataTransfer: transfer }));
}"""


@pytest_asyncio.fixture(loop_scope="package", scope="module", autouse=True)
async def showcase(stage: Stage) -> None:
    """The bot has the commands of showcase.py."""
    await join(stage.bot)


def _file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_mentions_and_emoji_are_completed_and_sent_as_discord_sends_them(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    box = ana.locator(".message-box")
    await box.press_sequentially("Ask @bo")
    await ana.keyboard.press("Tab")
    await expect(box).to_have_value("Ask @Bo ")
    await box.press_sequentially("in #cla")
    await ana.keyboard.press("Enter")
    await box.press_sequentially("about :popc")
    await expect(ana.get_by_role("option", name=":popcorn:")).to_be_visible()
    await ana.keyboard.press("Enter")
    await box.press_sequentially("and :tada: but not `:tada: @Bo`")
    await ana.keyboard.press("Enter")
    content = bo.locator(f"{LAST} .content")
    await expect(content).to_have_text("Ask @Bo in # class about 🍿 and 🎉 but not :tada: @Bo")
    await expect(content.locator("button.mention[data-user]")).to_have_count(1)
    await expect(bo.locator(LAST)).to_have_class(re.compile("mentioned"))


async def test_files_are_shown_before_they_are_sent_and_can_be_taken_off(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    picker = ana.locator(".composer-box .file-picker").first
    await picker.set_input_files(
        [_file("sea.png", "image/png", PICTURE), _file("notes.md", "text/markdown", b"# Notes")]
    )
    await ana.locator(".message-box").evaluate(_TAKE_FILES, ["paste", [["pasted.md", "pasted"]]])
    await ana.locator(".conversation").first.evaluate(_TAKE_FILES, ["drop", [["dropped.md", "dropped"]]])
    cards = ana.locator(".upload-card")
    await expect(cards).to_have_count(4)
    await expect(cards.first.locator("img")).to_have_js_property("naturalWidth", 160)
    await ana.get_by_role("button", name="Remove pasted.md").click()
    await ana.get_by_role("button", name="Mark sea.png as spoiler").click()
    await say(ana, "With files")
    row = bo.locator(LAST)
    await expect(row.locator(".content")).to_have_text("With files")
    await expect(row.locator(".file")).to_have_count(2)
    await expect(row.locator(".file-preview").first).to_contain_text("# Notes")
    await expect(row.locator(".cover")).to_be_visible()
    await row.locator(".cover").click()
    await row.locator(".picture").click()
    await expect(bo.locator("dialog.lightbox img")).to_be_visible()
    await bo.keyboard.press("Escape")
    await expect(ana.locator(".upload-tray")).to_be_hidden()


async def test_the_box_grows_counts_and_keeps_what_was_not_sent(window: Open) -> None:
    page = await window(channel=GAMES)
    box = page.locator(".message-box")
    low = await box.bounding_box()
    await box.fill("one")
    for _ in range(3):
        await page.keyboard.press("Shift+Enter")
    high = await box.bounding_box()
    assert low is not None
    assert high is not None
    assert high["height"] > low["height"] + 40
    await box.fill("x" * 1990)
    await expect(page.locator(".composer .letters").first).to_have_text("10")
    await box.fill("x" * 2001)
    await expect(page.locator(".composer .letters").first).to_have_text("-1")
    before = await page.locator(".message").count()
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("x" * 2001)
    assert await page.locator(".message").count() == before
    await box.fill("a draft")
    await page.locator(".sidebar a", has_text="class").click()
    await expect(box).to_have_value("")
    await page.locator(".sidebar a", has_text="games").click()
    await expect(box).to_have_value("a draft")


async def test_optional_options_are_offered_and_enter_runs_without_them(window: Open) -> None:
    page = await window(channel=GAMES)
    await page.locator(".message-box").press_sequentially("/mix")
    await page.keyboard.press("Enter")
    await expect(page.locator(".command-form")).to_be_visible()
    await expect(page.locator(".command-more").first).to_have_attribute("placeholder", "+3 optional")
    for name, kind in (("whom", "user or role"), ("where", "channel"), ("share", "number")):
        await expect(page.get_by_role("option", name=re.compile(name))).to_contain_text(kind)
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_have_text("None / None / None")


async def test_a_choice_leaves_its_field_and_enter_then_runs(window: Open) -> None:
    page = await window(channel=GAMES)
    await page.locator(".message-box").press_sequentially("/mix ")
    await page.keyboard.type("whom")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("option", name=re.compile("@Writer"))).to_be_visible()
    await page.keyboard.type("writer")
    await page.keyboard.press("Enter")
    await expect(page.locator(".command-more").first).to_be_focused()
    await page.keyboard.type("where")
    await page.keyboard.press("Enter")
    await page.keyboard.type("premises")
    await expect(page.get_by_role("option")).to_have_count(0)  # a forum is not a text channel
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title").first).to_contain_text("Input a valid channel.")
    await page.locator('[data-option="where"]').fill("class")
    await page.keyboard.press("Enter")
    await page.keyboard.type("share")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title").first).to_contain_text("number, 0–1")
    await page.keyboard.type("1.5")
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel-title").first).to_contain_text("Must be 1 or less.")
    await page.locator('[data-option="share"]').fill("0.5")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_have_text("Writer / class / 0.5")


async def test_a_file_option_is_required_dropped_in_and_delivered(window: Open) -> None:
    page = await window(channel=GAMES)
    await page.locator(".message-box").press_sequentially("/deliver ")
    await expect(page.locator(".panel-title").first).to_contain_text("file, required")
    await page.locator(".composer .send").first.click()
    await expect(page.locator(".panel-title").first).to_contain_text("Add a file.")
    await page.locator(".command-form").evaluate(
        _TAKE_FILES, ["paste", [["lighthouse.md", "the sea answers"]]]
    )
    await expect(page.locator(".file-option .file-name")).to_have_text("lighthouse.md")
    await expect(page.locator(".command-more").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{LAST} .content")).to_have_text("lighthouse.md: the sea answers / None")


async def test_a_stale_autocomplete_answer_is_dropped(window: Open) -> None:
    page = await window(channel=CLASS)
    await page.locator(".message-box").press_sequentially("/find ")
    await page.keyboard.type("Light")
    await expect(page.get_by_role("option", name="Light two")).to_be_visible()
    await page.keyboard.type("house")
    await expect(page.get_by_role("option", name="Light two", exact=True)).to_have_count(0)
    await expect(page.get_by_role("option", name="Lighthouse one")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator(".message-box")).to_be_focused()


async def test_the_menu_of_a_person_runs_a_user_command(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    await say(bo, "Bo was here")
    row = ana.locator(".message", has_text="Bo was here").last
    await expect(row).to_be_visible()
    name = ana.locator('.message .name[data-user="' + BO + '"]').last
    await name.click(button="right")
    await ana.get_by_role("menuitem", name="Who is this").click()
    await expect(ana.locator(f"{LAST}.ephemeral .content")).to_have_text("This is Bo")
    await name.click(button="right")
    await ana.get_by_role("menuitem", name="Mention").click()
    await expect(ana.locator(".message-box")).to_have_value("@Bo ")


async def _fill_paperwork(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Paperwork")
    await dialog.get_by_label("Series").check()
    await dialog.get_by_label("Dark").check()
    await dialog.get_by_label("Dry").check()
    await dialog.get_by_role("checkbox", name="I wrote this").check()


async def test_a_modal_of_every_part_is_checked_filled_and_sent(window: Open) -> None:
    page = await window(channel=GAMES)
    await page.locator(".message-box").press_sequentially("/paperwork ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Paperwork")
    await expect(dialog.locator(".modal-text strong")).to_have_text("everything")
    await expect(dialog.get_by_text("Up to two files", exact=True)).to_be_visible()
    await _fill_paperwork(page)
    await dialog.get_by_label("Warm").check()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.locator(".field", has_text="Tones")).to_contain_text("Choose at most 2.")
    await expect(dialog.locator(".field", has_text="Script")).to_contain_text("This field is required.")
    await dialog.get_by_label("Warm").uncheck()
    files = [_file(f"{name}.md", "text/markdown", b"x") for name in ("one", "two")]
    await dialog.locator(".file-picker").set_input_files(files)
    await expect(dialog.locator(".upload-list li")).to_have_count(2)
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator(f"{LAST} .content")).to_have_text("one.md, two.md / series / dark, dry / True")


async def test_escape_closes_a_modal_and_the_focus_stays_inside_until_then(window: Open) -> None:
    page = await window(channel=GAMES)
    await page.locator(".message-box").press_sequentially("/paperwork ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Paperwork")
    await expect(dialog).to_be_visible()
    for _ in range(14):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "!document.activeElement || document.activeElement === document.body "
            "|| Boolean(document.activeElement.closest('dialog'))"
        )
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_a_thread_that_is_locked_says_so_in_the_box(window: Open, stage: Stage) -> None:
    thread = await stage.bot.channel(GAMES).create_thread(name="Shut", type=discord.ChannelType.public_thread)
    await thread.send("closed")
    await thread.edit(locked=True)
    page = await window(BO, GAMES)
    await page.goto(f"{stage.discord.url}/?user={BO}&channel={GAMES}&thread={thread.id}")
    await expect(page.locator(".message-box:disabled").first).to_have_attribute(
        "placeholder", "This thread is locked."
    )
