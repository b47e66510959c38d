from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import pytest

from bot.local_discord.seed import ANA, BO, BOT_TOKEN, WELCOME, WRITERS_ROOM

from .person import Person, Refused
from .story_bot import StoryBot


async def test_a_post_with_embed_file_and_view_is_what_people_see(ana: Person, bot: StoryBot) -> None:
    embed = (
        discord.Embed(title="Board", description="text")
        .add_field(name="n", value="v")
        .set_image(url="attachment://card.png")
    )
    view = discord.ui.View().add_item(discord.ui.Button(label="Go", custom_id="go"))
    files = [discord.File(io.BytesIO(b"png"), "card.png"), discord.File(io.BytesIO(b"two"), "two words.txt")]
    sent = await bot.text_channel(WRITERS_ROOM).send("hello", embed=embed, view=view, files=files)
    seen = await ana.sees("MESSAGE_CREATE")
    assert (seen["id"], seen["content"], seen["embeds"][0]["fields"][0]["value"]) == (
        str(sent.id),
        "hello",
        "v",
    )
    assert seen["embeds"][0]["image"]["url"] == seen["attachments"][0]["url"]
    assert [one["filename"] for one in seen["attachments"]] == ["card.png", "two_words.txt"]
    assert await sent.attachments[1].read() == b"two"
    assert sent.components[0].children[0].custom_id == "go"  # type: ignore[union-attr] # a row


async def test_edits_keep_what_they_do_not_name(ana: Person, bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    sent = await channel.send("one", file=discord.File(io.BytesIO(b"1"), "one.txt"))
    await channel.get_partial_message(sent.id).edit(content="two")
    seen = await ana.sees("MESSAGE_UPDATE")
    assert (seen["content"], len(seen["attachments"])) == ("two", 1)
    kept = await (await channel.fetch_message(sent.id)).edit(attachments=[])
    assert kept.attachments == []
    assert kept.content == "two"


async def test_the_same_enforced_nonce_posts_once(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    first = await channel.send("once", nonce="r1-take-1")
    second = await channel.send("once", nonce="r1-take-1")
    assert first.id == second.id
    assert len(await ana.messages(WRITERS_ROOM)) == 1


async def test_mentions_that_are_not_allowed_notify_nobody(bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    quiet = await channel.send(f"<@{ANA}> @everyone", allowed_mentions=discord.AllowedMentions.none())
    loud = await channel.send(
        f"<@{ANA}> <@{BO}>", allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(ANA))])
    )
    assert (quiet.mentions, quiet.mention_everyone) == ([], False)
    assert [user.id for user in loud.mentions] == [int(ANA)]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "embeds.0.fields.0.name"),
        ({"components": [{"type": 1, "components": []}]}, "components.0.components"),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]}
                ]
            },
            "components.0.components.0.label",
        ),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "a" * 101}]}
                ]
            },
            "components.0.components.0.custom_id",
        ),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "a"}] * 2}
                ]
            },
            "components.0.components.1.custom_id",
        ),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a"}]}] * 6},
            "components",
        ),
        (
            {
                "components": [
                    {
                        "type": 1,
                        "components": [
                            {
                                "type": 3,
                                "custom_id": "a",
                                "options": [{"label": str(n), "value": str(n)} for n in range(26)],
                            }
                        ],
                    }
                ]
            },
            "components.0.components.0.options",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": [ANA]}},
            "allowed_mentions.users",
        ),
    ],
)
async def test_what_is_over_a_limit_is_named_by_its_field(
    bot: StoryBot, body: dict[str, Any], where: str
) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(WRITERS_ROOM))
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.request(route, json=body)
    assert (refusal.value.status, refusal.value.code) == (400, 50035)
    assert f"In {where}: " in refusal.value.text


async def test_unknown_things_have_discords_codes(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="mine")
    for attempt, code in (
        (channel.fetch_message(1), 10008),
        (bot.fetch_channel(1), 10003),
        (bot.fetch_user(1), 10013),
        (channel.get_partial_message(int(said["id"])).edit(content="not mine"), 50005),
        (
            bot.http.send_message(
                int(WRITERS_ROOM), params=discord.http.handle_message_parameters(content="")
            ),
            50006,
        ),
    ):
        with pytest.raises(discord.HTTPException) as refusal:
            await attempt
        assert refusal.value.code == code


async def test_a_route_that_is_not_there_says_so_and_is_in_the_ledger(bot: StoryBot, ana: Person) -> None:
    with pytest.raises(discord.DiscordServerError) as refusal:
        await bot.text_channel(WRITERS_ROOM).guild.fetch_emojis()
    assert refusal.value.status == 501
    assert "/emojis" in refusal.value.text
    last = (await ana.call("GET", "/control/v1/ledger"))[-1]
    assert (last["method"], last["status"]) == ("GET", 501)


async def test_five_edits_in_five_seconds_and_then_429(ana: Person, bot: StoryBot) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("0")
    url = f"{ana.url}/api/v10/channels/{WRITERS_ROOM}/messages/{sent.id}"
    answers = []
    for number in range(6):
        headers = {"Authorization": f"Bot {BOT_TOKEN}"}
        async with ana._http.patch(url, json={"content": str(number)}, headers=headers) as reply:
            answers.append((reply.status, reply.headers["X-RateLimit-Remaining"], await reply.json()))
    assert [status for status, _, _ in answers] == [200] * 5 + [429]
    assert [remaining for _, remaining, _ in answers] == ["4", "3", "2", "1", "0", "0"]
    assert 0 < answers[-1][2]["retry_after"] <= 5


