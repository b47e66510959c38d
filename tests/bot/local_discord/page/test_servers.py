"""Servers: the rail, what a person sees in them, what changes under them, and direct messages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.local_discord.seed import (
    ANA,
    BO,
    CHEN,
    DEE,
    FILM_CLUB,
    GUILD,
    HOST_ROLE,
    LOBBY,
    PRODUCERS,
    WELCOME,
    WRITERS_ROOM,
)
from tests.bot.local_discord.page.conftest import Open, Stage
from tests.bot.local_discord.page.steps import LAST, say

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_server_is_entered_from_the_rail_and_the_back_button_leaves_it(window: Open) -> None:
    page = await window()
    await page.get_by_role("link", name="Film Club").click()
    await expect(page.locator(".server h1")).to_have_text("Film Club")
    await expect(page.locator(".channel-title h2")).to_have_text("lobby")
    await expect(page.locator(".rail .here a")).to_have_attribute("aria-current", "page")
    assert f"guild={FILM_CLUB}&channel={LOBBY}" in page.url
    await page.go_back()
    await expect(page.locator(".channel-title h2")).to_have_text("writers-room")
    await page.reload()
    await expect(page.locator(".channel-title h2")).to_have_text("writers-room")


async def test_a_server_one_is_not_in_and_a_hidden_channel_are_not_shown(window: Open) -> None:
    host, guest = await window(), await window(CHEN)
    await expect(host.locator(".sidebar a", has_text="producers")).to_be_visible()
    await expect(host.locator(".rail-servers a")).to_have_count(3)
    await expect(guest.locator(".sidebar a", has_text="producers")).to_have_count(0)
    await expect(guest.locator(".rail-servers a")).to_have_count(2)
    asked = await window(CHEN, PRODUCERS)
    await expect(asked.locator(".channel-title h2")).to_have_text("writers-room")
    assert PRODUCERS not in asked.url


async def test_what_is_unread_in_another_server_is_marked_on_the_rail(window: Open) -> None:
    bo, ana = await window(BO), await window(ANA, LOBBY)
    item = bo.locator(".rail-item", has_text="FC")
    await say(ana, "<@" + BO + "> the projector works")
    await expect(item).to_have_class(re.compile("unread"))
    await expect(item.locator(".count")).to_have_text("1")
    await item.get_by_role("link").click()
    await expect(bo.locator(f"{LAST} .content")).to_contain_text("the projector works")
    await bo.locator(".rail-item", has_text="SR").get_by_role("link").click()
    await expect(item).not_to_have_class(re.compile("unread"))


async def test_a_channel_shown_or_hidden_comes_and_goes_without_a_reload(window: Open, stage: Stage) -> None:
    page = await window(BO)
    await page.evaluate("window.same = document.querySelector('.message-box')")
    channel = stage.discord.parts.world.channel(PRODUCERS)
    overwrites = stage.discord.parts.places.overwrites
    link = page.locator(".sidebar a", has_text="producers")
    overwrites.put(channel, None, BO, {"type": 1, "allow": "1024", "deny": "0"})
    await link.click()
    await expect(page.locator(".channel-title h2")).to_have_text("producers")
    overwrites.remove(channel, None, BO)
    await expect(link).to_have_count(0)
    await expect(page.locator(".banner")).to_contain_text("cannot see that channel")
    await expect(page.locator(".channel-title h2")).not_to_have_text("producers")
    assert await page.evaluate("window.same === document.querySelector('.message-box')")


async def test_roles_group_the_members_and_colour_their_names(window: Open) -> None:
    page = await window()
    members = page.get_by_role("complementary", name="Members")
    await expect(members.locator("h2")).to_have_text(["Host — 1", "Teacher — 1", "Writer — 2", "Apps — 1"])
    colours = await members.locator(".role-coloured").evaluate_all(
        "names => new Set(names.map(name => getComputedStyle(name).color)).size"
    )
    assert colours == 3
    button = page.get_by_role("button", name="Members", exact=True)
    await button.click()
    await expect(members).not_to_be_visible()
    await button.click()
    await members.get_by_role("button", name="Ana").click()
    card = page.get_by_role("dialog", name="Ana")
    await expect(card.locator(".role")).to_have_text(["Host", "Writer"])
    await page.keyboard.press("Escape")
    await expect(members.get_by_role("button", name="Ana")).to_be_focused()


async def test_a_role_given_or_taken_is_seen_at_once(window: Open, stage: Stage) -> None:
    page = await window(BO)
    guild = stage.discord.parts.world.guild(GUILD)
    held = list(guild.members[BO].roles)
    try:
        stage.discord.parts.places.members.change(guild, None, BO, {"roles": [*held, HOST_ROLE]})
        await expect(page.locator(".me .roles")).to_contain_text("Host")
        await expect(page.locator(".sidebar a", has_text="producers")).to_be_visible()
    finally:
        stage.discord.parts.places.members.change(guild, None, BO, {"roles": held})
    await expect(page.locator(".sidebar a", has_text="producers")).to_have_count(0)


async def test_a_person_and_the_bot_can_be_written_to_alone(window: Open, stage: Stage) -> None:
    ana, dee = await window(), await window(DEE, WELCOME)
    await ana.locator(".members").get_by_role("button", name="Dee").click()
    await ana.get_by_role("dialog", name="Dee").get_by_role("button", name="Message").click()
    await expect(ana.locator(".channel-title h2")).to_have_text("Dee")
    await say(ana, "Between the two of us")
    home = dee.locator(".rail-item").first
    await expect(home.locator(".count")).to_have_text("1")
    await home.get_by_role("link").click()
    await dee.locator(".sidebar .channel", has_text="Ana").click()
    await expect(dee.locator(f"{LAST} .content")).to_have_text("Between the two of us")
    await ana.get_by_role("link", name="Story Rooms").click()
    await ana.locator(".members").get_by_role("button", name="Storyroom").click()
    await ana.get_by_role("dialog", name="Storyroom").get_by_role("button", name="Message").click()
    await expect(ana.locator(".channel-title h2")).to_have_text("Storyroom")
    person = await stage.bot.fetch_user(int(ANA))
    await person.send("At your service")
    await expect(ana.locator(f"{LAST} .content")).to_have_text("At your service")
    await ana.reload()
    await expect(ana.locator(f"{LAST} .content")).to_have_text("At your service")


async def test_two_windows_are_two_people_at_once(window: Open) -> None:
    ana, bo = await window(), await window(BO)
    await say(ana, "I am Ana")
    await say(bo, "And I am Bo")
    for page in (ana, bo):
        await expect(page.locator(".message .content").nth(-2)).to_have_text("I am Ana")
        await expect(page.locator(f"{LAST} .content")).to_have_text("And I am Bo")
    await expect(ana.locator(".me b")).to_have_text("Ana")
    await expect(bo.locator(".me b")).to_have_text("Bo")
    await ana.reload()
    await expect(ana.locator(".me b")).to_have_text("Ana")


async def test_a_channel_made_renamed_and_removed_is_followed(window: Open, stage: Stage) -> None:
    page = await window()
    guild, channels = stage.discord.parts.world.guild(GUILD), stage.discord.parts.places.channels
    category = channels.create(guild, None, {"name": "Rooms to come", "type": 4})
    made = channels.create(guild, None, {"name": "second-draft", "parent_id": category.id})
    heading = page.get_by_role("button", name="Rooms to come")
    await expect(heading).to_have_attribute("aria-expanded", "true")
    link = page.locator(f'.sidebar a[data-channel="{made.id}"]')
    await link.click()
    await expect(page.locator(".message-box")).to_be_enabled()
    channels.change(made, None, {"name": "third-draft"})
    await expect(page.locator(".channel-title h2")).to_have_text("third-draft")
    await page.locator(f'.sidebar a[data-channel="{WRITERS_ROOM}"]').click()
    await heading.click()
    await expect(link).to_have_count(0)
    await heading.click()
    await link.click()
    stage.discord.parts.places.threads.remove(made)
    stage.discord.parts.places.threads.remove(category)
    await expect(heading).to_have_count(0)
    await expect(page.locator(".channel-title h2")).not_to_have_text("third-draft")
