"""Messages over the wire, by an unmodified discord.py where it has the call."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.local_discord.forms.message import Draft
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, BO, GUILD, PRODUCERS, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import ChannelKind
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

MESSAGES = f"/channels/{WRITERS_ROOM}/messages"
HOUR = 3600


def forbid(local: LocalDiscord, *permissions: discord.Permissions, channel: str = WRITERS_ROOM) -> None:
    """Take permissions from everyone in the channel."""
    deny = 0
    for one in permissions:
        deny |= one.value
    here = local.parts.world.channels[channel]
    local.parts.places.guilds.set_overwrites(here, {here.guild_id or "": (0, deny)})


def only(**permission: bool) -> discord.Permissions:
    return discord.Permissions(**permission)


@pytest.fixture
def options() -> Options:
    """Rate limits are tested elsewhere."""
    return Options(identify_interval=0.0, rate_limits=False)


async def code_of(attempt: Any) -> int:
    with pytest.raises(discord.HTTPException) as refusal:
        await attempt
    return refusal.value.code


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


async def test_files_are_added_kept_renamed_and_removed(bot: StoryBot, asks: Asker) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    files = [
        discord.File(io.BytesIO(b"1"), "one.txt", description="the first"),
        discord.File(io.BytesIO(b"2"), "two.txt", spoiler=True),
    ]
    sent = await channel.send(files=files)
    assert [one.filename for one in sent.attachments] == ["one.txt", "SPOILER_two.txt"]
    assert (sent.attachments[0].description, sent.attachments[1].is_spoiler()) == ("the first", True)
    kept = await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(b"3"), "three.txt")])
    assert [one.filename for one in kept.attachments] == ["SPOILER_two.txt", "three.txt"]
    assert await kept.attachments[1].read() == b"3"
    assert await code_of(sent.edit(attachments=[])) == 50006
    entry = {"attachments": [{"id": str(sent.attachments[0].id)}]}
    answer = await asks.rest("PATCH", f"{MESSAGES}/{sent.id}", json=entry)
    assert answer.body["errors"]["attachments"]["0"]["_errors"][0]["code"] == "ATTACHMENT_NOT_FOUND"


async def test_a_picture_has_its_size(bot: StoryBot) -> None:
    pictures = {
        "a.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x05\x00\x00\x00\x07",
        "a.gif": b"GIF89a\x05\x00\x07\x00",
        "a.jpg": b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x11\x08\x00\x07\x00\x05",
        "b.png": b"not a picture",
    }
    files = [discord.File(io.BytesIO(content), name) for name, content in pictures.items()]
    sent = await bot.text_channel(WRITERS_ROOM).send(files=files)
    assert [(one.width, one.height) for one in sent.attachments] == [(5, 7)] * 3 + [(None, None)]


async def test_a_file_over_the_limit_is_too_large(bot: StoryBot) -> None:
    large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "large.bin")
    assert await code_of(bot.text_channel(WRITERS_ROOM).send(file=large)) == 40005


async def test_pictures_in_embeds_may_be_files(bot: StoryBot) -> None:
    embed = discord.Embed(title="t").set_footer(text="f", icon_url="attachment://a.png")
    embed.set_thumbnail(url="attachment://missing.png")
    sent = await bot.text_channel(WRITERS_ROOM).send(
        embed=embed, file=discord.File(io.BytesIO(b"x"), "a.png")
    )
    assert sent.embeds[0].footer.icon_url == sent.attachments[0].url
    assert sent.embeds[0].thumbnail.url is None


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
    local.parts.world.guilds[GUILD].roles[_bot_role(local)].permissions = 0
    answer = await asks.rest("PATCH", f"{MESSAGES}/{hers.id}", json={"flags": 0})
    assert answer.body["code"] == 50013


def _bot_role(local: LocalDiscord) -> str:
    guild = local.parts.world.guilds[GUILD]
    return next(role.id for role in guild.roles.values() if role.bot_id)


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
    local.parts.world.guilds[GUILD].roles[_bot_role(local)].permissions = 0
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


async def test_files_need_their_permission(bot: StoryBot, local: LocalDiscord) -> None:
    forbid(local, only(attach_files=True))
    file = discord.File(io.BytesIO(b"x"), "x.txt")
    assert await code_of(bot.text_channel(WRITERS_ROOM).send(file=file)) == 50013


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
    local.parts.world.guilds[GUILD].roles[_bot_role(local)].permissions = 0
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


async def test_what_is_no_multipart_body_is_refused(asks: Asker) -> None:
    for headers, data in (
        ({"Content-Type": "multipart/form-data"}, b"x"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nbroken"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\n\r\n\xff\r\n--b--\r\n"),
        ({"Content-Type": "application/json"}, b'{"content": "\\ud800"}'),
        ({"Content-Type": "application/json"}, b'{"content": NaN}'),
        ({"Content-Type": "application/json"}, b"[" * 100_000),
        ({"Content-Type": "application/json"}, b"\xff\xfe"),
    ):
        answer = await asks.rest("POST", MESSAGES, headers=headers, data=data)
        assert 400 <= answer.status < 500, (data[:20], answer.body)


async def test_a_form_without_json_is_a_message_too(asks: Asker) -> None:
    data = b'--b\r\nContent-Disposition: form-data; name="content"\r\n\r\nplain\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await asks.rest("POST", MESSAGES, headers=headers, data=data)
    assert answer.body["content"] == "plain"