async def test_pins_are_listed_latest_first_and_said_in_the_channel(ana: Person, bot: StoryBot) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    one, two = await channel.send("one"), await channel.send("two")
    await one.pin()
    await two.pin()
    assert [message.content async for message in channel.pins()] == ["two", "one"]
    assert (await ana.sees("CHANNEL_PINS_UPDATE"))["channel_id"] == WRITERS_ROOM
    assert (await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 6))["message_reference"][
        "message_id"
    ]
    await two.unpin()
    pins = await ana.call("GET", f"/people/v1/channels/{WRITERS_ROOM}/pins", user=ANA)
    assert [message["content"] for message in pins] == ["one"]


async def test_a_thread_is_started_written_in_archived_locked_and_opened(ana: Person, bot: StoryBot) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="A room", type=discord.ChannelType.public_thread
    )
    assert (await ana.sees("THREAD_CREATE"))["name"] == "A room"
    assert (await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 18))["content"] == "A room"
    await thread.send("board")
    await ana.call("POST", f"/people/v1/channels/{thread.id}/messages", content="hello")
    assert (await thread.fetch_member(int(ANA))).thread_id == thread.id
    with pytest.raises(discord.Forbidden):  # who else is in it needs the members intent, as on Discord
        await thread.fetch_members()
    assert [message.content async for message in thread.history()] == ["", "board"]
    await thread.edit(archived=True, locked=True, name="Closed")
    assert (await ana.sees("THREAD_UPDATE", lambda body: body["thread_metadata"]["locked"]))[
        "name"
    ] == "Closed"
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.edit(name="No")
    assert refusal.value.code == 50083
    start = await ana.call("GET", "/people/v1/start", user=ANA)
    assert start["guilds"][0]["threads"][0]["thread_metadata"]["archived"]
    await thread.edit(archived=False, locked=False)


async def test_a_locked_thread_takes_words_of_hosts_only(bo: Person, ana: Person, bot: StoryBot) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="A room", type=discord.ChannelType.public_thread
    )
    await thread.edit(locked=True)
    with pytest.raises(Refused) as refusal:
        await bo.call("POST", f"/people/v1/channels/{thread.id}/messages", content="me too")
    assert refusal.value.status == 403
    await ana.call("POST", f"/people/v1/channels/{thread.id}/messages", content="as host")


async def test_a_thread_from_a_message_shares_its_id(ana: Person, bot: StoryBot) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("head")
    thread = await sent.create_thread(name="From here")
    assert thread.id == sent.id
    seen = await ana.sees("MESSAGE_UPDATE", lambda body: body["flags"] & 32)
    assert seen["thread"]["name"] == "From here"
    head = (await ana.messages(str(thread.id)))[-1]
    assert (head["type"], head["referenced_message"]["content"]) == (21, "head")
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.create_thread(name="Again")
    assert refusal.value.code == 160004


async def test_a_removed_thread_is_gone_for_the_bot(ana: Person, bot: StoryBot) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="Gone", type=discord.ChannelType.public_thread
    )
    await ana.call("DELETE", f"/control/v1/channels/{thread.id}")
    assert (await ana.sees("THREAD_DELETE"))["id"] == str(thread.id)
    with pytest.raises(discord.NotFound) as refusal:
        await thread.send("hello?")
    assert refusal.value.code == 10003


async def test_people_read_a_channel_page_by_page(ana: Person) -> None:
    said = [
        (await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content=str(number)))["id"]
        for number in range(5)
    ]
    page = await ana.messages(WRITERS_ROOM, limit=2)
    assert [message["content"] for message in page] == ["4", "3"]
    rest = await ana.messages(WRITERS_ROOM, limit=100, before=said[3])
    assert [message["content"] for message in rest] == ["2", "1", "0"]


async def test_typing_is_shown(ana: Person, bot: StoryBot) -> None:
    await bot.text_channel(WRITERS_ROOM).typing()
    assert (await ana.sees("TYPING_START"))["user_id"] == str(bot.application_id)


async def test_a_reply_carries_what_it_answers(ana: Person, bot: StoryBot) -> None:
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="question")
    await bot.text_channel(WRITERS_ROOM).get_partial_message(int(said["id"])).reply("answer")
    seen = await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "answer")
    assert (seen["type"], seen["referenced_message"]["content"]) == (19, "question")


async def test_a_fault_delays_or_fails_the_next_requests(ana: Person, bot: StoryBot) -> None:
    route = "POST /channels/{channel_id}/messages"
    await ana.call("POST", "/control/v1/faults", kind="failure", route=route, status=403)
    with pytest.raises(discord.Forbidden):
        await bot.text_channel(WRITERS_ROOM).send("refused")
    await bot.text_channel(WRITERS_ROOM).send("taken")
    statuses = [one["status"] for one in await ana.call("GET", "/control/v1/ledger", route=route)]
    assert statuses == [403, 200]


async def test_the_first_message_says_what_this_is(ana: Person) -> None:
    first = (await ana.messages(WELCOME))[0]
    assert first["pinned"]
    assert first["content"].startswith("**Welcome to Story Rooms**")


async def test_messages_may_be_deleted_by_their_author_and_by_hosts(ana: Person, bo: Person) -> None:
    where = f"/people/v1/channels/{WRITERS_ROOM}/messages"
    his, hers = await bo.call("POST", where, content="his"), await ana.call("POST", where, content="hers")
    with pytest.raises(Refused) as refusal:
        await bo.call("DELETE", f"{where}/{hers['id']}", user=BO)
    assert refusal.value.status == 403
    await ana.call("DELETE", f"{where}/{his['id']}", user=ANA)
    async with asyncio.timeout(5):
        assert (await bo.sees("MESSAGE_DELETE"))["id"] == his["id"]
