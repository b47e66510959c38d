"""Pins by both routes, and what a person is shown of them."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.local_discord.forms.message import Draft
from bot.local_discord.seed import GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.person import Person, Refused
from tests.bot.local_discord.story_bot import StoryBot

PINS = f"/channels/{WRITERS_ROOM}/messages/pins"
OLD = f"/channels/{WRITERS_ROOM}/pins"


async def pinned(bot: StoryBot, count: int) -> list[discord.Message]:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = [await channel.send(str(number)) for number in range(count)]
    for message in sent:
        await message.pin()
    return sent


async def test_pins_come_in_pages(bot: StoryBot, asks: Asker) -> None:
    await pinned(bot, 3)
    page = (await asks.rest("GET", f"{PINS}?limit=2")).body
    assert [item["message"]["content"] for item in page["items"]] == ["2", "1"]
    assert page["has_more"]
    before = page["items"][-1]["pinned_at"]
    rest = (await asks.rest("GET", PINS, params={"before": before})).body
    assert ([item["message"]["content"] for item in rest["items"]], rest["has_more"]) == (["0"], False)
    assert [message["content"] for message in (await asks.rest("GET", OLD)).body] == ["2", "1", "0"]
    for query in ("limit=51", "before=noon"):
        assert (await asks.rest("GET", f"{PINS}?{query}")).body["code"] == 50035


async def test_pinning_needs_its_permission(
    bot: StoryBot, local: LocalDiscord, bo: Person, ana: Person
) -> None:
    (sent,) = await pinned(bot, 1)
    path = f"/people/v1/channels/{WRITERS_ROOM}/pins/{sent.id}"
    with pytest.raises(Refused) as refusal:
        await bo.call("DELETE", path, user=bo.user)
    assert (refusal.value.status, refusal.value.body["message"]) == (403, "You may not do that here.")
    await ana.call("DELETE", path, user=ana.user)
    await ana.call("PUT", f"{path}?user={ana.user}")
    notice = await bo.sees(
        "MESSAGE_CREATE", lambda body: body["type"] == 6 and body["author"]["id"] == ana.user
    )
    assert notice["message_reference"]["message_id"] == str(sent.id)
    for role in local.parts.world.guilds[GUILD].roles.values():
        role.permissions &= ~discord.Permissions(pin_messages=True).value
    with pytest.raises(discord.Forbidden):
        await sent.unpin()


async def test_a_channel_has_250_pins(bot: StoryBot, local: LocalDiscord) -> None:
    posting = local.parts.posting
    for number in range(250):
        posting.post(WRITERS_ROOM, str(bot.application_id), Draft(content=str(number))).pinned = 1.0
    last: Any = await bot.text_channel(WRITERS_ROOM).send("one more")
    with pytest.raises(discord.HTTPException) as refusal:
        await last.pin()
    assert refusal.value.code == 30003
