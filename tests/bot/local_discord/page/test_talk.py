"""What people and the bot say: texts, Markdown, edits, files, pins, threads."""

from __future__ import annotations

import re

import discord
import pytest
from playwright.async_api import expect

from bot.local_discord.seed import BO, CLASS, GAMES, WELCOME, WRITERS_ROOM
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_text_is_sent_and_everybody_sees_it(window: Open) -> None:
    ana, bo = await window(), await window(BO)
    await say(ana, "The sea **answers**")
    await expect(bo.locator(f"{LAST} .content strong")).to_have_text("answers")
    await expect(bo.locator(f"{LAST} .author").first).to_have_text("Ana")
    await expect(ana.locator(".message-box")).to_have_value("")


async def test_an_edited_message_does_not_move_what_one_reads(window: Open, stage: Stage) -> None:
    channel = stage.bot.channel(GAMES)
    first = await channel.send("first words")
    for number in range(45):
        await channel.send(f"line {number}")
    page = await window(channel=GAMES)
    log = page.locator(".log")
    await expect(page.get_by_text("line 44", exact=True)).to_be_in_viewport()
    watched = page.get_by_text("line 12", exact=True)
    await watched.evaluate("node => node.scrollIntoView({ block: 'start' })")
    before = await watched.bounding_box()
    await first.edit(content="first words\n" + "and many more\n" * 12)
    await expect(page.get_by_text("and many more")).to_have_count(1)
    assert before is not None
    assert await watched.bounding_box() == before
    await channel.send("a newcomer")
    await expect(page.locator(".jump-bar")).to_have_text("New messages")
    assert await watched.bounding_box() == before
    await page.locator(".jump-bar").click()
    await expect(page.get_by_text("a newcomer", exact=True)).to_be_in_viewport()
    newest = await channel.send("grows")
    await newest.edit(content="grows\n" * 20 + "to the end")
    await expect(page.get_by_text("to the end")).to_be_visible()
    at_bottom = "log => log.scrollHeight - log.clientHeight - log.scrollTop < 2"
    assert await log.evaluate(at_bottom)


