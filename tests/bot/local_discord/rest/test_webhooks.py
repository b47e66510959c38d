"""Webhooks of channels: by discord.py, and by hand where that is stricter than Discord."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.local_discord.permissions import Permission
from bot.local_discord.seed import APPLICATION, BOT_ROLE, GAMES, GUILD, LOBBY, PREMISES, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import ChannelFlag
from tests.bot.local_discord.asking import Answer, Asker, until
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

HERE = f"/channels/{WRITERS_ROOM}/webhooks"


@pytest.fixture
def trusted(local: LocalDiscord) -> LocalDiscord:
    """The bot may manage webhooks."""
    local.parts.world.guilds[GUILD].roles[BOT_ROLE].permissions |= int(Permission.MANAGE_WEBHOOKS)
    return local


@pytest.fixture
async def hook(trusted: LocalDiscord, asks: Asker) -> dict[str, Any]:
    assert trusted.port
    answer = await asks.rest("POST", HERE, json={"name": "Narrator"})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


def says(asks: Asker, hook: dict[str, Any], **body: Any) -> Awaitable[Answer]:
    query = body.pop("query", "?wait=true")
    return asks.rest("POST", f"/webhooks/{hook['id']}/{hook['token']}{query}", token="", json=body)


async def test_a_webhook_made_by_discord_py_speaks_under_its_name(
    trusted: LocalDiscord, launch: Callable[..., Awaitable[StoryBot]], ana: Person
) -> None:
    assert trusted.port
    bot = await launch(discord.Intents(guilds=True, guild_messages=True, webhooks=True))
    told: list[Any] = []

    async def on_webhooks_update(channel: discord.abc.GuildChannel) -> None:
        told.append(channel.id)

    bot.event(on_webhooks_update)
    channel = bot.text_channel(WRITERS_ROOM)
    webhook = await channel.create_webhook(name="Narrator")
    await until(lambda: told)
    assert told == [int(WRITERS_ROOM)]
    message = await webhook.send("Night falls.", username="The Sea", wait=True)
    assert (message.author.name, message.webhook_id) == ("The Sea", webhook.id)
    seen = await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "Night falls.")
    assert (seen["author"]["username"], seen["webhook_id"]) == ("The Sea", str(webhook.id))
    assert "member" not in seen
    edited = await message.edit(content="Dawn.")
    assert (await webhook.fetch_message(edited.id)).content == "Dawn."
    await message.delete()
    assert [one.id for one in await channel.webhooks()] == [webhook.id]
    await webhook.edit(name="Chorus")
    assert [one.name for one in await channel.guild.webhooks()] == ["Chorus"]
    await webhook.delete()
    with pytest.raises(discord.NotFound) as error:
        await webhook.send("gone")
    assert error.value.code == 10015


async def test_who_may_not_manage_webhooks_makes_none(asks: Asker) -> None:
    for method, path in (("POST", HERE), ("GET", HERE), ("GET", f"/guilds/{GUILD}/webhooks")):
        answer = await asks.rest(method, path, json={"name": "x"} if method == "POST" else None)
        assert (answer.status, answer.body["code"]) == (403, 50013)


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 81, 7, "my Discord", "CLYDE"])
async def test_a_webhooks_name_has_limits(trusted: LocalDiscord, asks: Asker, name: object) -> None:
    assert trusted.port
    answer = await asks.rest("POST", HERE, json={"name": name})
    assert (answer.status, answer.body["code"]) == (400, 50035)
    assert list(answer.body["errors"]) == ["name"]


async def test_a_channel_has_fifteen_webhooks_and_a_thread_none(
    trusted: LocalDiscord, asks: Asker, ana: Person
) -> None:
    assert trusted.port
    for _ in range(15):
        assert (await asks.rest("POST", HERE, json={"name": "x"})).status == 200
    answer = await asks.rest("POST", HERE, json={"name": "x"})
    assert (answer.status, answer.body["code"]) == (400, 30007)
    thread = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    answer = await asks.rest("POST", f"/channels/{thread['id']}/webhooks", json={"name": "x"})
    assert (answer.status, answer.body["code"]) == (400, 50024)


async def test_its_picture_is_not_built_and_says_so(trusted: LocalDiscord, asks: Asker) -> None:
    assert trusted.port
    answer = await asks.rest("POST", HERE, json={"name": "x", "avatar": "data:image/png;base64,AAAA"})
    assert answer.status == 501
    assert "avatar" in answer.body["message"]


async def test_with_the_token_alone_it_is_read_renamed_and_removed(hook: dict[str, Any], asks: Asker) -> None:
    path = f"/webhooks/{hook['id']}/{hook['token']}"
    read = await asks.rest("GET", path, token="")
    assert (read.body["name"], "user" in read.body) == ("Narrator", False)
    assert read.body["application_id"] == APPLICATION
    assert (await asks.rest("PATCH", path, token="", json={"name": "Chorus"})).body["name"] == "Chorus"
    wrong = await asks.rest("GET", path + "x", token="")
    assert (wrong.status, wrong.body["code"]) == (401, 50027)
    assert (await asks.rest("DELETE", path, token="")).status == 204
    gone = await asks.rest("GET", path, token="")
    assert (gone.status, gone.body["code"]) == (404, 10015)


async def test_without_a_token_in_the_path_the_bots_is_asked_for(hook: dict[str, Any], asks: Asker) -> None:
    path = f"/webhooks/{hook['id']}"
    assert (await asks.rest("GET", path, token="")).status == 401
    assert (await asks.rest("GET", path)).body["user"]["id"] == APPLICATION


async def test_it_moves_within_its_guild(hook: dict[str, Any], asks: Asker) -> None:
    path = f"/webhooks/{hook['id']}"
    moved = await asks.rest("PATCH", path, json={"channel_id": GAMES})
    assert moved.body["channel_id"] == GAMES
    said = await says(asks, hook, content="here now")
    assert said.body["channel_id"] == GAMES
    away = await asks.rest("PATCH", path, json={"channel_id": LOBBY})
    assert (away.status, away.body["code"]) == (404, 10003)


async def test_it_answers_only_where_that_is_asked_for(hook: dict[str, Any], asks: Asker) -> None:
    assert (await says(asks, hook, content="x", query="")).status == 204
    said = await says(asks, hook, content="x", embeds=[{"title": "t"}], flags=64)
    assert (said.status, said.body["flags"], said.body["author"]["username"]) == (200, 0, "Narrator")
    for body, code in (
        ({}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "username": "Clyde"}, 50035),
    ):
        refusal = await says(asks, hook, **body)
        assert (refusal.status, refusal.body["code"]) == (400, code)


async def test_it_speaks_in_the_threads_of_its_channel(
    hook: dict[str, Any], asks: Asker, ana: Person
) -> None:
    thread = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    said = await says(asks, hook, content="inside", query=f"?wait=true&thread_id={thread['id']}")
    assert said.body["channel_id"] == thread["id"]
    path = f"/webhooks/{hook['id']}/{hook['token']}/messages/{said.body['id']}"
    outside = await asks.rest("GET", path, token="")
    assert (outside.status, outside.body["code"]) == (404, 10008)
    assert (await asks.rest("GET", f"{path}?thread_id={thread['id']}", token="")).status == 200
    other = await ana.call("POST", f"/people/v1/channels/{GAMES}/threads", name="Elsewhere")
    refusal = await says(asks, hook, content="x", query=f"?thread_id={other['id']}")
    assert (refusal.status, refusal.body["code"]) == (404, 10003)
    refusal = await says(asks, hook, content="x", thread_name="no forum")
    assert (refusal.status, refusal.body["code"]) == (400, 220003)


async def test_in_a_forum_it_starts_posts(trusted: LocalDiscord, asks: Asker) -> None:
    hook = (await asks.rest("POST", f"/channels/{PREMISES}/webhooks", json={"name": "Narrator"})).body
    refusal = await says(asks, hook, content="x")
    assert (refusal.status, refusal.body["code"]) == (400, 220001)
    said = await says(asks, hook, content="A keeper.", thread_name="The Lighthouse")
    assert said.body["id"] == said.body["channel_id"]
    thread = trusted.parts.world.thread(said.body["channel_id"])
    assert (thread.name, thread.parent_id) == ("The Lighthouse", PREMISES)
    assert trusted.parts.world.channel(PREMISES).last_message_id == thread.id
    again = await says(asks, hook, content="more", query=f"?wait=true&thread_id={thread.id}")
    assert again.body["channel_id"] == thread.id
    both = await says(asks, hook, content="x", thread_name="T", query=f"?thread_id={thread.id}")
    assert (both.status, both.body["code"]) == (400, 220002)


async def test_a_forum_that_wants_a_tag_wants_one_of_it_too(trusted: LocalDiscord, asks: Asker) -> None:
    hook = (await asks.rest("POST", f"/channels/{PREMISES}/webhooks", json={"name": "Narrator"})).body
    forum = trusted.parts.world.channel(PREMISES)
    forum.flags |= ChannelFlag.REQUIRE_TAG
    before = len(trusted.parts.world.threads_in(forum))
    refusal = await says(asks, hook, content="A keeper.", thread_name="The Lighthouse")
    assert (refusal.status, refusal.body["code"]) == (400, 40067)
    assert len(trusted.parts.world.threads_in(forum)) == before


async def test_it_goes_with_its_channel(hook: dict[str, Any], asks: Asker) -> None:
    await asks.does("DELETE", f"/channels/{WRITERS_ROOM}")
    refusal = await says(asks, hook, content="x")
    assert (refusal.status, refusal.body["code"]) == (404, 10015)
    assert (await asks.rest("GET", f"/guilds/{GUILD}/webhooks")).body == []
