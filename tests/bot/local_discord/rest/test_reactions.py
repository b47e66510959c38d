"""Reactions: what the bot does, and what it hears of people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import discord
import pytest

from bot.local_discord.seed import ANA, BO, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

FACES = [chr(0x1F600 + number) for number in range(21)]


@pytest.fixture
async def hearing(launch: Callable[..., Awaitable[StoryBot]]) -> StoryBot:
    """A bot that hears of messages and reactions."""
    return await launch(discord.Intents(guilds=True, guild_messages=True, guild_reactions=True))


def reaction(message: Any, emoji: str) -> str:
    return f"/people/v1/channels/{WRITERS_ROOM}/messages/{message.id}/reactions/{quote(emoji)}"


async def react(person: Person, message: Any, emoji: str, method: str = "PUT") -> None:
    await person.call(method, f"{reaction(message, emoji)}?user={person.user}")


async def code_of(attempt: Any) -> int:
    with pytest.raises(discord.HTTPException) as refusal:
        await attempt
    return refusal.value.code


async def test_the_bot_hears_who_reacted_to_what(hearing: StoryBot, ana: Person) -> None:
    ears = Ears(hearing, "raw_reaction_add", "reaction_add", "raw_reaction_remove")
    sent = await hearing.text_channel(WRITERS_ROOM).send("x")
    await react(ana, sent, "👍")
    _, raw = await ears.next("raw_reaction_add")
    assert (raw.user_id, raw.message_id, raw.message_author_id) == (int(ANA), sent.id, hearing.application_id)
    assert (str(raw.emoji), raw.burst, raw.type) == ("👍", False, discord.ReactionType.normal)
    assert raw.member.display_name == "Ana"
    _, (added, user) = await ears.next("reaction_add")
    assert (added.count, added.me, user.id) == (1, False, int(ANA))
    await react(ana, sent, "👍", "DELETE")
    _, raw = await ears.next("raw_reaction_remove")
    assert raw.user_id == int(ANA)


async def test_reactions_are_counted_listed_and_marked(
    bot: StoryBot, ana: Person, bo: Person, asks: Asker
) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send("x")
    for person in (bo, ana, ana):
        await react(person, sent, "❤️")
    await sent.add_reaction("❤")  # the same with or without its variation selector
    found = (await channel.fetch_message(sent.id)).reactions
    assert [(one.emoji, one.count, one.me) for one in found] == [("❤️", 3, True)]
    assert {user.id async for user in found[0].users(limit=2)} == {int(ANA), int(BO)}
    path = f"/channels/{WRITERS_ROOM}/messages/{sent.id}/reactions/{quote('❤️')}"
    after = await asks.rest("GET", f"{path}?after={ANA}&limit=1")
    assert [user["id"] for user in after.body] == [BO]
    assert (await asks.rest("GET", f"{path}?type=1")).body == []
    for query in ("limit=101", "after=x", "type=2"):
        assert (await asks.rest("GET", f"{path}?{query}")).body["code"] == 50035
    seen = (await ana.messages(WRITERS_ROOM))[0]["reactions"][0]
    listed = await ana.call("GET", reaction(sent, "❤️"), user=ANA)
    assert [user["id"] for user in listed] == [ANA, BO, str(bot.application_id)]
    assert (seen["me"], seen["count_details"]) == (True, {"burst": 0, "normal": 3})


async def test_the_last_one_takes_the_reaction_with_them(bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send("x")
    await sent.add_reaction("👍")
    await sent.remove_reaction("👍", discord.Object(bot.application_id or 0))
    await sent.remove_reaction("👍", discord.Object(bot.application_id or 0))
    assert (await channel.fetch_message(sent.id)).reactions == []


async def test_reactions_of_others_go_by_who_manages_messages(
    hearing: StoryBot, ana: Person, bo: Person, local: LocalDiscord
) -> None:
    ears = Ears(hearing, "raw_reaction_clear", "raw_reaction_clear_emoji")
    sent = await hearing.text_channel(WRITERS_ROOM).send("x")
    for emoji in ("👍", "😀", "❤️"):
        await react(ana, sent, emoji)
    await sent.remove_reaction("👍", discord.Object(int(ANA)))
    assert (await ana.sees("MESSAGE_REACTION_REMOVE"))["emoji"]["name"] == "👍"
    await sent.clear_reaction("😀")
    _, cleared = await ears.next("raw_reaction_clear_emoji")
    assert str(cleared.emoji) == "😀"
    await sent.clear_reactions()
    await ears.next("raw_reaction_clear")
    assert (await bo.sees("MESSAGE_REACTION_REMOVE_ALL"))["message_id"] == str(sent.id)
    for role in local.parts.world.guilds[GUILD].roles.values():
        role.permissions &= ~discord.Permissions(manage_messages=True).value
    assert await code_of(sent.clear_reactions()) == 50013
    assert await code_of(sent.clear_reaction("😀")) == 50013
    assert await code_of(sent.remove_reaction("👍", discord.Object(int(ANA)))) == 50013


async def test_only_a_new_emoji_needs_the_permission(bot: StoryBot, ana: Person, local: LocalDiscord) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("x")
    await react(ana, sent, "👍")
    everyone = local.parts.world.guilds[GUILD].roles[GUILD]
    everyone.permissions &= ~discord.Permissions(add_reactions=True).value
    await sent.add_reaction("👍")
    assert await code_of(sent.add_reaction("😀")) == 50013
    everyone.permissions &= ~discord.Permissions(read_message_history=True).value
    assert await code_of(sent.add_reaction("👍")) == 50013


async def test_a_message_has_twenty_different_reactions(bot: StoryBot) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("x")
    for emoji in FACES[:20]:
        await sent.add_reaction(emoji)
    assert await code_of(sent.add_reaction(FACES[20])) == 30010
    await sent.add_reaction(FACES[0])


@pytest.mark.parametrize("emoji", ["smile", "story:1100000000000000099", "😀😀"])
async def test_what_is_no_emoji_is_unknown(bot: StoryBot, emoji: str) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("x")
    assert await code_of(sent.add_reaction(emoji)) == 10014


async def test_nobody_reacts_to_what_is_not_there(bot: StoryBot) -> None:
    assert await code_of(bot.text_channel(WRITERS_ROOM).get_partial_message(1).add_reaction("😀")) == 10008