async def test_hostile_words_stay_words(window: Open, stage: Stage) -> None:
    page = await window()
    hostile = (
        '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script> [click](javascript:window.hurt=1) '
        "[https://good.example](https://bad.example) **<b onmouseover=alert(1)>** `<i>` ||<u>|| "
        "javascript:alert(1)"
    )
    embed = discord.Embed(title=hostile[:200], description=hostile).add_field(
        name="<svg onload=hurt()>", value=hostile
    )
    await stage.bot.channel(WRITERS_ROOM).send(hostile, embed=embed)
    row = page.locator(LAST)
    await expect(row.locator(".content")).to_contain_text('<img src=x onerror="window.hurt=1">')
    assert await row.locator("img, script, svg[onload], .content u, [onmouseover], [onerror]").count() == 0
    links = await row.locator("a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert await page.evaluate("window.hurt") is None


async def test_pins_threads_and_unread_marks_are_shown(window: Open, stage: Stage) -> None:
    page = await window(channel=WELCOME)
    channel = stage.bot.channel(CLASS)
    board_message = await channel.send("The board of the room")
    await board_message.pin()
    link = page.locator(".sidebar a", has_text="class")
    await expect(link).to_have_class(re.compile("unread"))
    await link.click()
    await expect(link).not_to_have_class(re.compile("unread"))
    await page.get_by_role("button", name="Pinned messages", exact=True).click()
    await expect(page.locator(".pins .pinned")).to_contain_text("The board of the room")
    await page.keyboard.press("Escape")
    thread = await board_message.create_thread(name="The Lighthouse")
    row = page.locator(".message", has_text="The board of the room").first
    await row.get_by_role("button", name=re.compile("See thread")).click()
    await expect(page.locator(".pane h2").first).to_have_text("The Lighthouse")
    await expect(page.locator(".sidebar .threads .here")).to_have_text("The Lighthouse")
    await expect(page.locator(".pane .message .content").first).to_have_text("The board of the room")
    assert f"channel={CLASS}&thread={thread.id}" in page.url


async def test_a_file_can_be_read_and_taken_away(
    window: Open, stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = await window()
    path = tmp_path_factory.mktemp("export") / "story.md"
    path.write_text("# The Lighthouse\n\nA keeper hears the sea.\n", "utf-8")
    await stage.bot.channel(WRITERS_ROOM).send(file=discord.File(path))
    file = page.locator(f"{LAST} .file")
    await expect(file.locator(".file-preview")).to_contain_text("A keeper hears the sea.")
    async with page.expect_download() as download:
        await file.get_by_role("link", name="Download story.md").click()
    taken = await (await download.value).path()
    assert taken.read_text("utf-8") == path.read_text("utf-8")


_MARKDOWN = {
    "**bold** *it* ***both***": "<strong>bold</strong> <em>it</em> <em><strong>both</strong></em>",
    "__under__ ~~gone~~": "<u>under</u> <s>gone</s>",
    "snake_case_name stays, _this_ leans": "snake_case_name stays, <em>this</em> leans",
    "`**raw**` and \\*escaped\\*": "<code>**raw**</code> and *escaped*",
    "2 * 3 * 4 = 24": "2 * 3 * 4 = 24",
    "<b>&amp;</b>": "&lt;b&gt;&amp;amp;&lt;/b&gt;",
    "[words](javascript:alert(1))": "[words](javascript:alert(1))",
    "[www.good.example](https://bad.example)": "[www.good.example](",
    "<t:99999999999999:F>": "&lt;t:99999999999999:F&gt;",
    "<@1> <@&2> <#3>": "&lt;@1&gt; &lt;@&amp;2&gt; &lt;#3&gt;",
}
_BLOCKS = {
    "# One\n## Two\n### Three\n-# small": ["H3", "H4", "H5", "SMALL"],
    "- a\n  - b\n1. c": ["UL", "OL"],
    "> said\n> twice\nafter": ["BLOCKQUOTE", "SPAN"],
    "before\n```py\nprint(1)\n```\nafter": ["SPAN", "PRE", "SPAN"],
    "```unclosed": ["SPAN"],
}
_TAKE_LONG = [
    *("*" * 4000, "**a" * 1300, "*a**b" * 800, "***a " * 800, "~~_*" * 1000, "_a" * 2000, "||" * 2000),
    *(
        "`" * 4000,
        "` `` " * 800,
        "```" + "\n" * 4000,
        "[" * 4000,
        "[a](" * 1000,
        "https://" * 500,
        "<t:" * 1300,
    ),
    *("> " * 2000, "# " + " " * 4000 + "x", "-# " * 1300),
]
_DRAW = """async (texts) => {
  const { markdown } = await import("/page/markdown.js");
  const names = { user: () => null, channel: () => null, role: () => null };
  return texts.map((text) => {
    const box = document.createElement("div");
    box.append(...markdown(text, names));
    return { html: box.innerHTML, tags: [...box.children].map((child) => child.tagName) };
  });
}"""


async def test_markdown_is_read_as_discord_reads_it(window: Open) -> None:
    page = await window()
    for (text, expected), drawn in zip(
        _MARKDOWN.items(), await page.evaluate(_DRAW, list(_MARKDOWN)), strict=True
    ):
        assert drawn["html"].startswith(f'<span class="text">{expected}'), text
    for (text, tags), drawn in zip(_BLOCKS.items(), await page.evaluate(_DRAW, list(_BLOCKS)), strict=True):
        assert drawn["tags"] == tags, text


async def test_a_code_block_marked_ansi_has_its_colours(window: Open) -> None:
    page = await window()
    text = "```ansi\n\u001b[0mplain \u001b[1;34mblue\u001b[0;4m <b>\u001b[99m\u001b[m end\n```"
    (drawn,) = await page.evaluate(_DRAW, [text])
    inside = drawn["html"].partition("<code")[2].partition(">")[2].partition("</code>")[0]
    assert inside == (
        'plain <span class="ansi-1 ansi-34">blue</span><span class="ansi-4"> &lt;b&gt;</span> end'
    )


async def test_no_text_takes_long_to_draw(window: Open) -> None:
    page = await window()
    start = await page.evaluate("performance.now()")
    await page.evaluate(_DRAW, _TAKE_LONG)
    assert await page.evaluate("performance.now()") - start < 3000


async def test_a_pin_far_back_is_read_back_to(window: Open, stage: Stage) -> None:
    channel = stage.bot.channel(GAMES)
    pinned = await channel.send("long ago")
    await pinned.pin()
    for number in range(60):
        await channel.send(f"since then {number}")
    page = await window(channel=GAMES)
    await expect(page.get_by_text("since then 59", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("long ago", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="Pinned messages", exact=True).click()
    await page.locator(".pinned", has_text="long ago").get_by_role("button", name="Jump").click()
    await expect(page.locator(".message-list").get_by_text("long ago", exact=True)).to_be_in_viewport()
