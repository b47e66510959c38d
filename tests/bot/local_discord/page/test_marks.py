"""What people put on messages (reactions, votes, pins) and make of them (forwards, edits, replies)."""

from __future__ import annotations

import datetime as dt
import re

import discord
import pytest
from playwright.async_api import Page, expect

from bot.local_discord.seed import BO, CLASS, GAMES
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def _menu(page: Page, text: str, item: str | re.Pattern[str]) -> None:
    await page.locator(".message .content", has_text=text).last.click(button="right")
    await page.get_by_role("menuitem", name=item).click()


async def test_reactions_are_added_counted_and_taken_back(window: Open, stage: Stage) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    message = await stage.bot.channel(GAMES).send("React to this")
    await message.add_reaction("🎬")
    row = ana.locator(f'.message[data-id="{message.id}"]')
    film = row.locator('.reaction[data-emoji="🎬"]')
    await expect(film).to_have_attribute("aria-pressed", "false")  # the bot's own is not mine
    await film.click()
    await expect(film).to_have_attribute("aria-pressed", "true")
    await expect(film.locator(".reaction-count")).to_have_text("2")
    theirs = bo.locator(f'.message[data-id="{message.id}"] .reaction:not(.add)')
    await expect(theirs).to_have_attribute("aria-label", "clapper, 2 reactions")
    await film.hover()
    await expect(film).to_have_attribute("title", re.compile("Ana.* reacted with 🎬"))
    await message.edit(content="React to this, edited")
    await expect(row.locator(".content")).to_contain_text("edited")
    await expect(film).to_have_attribute("aria-pressed", "true")
    await film.click()
    await expect(film.locator(".reaction-count")).to_have_text("1")
    await row.get_by_role("button", name="Add reaction").last.click()
    await ana.get_by_role("textbox", name="Find an emoji").fill("popc")
    await ana.keyboard.press("Enter")
    await expect(bo.locator(f'.message[data-id="{message.id}"] .reaction[data-emoji="🍿"]')).to_be_visible()
    await _menu(ana, "React to this", "View reactions")
    await expect(ana.get_by_role("dialog", name="Reactions")).to_contain_text("Storyroom")


async def test_a_poll_is_made_voted_on_and_changed(window: Open) -> None:
    ana, bo = await window(channel=CLASS), await window(BO, CLASS)
    await ana.get_by_role("button", name="Add something").click()
    await ana.get_by_role("menuitem", name="Create a poll").click()
    dialog = ana.get_by_role("dialog", name="Create a poll")
    await dialog.get_by_role("button", name="Post").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Ask a question.")
    await dialog.get_by_label("Question").fill("Which ending?")
    await dialog.get_by_label("Answer 1").fill("The sea wins")
    await dialog.get_by_label("Answer 2").fill("The keeper leaves")
    await dialog.get_by_role("button", name="Post").click()
    await expect(dialog).to_have_count(0)
    mine, theirs = ana.locator(f"{LAST} .poll"), bo.locator(f"{LAST} .poll")
    await expect(theirs.get_by_role("heading")).to_have_text("Which ending?")
    await expect(theirs.get_by_role("button", name="Vote", exact=True)).to_be_disabled()
    await theirs.get_by_label("The sea wins").check()
    await theirs.get_by_role("button", name="Vote", exact=True).click()
    await expect(theirs.locator(".result.mine")).to_contain_text("100%")
    await expect(mine.get_by_role("button", name="Vote", exact=True)).to_be_visible()
    await mine.get_by_label("The keeper leaves").check()
    await mine.get_by_role("button", name="Vote", exact=True).click()
    await expect(theirs.locator(".poll-total")).to_contain_text("2 votes")
    await theirs.locator(".result", has_text="The keeper leaves").click()
    await expect(theirs.locator(".poll-voters")).to_have_text("Ana")
    await mine.get_by_role("button", name="Remove vote").click()
    await expect(theirs.locator(".poll-total")).to_contain_text("1 vote")


