"""What is read: Markdown that never becomes markup, edits that disturb nobody, menus without a mouse."""

from __future__ import annotations

import random
import re

import discord
import pytest
from playwright.async_api import Page, expect

from bot.local_discord.seed import ANA, BO, CLASS, GAMES, WELCOME
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, command, say

pytestmark = pytest.mark.asyncio(loop_scope="package")

_PIECES = (
    *(
        "<b>",
        "</b>",
        "<img src=x onerror=alert(1)>",
        "<script>x</script>",
        "<svg/onload=x>",
        "&lt;",
        "&#60;b&#62;",
    ),
    *(
        '"',
        "'",
        "`",
        "``",
        "```",
        "```html\n",
        "**",
        "*",
        "__",
        "_",
        "~~",
        "||",
        "\\",
        "# ",
        "-# ",
        "> ",
        ">>> ",
    ),
    *(
        "- ",
        "  - ",
        "1. ",
        "[",
        "](",
        ")",
        "https://a.example/?q=<i>",
        "javascript:alert(1)",
        "data:text/html,<b>",
    ),
    *(
        '<https://b.example/"onclick=x>',
        "<@1100000000000000031>",
        "<#1100000000000000011>",
        "<@&1100000000000000021>",
    ),
    *(
        "<t:1700000000:R>",
        "<t:9e9:F>",
        "</room open:1>",
        "<:x:1100000000000000099>",
        "@everyone",
        "\n",
        " ",
        "word",
        "海",
    ),
)
_TAGS = {
    *("SPAN", "STRONG", "EM", "U", "S", "CODE", "PRE", "A", "BUTTON", "TIME", "BLOCKQUOTE", "UL", "OL", "LI"),
    *("H3", "H4", "H5", "SMALL"),
}
_ATTRIBUTES = {
    *(
        "class",
        "href",
        "title",
        "target",
        "rel",
        "type",
        "datetime",
        "tabindex",
        "role",
        "aria-label",
        "start",
        "style",
    ),
    *(
        "data-kind",
        "data-user",
        "data-channel",
        "data-command",
        "data-relative",
        "data-language",
        "data-emoji",
    ),
}
_CENSUS = """async (texts) => {
  const { markdown } = await import("/page/markdown.js");
  const names = {
    user: (id) => ({ id, username: "<i>ana</i>" }), channel: (id) => ({ id, name: "<i>c</i>" }),
    role: () => ({ name: "<i>r</i>", color: 1 }),
  };
  const found = { tags: new Set(), attributes: new Set(), protocols: new Set(), lost: [] };
  for (const text of texts) {
    const box = document.createElement("div");
    box.append(...markdown(text, names));
    for (const node of box.querySelectorAll("*")) {
      found.tags.add(node.tagName);
      for (const { name } of node.attributes) found.attributes.add(name);
      if (node.href) found.protocols.add(new URL(node.href).protocol);
    }
    for (const word of ["word", "海"]) {
      const count = (all) => all.split(word).length;
      if (count(box.textContent) < count(text.replace(/```word\\n/g, ""))) found.lost.push(text);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, [...value]]));
}"""


async def test_nothing_that_is_written_becomes_an_element_of_its_own(window: Open) -> None:
    page = await window()
    chance = random.Random(20260801)
    texts = ["".join(chance.choices(_PIECES, k=chance.randint(1, 40))) for _ in range(1500)]
    found = await page.evaluate(_CENSUS, texts)
    assert set(found["tags"]) <= _TAGS
    assert set(found["attributes"]) <= _ATTRIBUTES
    assert set(found["protocols"]) <= {"http:", "https:"}
    assert {"A", "CODE", "BUTTON", "BLOCKQUOTE"} <= set(found["tags"])  # the pieces do reach the rules


# Done when the page has heard of it: a scroll is told of in the next frame.
_SCROLL_UP = """log => new Promise(done => {
    log.scrollTop -= 60
    requestAnimationFrame(() => requestAnimationFrame(() => done(null)))
})"""
_WATCH = """([row]) => {
  const log = row.closest(".log");
  const text = row.querySelector(".content").firstChild;
  window.watched = { row, text, log, top: log.scrollTop, removed: 0 };
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.removedNodes])) {
      if (node === text || node === row) window.watched.removed += 1;
    }
  }).observe(row.parentNode, { childList: true, subtree: true });
}"""


async def test_twenty_edits_move_nothing_and_keep_every_node(window: Open, stage: Stage) -> None:
    channel = stage.bot.channel(GAMES)
    for number in range(25):
        await channel.send(f"before {number}")
    growing = await channel.send("The sea")
    for number in range(12):
        await channel.send(f"after {number}")
    page = await window(channel=GAMES)
    row = page.locator(f'.message[data-id="{growing.id}"]')
    await row.scroll_into_view_if_needed()
    await page.locator(".log").first.evaluate(_SCROLL_UP)
    await page.evaluate(_WATCH, [await row.element_handle()])
    for number in range(20):
        await growing.edit(content="The sea " + "answers " * (number + 1))
    await expect(row.locator(".content")).to_contain_text("answers " * 20)
    after = await page.evaluate(
        "() => { const { row, text, log, top, removed } = window.watched;"
        " return { kept: row.isConnected && text.isConnected, moved: log.scrollTop - top, removed } }"
    )
    assert after == {"kept": True, "moved": 0, "removed": 0}


