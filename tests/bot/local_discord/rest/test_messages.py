"""Messages over the wire, by an unmodified discord.py where it has the call."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.local_discord.forms.message import Draft
from bot.local_discord.seed import ANA, BO, GUILD, PRODUCERS, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import ChannelKind
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.rest.posting import MESSAGES, bot_role, code_of, forbid, only
from tests.bot.local_discord.story_bot import StoryBot

HOUR = 3600


async def test_a_reply_names_whom_it_answers_unless_told_otherwise(bot: StoryBot, ana: Person) -> None:
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="question")
    asked = await bot.text_channel(WRITERS_ROOM).fetch_message(int(said["id"]))
    loud = await asked.reply("answer")
    quiet = await asked.reply("answer", mention_author=False)
    assert loud.type is discord.MessageType.reply
    assert [[user.id for user in one.mentions] for one in (loud, quiet)] == [[int(ANA)], []]


async def test_a_reply_to_what_is_not_there_is_refused_or_ordinary(bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    gone = discord.MessageReference(message_id=1, channel_id=channel.id)
    assert await code_of(channel.send("x", reference=gone)) == 50035
    gone.fail_if_not_exists = False
    plain = await channel.send("x", reference=gone)
    assert (plain.type, plain.reference) == (discord.MessageType.default, None)


async def test_a_system_message_takes_no_reply_no_edit_and_no_pin(bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    await (await channel.send("x")).pin()
    notice = await anext(channel.history(limit=1))
    assert notice.type is discord.MessageType.pins_add
    assert await code_of(channel.send("x", reference=notice.to_reference())) == 50035
    assert await code_of(notice.pin()) == 50021
    assert await code_of(channel.get_partial_message(notice.id).edit(content="x")) == 50021
    await notice.delete()


async def test_a_reply_needs_the_history(bot: StoryBot, local: LocalDiscord) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send("x")
    forbid(local, only(read_message_history=True))
    assert await code_of(channel.send("y", reference=sent.to_reference())) == 160002
    assert [message async for message in channel.history()] == []
    assert await code_of(channel.fetch_message(sent.id)) == 50013


async def test_a_forward_carries_what_the_message_was(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    file = discord.File(io.BytesIO(b"x"), "x.txt")
    sent = await channel.send("first", embed=discord.Embed(title="t"), file=file)
    forwarded = await sent.forward(channel)
    await sent.edit(content="changed")
    again = await channel.fetch_message(forwarded.id)
    assert again.flags.forwarded
    assert again.reference is not None
    assert again.reference.type is discord.MessageReferenceType.forward
    snapshot = again.message_snapshots[0]
    assert (snapshot.content, snapshot.embeds[0].title) == ("first", "t")
    assert snapshot.attachments[0].filename == "x.txt"
    seen = await ana.sees("MESSAGE_CREATE", lambda body: body["id"] == str(forwarded.id))
    assert seen["message_snapshots"][0]["message"]["content"] == "first"


async def test_a_forward_needs_to_see_the_message(bot: StoryBot, local: LocalDiscord, asks: Asker) -> None:
    hidden = local.parts.posting.post(PRODUCERS, ANA, Draft(content="secret"))
    reference = {"type": 1, "channel_id": PRODUCERS, "message_id": hidden.id}
    answer = await asks.rest("POST", MESSAGES, json={"message_reference": reference})
    assert (answer.status, answer.body["code"]) == (403, 50001)
    assert bot.is_ready()


async def test_a_nonce_keeps_its_type(asks: Asker, ana: Person) -> None:
    for nonce in (7, "seven"):
        answer = await asks.rest("POST", MESSAGES, json={"content": "x", "nonce": nonce})
        assert answer.body["nonce"] == nonce
    await ana.sees("MESSAGE_CREATE", lambda body: body.get("nonce") == 7)
    await ana.sees("MESSAGE_CREATE", lambda body: body.get("nonce") == "seven")


async def test_an_edit_to_nothing_is_refused(bot: StoryBot) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("x")
    assert await code_of(sent.edit(content="")) == 50006
    assert (await sent.edit(content=None, embed=discord.Embed(title="t"))).content == ""


async def test_the_embeds_of_another_may_be_hidden_and_nothing_else(
    bot: StoryBot, ana: Person, asks: Asker, local: LocalDiscord
) -> None:
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="hers")
    hers = bot.text_channel(WRITERS_ROOM).get_partial_message(int(said["id"]))
    assert await code_of(hers.edit(content="mine")) == 50005
    answer = await asks.rest("PATCH", f"{MESSAGES}/{hers.id}", json={"flags": 4})
    assert answer.body["flags"] & 4
    local.parts.world.guilds[GUILD].roles[bot_role(local)].permissions = 0
    answer = await asks.rest("PATCH", f"{MESSAGES}/{hers.id}", json={"flags": 0})
    assert answer.body["code"] == 50013


async def test_many_messages_go_at_once(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = [await channel.send(str(number)) for number in range(3)]
    await channel.delete_messages(sent)
    gone = await ana.sees("MESSAGE_DELETE_BULK")
    assert gone["ids"] == [str(one.id) for one in sent]
    assert ana.named("MESSAGE_DELETE") == []
    assert [message async for message in channel.history()] == []


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        (["1"], 50016),
        ([str(n) for n in range(101)], 50016),
        ("1", 50035),
        (["1", "one"], 50035),
        (["1", "1"], 50035),
        (["1", "2"], 50034),
        (None, 50016),
    ],
)
async def test_a_bulk_delete_is_of_two_to_a_hundred_young_ones(asks: Asker, ids: Any, code: int) -> None:
    answer = await asks.rest("POST", f"{MESSAGES}/bulk-delete", json={"messages": ids})
    assert (answer.status, answer.body["code"]) == (400, code)


async def test_a_bulk_delete_needs_to_manage_messages(bot: StoryBot, local: LocalDiscord) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = [await channel.send(str(number)) for number in range(2)]
    forbid(local, only(manage_messages=True))
    local.parts.world.guilds[GUILD].roles[bot_role(local)].permissions = 0
    assert await code_of(channel.delete_messages(sent)) == 50013


async def test_a_page_may_be_around_before_or_after(bot: StoryBot, asks: Asker) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = [await channel.send(str(number)) for number in range(6)]
    around = [message.content async for message in channel.history(limit=3, around=sent[2])]
    after = [message.content async for message in channel.history(after=sent[3])]
    before = [message.content async for message in channel.history(limit=2, before=sent[3])]
    assert (sorted(around), after, before) == (["1", "2", "3"], ["4", "5"], ["2", "1"])
    for query in ("limit=0", "limit=101", "limit=ten", "before=x", "around=-1"):
        answer = await asks.rest("GET", f"{MESSAGES}?{query}")
        assert (answer.status, answer.body["code"]) == (400, 50035)


async def test_an_announcement_is_published_once(bot: StoryBot, local: LocalDiscord, asks: Asker) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send("news")
    path = f"{MESSAGES}/{sent.id}/crosspost"
    assert (await asks.rest("POST", path)).body["code"] == 50024
    local.parts.world.channels[WRITERS_ROOM].type = ChannelKind.ANNOUNCEMENT
    assert (await asks.rest("POST", path)).body["flags"] & 1
    assert (await asks.rest("POST", path)).body["code"] == 40033


@pytest.mark.parametrize(
    ("lacking", "body", "code"),
    [
        ("view_channel", {"content": "x"}, 50001),
        ("send_messages", {"content": "x"}, 50013),
        (
            "send_polls",
            {"poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}},
            50013,
        ),
        ("embed_links", {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_what_the_bot_lacks_is_refused(
    asks: Asker, local: LocalDiscord, lacking: str, body: dict[str, Any], code: int
) -> None:
    forbid(local, only(**{lacking: True}))
    answer = await asks.rest("POST", MESSAGES, json=body)
    assert (answer.status, answer.body["code"]) == (403, code)


async def test_embeds_beside_words_are_left_out_without_a_word(asks: Asker, local: LocalDiscord) -> None:
    forbid(local, only(embed_links=True))
    answer = await asks.rest("POST", MESSAGES, json={"content": "x", "embeds": [{"title": "t"}]})
    assert (answer.status, answer.body["embeds"]) == (200, [])


async def test_a_forum_takes_no_messages(asks: Asker, local: LocalDiscord) -> None:
    local.parts.world.channels[WRITERS_ROOM].type = ChannelKind.FORUM
    assert (await asks.rest("POST", MESSAGES, json={"content": "x"})).body["code"] == 50008


async def test_everyone_and_roles_are_mentioned_by_those_who_may(bot: StoryBot, local: LocalDiscord) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    guild = local.parts.world.guilds[GUILD]
    role = next(role for role in guild.roles.values() if role.name == "Writer")
    words = f"@everyone <@&{role.id}> <@{BO}>"
    quiet = await channel.send(words)
    role.mentionable = True
    named = await channel.send(words)
    guild.roles[GUILD].permissions |= only(mention_everyone=True).value
    loud = await channel.send(words)
    assert [(one.mention_everyone, len(one.raw_role_mentions)) for one in (quiet, named, loud)] == [
        (False, 1),
        (False, 1),
        (True, 1),
    ]
    assert [len(one.role_mentions) for one in (quiet, named, loud)] == [0, 1, 1]


async def test_what_is_quoted_as_code_names_nobody(bot: StoryBot) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(f"`<@{ANA}>` ```\n<@{ANA}>\n``` <@{BO}>")
    assert [user.id for user in sent.mentions] == [int(BO)]


async def test_posting_opens_an_archived_thread_unless_it_is_locked(
    bot: StoryBot, local: LocalDiscord, asks: Asker
) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="t", type=discord.ChannelType.public_thread
    )
    sent = await thread.send("x")
    kept = local.parts.world.thread(str(thread.id))
    kept.archived = True
    path = f"/channels/{thread.id}/messages"
    assert (await asks.rest("PATCH", f"{path}/{sent.id}", json={"content": "y"})).body["code"] == 50083
    assert await code_of(sent.add_reaction("😀")) == 50083
    await thread.send("opened")
    assert not kept.archived
    kept.locked = True
    local.parts.world.guilds[GUILD].roles[bot_role(local)].permissions = 0
    assert (await asks.rest("POST", path, json={"content": "x"})).body["code"] == 160005
    kept.archived = True
    assert (await asks.rest("POST", path, json={"content": "x"})).body["code"] == 50083


async def test_what_is_refused_opens_no_thread(bot: StoryBot, local: LocalDiscord) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="t", type=discord.ChannelType.public_thread
    )
    kept = local.parts.world.thread(str(thread.id))
    kept.archived = True
    gone = discord.MessageReference(message_id=1, channel_id=thread.id)
    assert await code_of(thread.send("x", reference=gone)) == 50035
    assert kept.archived


async def test_whom_a_message_mentions_is_a_member_on_the_gateway(
    launch: Callable[..., Awaitable[StoryBot]],
) -> None:
    bot = await launch(discord.Intents(guilds=True, guild_messages=True))
    ears = Ears(bot, "message")
    await bot.text_channel(WRITERS_ROOM).send(f"<@{BO}>")
    _, message = await ears.next()
    assert isinstance(message.mentions[0], discord.Member)


async def test_a_bot_reaches_only_whom_it_shares_a_server_with(bot: StoryBot, local: LocalDiscord) -> None:
    direct, _ = local.parts.places.direct.open(local.parts.world.application.bot_id, ANA)
    channel = await bot.fetch_channel(int(direct.id))
    assert isinstance(channel, discord.DMChannel)
    sent = await channel.send("hello")
    said = local.parts.posting.post(direct.id, ANA, Draft(content="hi"))
    heard = await channel.fetch_message(int(said.id))
    assert (heard.content, await code_of(heard.delete())) == ("hi", 50003)
    await sent.delete()
    for guild in local.parts.world.guilds.values():
        guild.members.pop(ANA, None)
    assert await code_of(channel.send("hello?")) == 50007