async def test_a_poll_of_the_bots_takes_several_answers_and_is_ended(window: Open, stage: Stage) -> None:
    page = await window(channel=CLASS)
    poll = discord.Poll("Which forms?", dt.timedelta(hours=5), multiple=True)
    for text in ("Film", "Series", "Short"):
        poll.add_answer(text=text)
    sent = await stage.bot.channel(CLASS).send(poll=poll)
    card = page.locator(f"{LAST} .poll")
    await expect(card).to_contain_text("Select one or more answers")
    await card.get_by_label("Film").check()
    await card.get_by_label("Short").check()
    await card.get_by_role("button", name="Vote", exact=True).click()
    await expect(card.locator(".result.mine")).to_have_count(2)
    await expect(card.locator(".poll-total")).to_contain_text("2 votes")
    await sent.end_poll()
    asked = page.locator(f'.message[data-id="{sent.id}"] .poll')
    await expect(asked.locator(".result.winner")).to_have_count(2)
    await expect(asked.get_by_role("button", name="Remove vote")).to_have_count(0)
    await expect(page.locator(f"{LAST} .poll.ended")).to_contain_text("No single winner")


async def test_ones_own_message_is_edited_in_place(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    await say(ana, "A keper of the light")
    await expect(ana.locator(f"{LAST} .content")).to_have_text("A keper of the light")
    await ana.locator(".message-box").press("ArrowUp")
    box = ana.get_by_role("textbox", name="Edit message")
    await expect(box).to_have_value("A keper of the light")
    await box.fill("A keeper of the light")
    await ana.keyboard.press("Enter")
    await expect(bo.locator(f"{LAST} .content")).to_contain_text("A keeper of the light (edited)")
    await expect(box).to_have_count(0)
    await _menu(ana, "A keeper of the light", "Edit message")
    await box.fill("never said")
    await ana.keyboard.press("Escape")
    await expect(ana.locator(f"{LAST} .content")).to_contain_text("A keeper of the light")


async def test_a_reply_quotes_and_a_forward_carries(window: Open) -> None:
    ana, bo = await window(channel=GAMES), await window(BO, GAMES)
    await say(ana, "The original line")
    await _menu(bo, "The original line", "Reply")
    await expect(bo.locator(".reply-bar")).to_contain_text("Replying to Ana")
    await say(bo, "An answer to it")
    await expect(ana.locator(f"{LAST} .above")).to_contain_text("The original line")
    await expect(ana.locator(LAST)).to_have_class(re.compile("mentioned"))
    await _menu(ana, "The original line", "Forward")
    await ana.get_by_role("textbox", name="Find a channel").fill("class")
    await ana.keyboard.press("Enter")
    await expect(ana.locator(".banner")).to_contain_text("Forwarded to #class")
    await ana.locator(".sidebar a", has_text="class").click()
    await expect(ana.locator(f"{LAST} .forwarded")).to_contain_text("The original line")


async def test_a_message_is_pinned_found_and_unpinned_by_its_menu(window: Open, stage: Stage) -> None:
    page = await window(channel=GAMES)
    await stage.bot.channel(GAMES).send("Worth keeping")
    await _menu(page, "Worth keeping", "Pin message")
    await expect(page.locator(LAST)).to_contain_text("Ana pinned a message to this channel.")
    await page.get_by_role("button", name="Pinned messages", exact=True).click()
    pinned = page.locator(".pinned", has_text="Worth keeping")
    await pinned.get_by_role("button", name="Unpin").click()
    await expect(pinned).to_have_count(0)


async def test_the_menu_offers_only_what_one_may(window: Open, stage: Stage) -> None:
    page = await window(BO, GAMES)
    await stage.bot.channel(GAMES).send("Not Bo's")
    await page.locator(".message .content", has_text="Not Bo's").last.click(button="right")
    menu = page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem", name="Copy text")).to_be_visible()
    for name in ("Edit message", "Delete message", "Pin message"):
        await expect(menu.get_by_role("menuitem", name=name)).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