async def test_an_uncovered_spoiler_stays_so_through_an_edit(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    sent = await stage.bot.channel(GAMES).send("The ||keeper|| did it")
    spoiler = page.locator(f"{LAST} .spoiler")
    await spoiler.click()
    await expect(spoiler).to_have_class(re.compile("shown"))
    await sent.edit(content="The ||keeper|| did it, and why")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("and why")
    await expect(spoiler).to_have_class(re.compile("shown"))


async def test_an_open_select_survives_an_edit_of_its_message(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Select(custom_id="kept", options=[discord.SelectOption(label="Only")]))
    sent = await stage.bot.channel(GAMES).send("Choose", view=view)
    await page.locator(f'{LAST} [data-custom-id="kept"]').click()
    await expect(page.get_by_role("option", name="Only")).to_be_visible()
    await sent.edit(content="Choose now", view=view)
    await expect(page.locator(f"{LAST} .content")).to_contain_text("Choose now")
    await expect(page.get_by_role("option", name="Only")).to_be_visible()


async def test_stamps_live_and_every_style_is_written(window: Open, stage: Stage) -> None:
    page = await window(channel=CLASS)
    now = await page.evaluate("Math.floor(Date.now() / 1000)")
    await stage.bot.channel(CLASS).send(" ".join(f"<t:{now + 5}:{style}>" for style in "tTdDfFsSR"))
    stamps = page.locator(f"{LAST} .stamp")
    await expect(stamps).to_have_count(9)
    first = await stamps.last.inner_text()
    assert "in" in first
    await expect(stamps.last).not_to_have_text(first)


async def test_the_menu_opens_by_keyboard_and_by_a_long_press(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    await stage.bot.channel(GAMES).send("Press me long")
    await expect(page.locator(f"{LAST} .content")).to_have_text("Press me long")
    await page.locator(".log").first.focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Shift+F10")
    await expect(page.get_by_role("menuitem", name="Copy text")).to_be_visible()
    await page.keyboard.press("End")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(page.locator(LAST)).to_be_focused()
    await page.keyboard.press("r")
    await expect(page.locator(".reply-bar").first).to_contain_text("Replying to Storyroom")
    await page.keyboard.press("Escape")
    await page.locator(f"{LAST} .content").evaluate(
        "node => node.dispatchEvent(new PointerEvent('pointerdown',"
        " { bubbles: true, pointerType: 'touch', clientX: 90, clientY: 300 }))"
    )
    await expect(page.get_by_role("menuitem", name="Copy text")).to_be_visible()


async def _spoken(page: Page) -> str:
    return await page.locator(".spoken").first.inner_text()


async def test_a_new_message_is_said_once_and_its_edits_are_not(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    sent = await stage.bot.channel(GAMES).send("Hear this")
    await expect(page.locator(".spoken").first).to_have_text("Storyroom: Hear this")
    await sent.edit(content="Hear this, edited")
    await expect(page.locator(f"{LAST} .content")).to_contain_text("edited")
    assert await _spoken(page) == "Storyroom: Hear this"


async def test_a_private_answer_is_marked_and_dismissed(window: Open) -> None:
    ana, bo = await window(channel=CLASS), await window(BO, CLASS)
    await command(ana, "hush")
    answer = ana.locator(".message.ephemeral").last
    await expect(answer).to_contain_text("Only you can see this")
    await answer.locator(".content").click(button="right")
    await expect(ana.get_by_role("menuitem", name="Add to the story")).to_have_count(0)
    await ana.get_by_role("menuitem", name="Dismiss message").click()
    await expect(ana.locator(".message.ephemeral")).to_have_count(0)
    await expect(bo.locator(".message.ephemeral")).to_have_count(0)


async def test_messages_of_one_author_stand_together(window: Open, stage: Stage) -> None:
    page = await window(channel=WELCOME)
    await say(page, "First of two")
    await say(page, "Second of two")
    await expect(page.locator(f"{LAST}.continued .content")).to_have_text("Second of two")
    await stage.bot.channel(WELCOME).send("Somebody else")
    await expect(page.locator(f"{LAST}:not(.continued) .content")).to_have_text("Somebody else")
    await expect(page.locator(".line").first).to_be_visible()
    assert f"user={ANA}" in page.url


async def test_on_a_phone_nothing_is_wider_than_the_screen(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES, width=360, height=740)
    embed = discord.Embed(title="A long title " * 8, description="word" * 60)
    await stage.bot.channel(GAMES).send("w" * 300 + "\n```\n" + "c" * 200 + "\n```", embed=embed)
    await expect(page.locator(f"{LAST} .embed")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.locator(".log").first.evaluate("log => log.scrollWidth - log.clientWidth") <= 0
    await page.locator(f"{LAST} .content").click(button="right")
    box = await page.get_by_role("menu").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
