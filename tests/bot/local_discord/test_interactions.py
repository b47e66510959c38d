from __future__ import annotations

import asyncio

import discord
import pytest

from bot.local_discord.seed import BO, CHEN, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

from .person import Person, Refused
from .story_bot import StoryBot


@pytest.mark.usefixtures("bot")
async def test_a_slash_command_reaches_the_bot_and_its_answer_the_channel(ana: Person, chen: Person) -> None:
    await chen.command(WRITERS_ROOM, "room open", title="The Lighthouse", takes=3, friend=BO)
    message = await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 20)
    assert message["content"] == "The Lighthouse|film|3|Bo|zh-CN|en-US"
    assert message["interaction_metadata"]["user"]["id"] == CHEN
    assert [child["label"] for child in message["components"][0]["components"]][:2] == ["Add", "Count"]
    assert await chen.sees("INTERACTION_SUCCESS")
    assert ana.named("INTERACTION_SUCCESS") == []


@pytest.mark.usefixtures("bot")
async def test_discords_own_nested_options_do_as_well(ana: Person) -> None:
    nested = [{"type": 1, "name": "open", "options": [{"name": "title", "type": 3, "value": "Sea"}]}]
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="room", options=nested)
    assert (await ana.sees("MESSAGE_CREATE"))["content"].startswith("Sea|film|2|nobody|en-US")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "options.title"),
        ({"title": ""}, "options.title"),
        ({"title": "x" * 101}, "options.title"),
        ({"title": 7}, "options.title"),
        ({"title": "x", "takes": 5}, "options.takes"),
        ({"title": "x", "takes": "2"}, "options.takes"),
        ({"title": "x", "takes": True}, "options.takes"),
        ({"title": "x", "form": "opera"}, "options.form"),
        ({"title": "x", "friend": "123"}, "options.friend"),
        ({"title": "x", "colour": "red"}, "options.colour"),
    ],
)
async def test_what_discords_client_would_refuse_never_reaches_the_bot(
    ana: Person, bot: StoryBot, given: dict[str, object], wrong: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await ana.command(WRITERS_ROOM, "room open", **given)
    assert refusal.value.status == 400
    assert list(refusal.value.body["errors"]) == [wrong]
    assert bot.heard == []


@pytest.mark.usefixtures("bot")
async def test_unknown_commands_and_half_named_ones_are_refused(ana: Person) -> None:
    for command, status in (("rooom open", 404), ("room", 400), ("room shut", 400)):
        with pytest.raises(Refused) as refusal:
            await ana.command(WRITERS_ROOM, command)
        assert refusal.value.status == status


@pytest.mark.usefixtures("bot")
async def test_autocomplete_answers_the_one_who_types(ana: Person, bo: Person) -> None:
    await ana.interact(
        type=4,
        channel_id=WRITERS_ROOM,
        command="room name",
        options={"name": "sea"},
        focused="name",
        nonce="n1",
    )
    frame = await ana.sees("COMMAND_AUTOCOMPLETE")
    assert [choice["value"] for choice in frame["choices"]] == ["sea-1", "sea-2"]
    assert frame["nonce"] == "n1"
    assert bo.named("COMMAND_AUTOCOMPLETE") == []


@pytest.mark.usefixtures("bot")
async def test_a_deferral_shows_thinking_and_the_first_follow_up_fills_it(ana: Person, bo: Person) -> None:
    await ana.command(WRITERS_ROOM, "slow")
    thinking = await ana.sees("MESSAGE_CREATE")
    assert thinking["flags"] == 64 | 128
    deferred = await ana.sees("INTERACTION_DEFERRED")
    assert (deferred["message_id"], deferred["ephemeral"]) == (thinking["id"], True)
    filled = await ana.sees("MESSAGE_UPDATE")
    assert (filled["id"], filled["content"], filled["flags"]) == (thinking["id"], "filled", 64)
    more = await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "more")
    assert more["attachments"][0]["filename"] == "story.md"
    assert more["flags"] & 64 == 0
    assert [body["content"] for body in bo.named("MESSAGE_CREATE")] == ["more"]


@pytest.mark.usefixtures("bot")
async def test_an_attachment_opens_where_its_link_points(ana: Person) -> None:
    await ana.command(WRITERS_ROOM, "slow")
    more = await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "more")
    link = more["attachments"][0]
    assert link["url"].startswith(ana.url + "/attachments/")
    async with ana._http.get(link["url"]) as reply:
        assert await reply.text() == "# 故事"
        assert reply.headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert len(await reply.read()) == link["size"]


@pytest.mark.usefixtures("bot")
async def test_an_ephemeral_file_is_listed_for_its_person_alone_and_may_be_dismissed(
    ana: Person, bo: Person
) -> None:
    await ana.command(WRITERS_ROOM, "export")
    message = await ana.sees("MESSAGE_CREATE")
    assert [one["id"] for one in await ana.messages(WRITERS_ROOM)] == [message["id"]]
    assert await bo.messages(WRITERS_ROOM) == []
    with pytest.raises(Refused) as refusal:
        await bo.call("DELETE", f"/people/v1/channels/{WRITERS_ROOM}/messages/{message['id']}", user=BO)
    assert refusal.value.status == 404
    await ana.call("DELETE", f"/people/v1/channels/{WRITERS_ROOM}/messages/{message['id']}", user=ana.user)
    assert (await ana.sees("MESSAGE_DELETE"))["id"] == message["id"]


async def test_no_answer_in_time_is_a_failure_for_the_person(ana: Person, bot: StoryBot) -> None:
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="never", nonce="late")
    failure = await ana.sees("INTERACTION_FAILURE")
    assert (failure["nonce"], failure["reason"]) == ("late", "the application did not respond")
    interaction = bot.heard[-1][1]
    with pytest.raises(discord.NotFound) as error:
        await interaction.response.send_message("too late")
    assert error.value.code == 10062


async def test_a_second_first_answer_is_already_acknowledged(ana: Person, bot: StoryBot) -> None:
    await ana.command(WRITERS_ROOM, "twice")
    await ana.sees("MESSAGE_CREATE")
    async with asyncio.timeout(5):
        while not bot.failures:  # noqa: ASYNC110 - the bot has no event for it
            await asyncio.sleep(0.01)
    error = bot.failures[0]
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060


async def test_a_token_is_of_no_use_after_a_quarter_of_an_hour(
    ana: Person, bot: StoryBot, local: LocalDiscord
) -> None:
    await ana.command(WRITERS_ROOM, "room open", title="Old")
    await ana.sees("MESSAGE_CREATE")
    interaction = bot.heard[-1][1]
    local.parts.interactions.find(str(interaction.id)).created -= 901  # type: ignore[union-attr] # it was just made
    with pytest.raises(discord.HTTPException) as error:
        await interaction.followup.send("too late")
    assert (error.value.status, error.value.code) == (401, 50027)


@pytest.mark.usefixtures("bot")
async def test_the_message_menu_brings_the_message_with_its_text(ana: Person) -> None:
    said = await ana.call(
        "POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="A keeper hears the sea."
    )
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Add to the story", target_id=said["id"])
    answer = await ana.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64)
    assert answer["content"] == "added: A keeper hears the sea."


async def test_the_same_interaction_can_be_delivered_twice(ana: Person, bot: StoryBot) -> None:
    interaction_id = await ana.command(WRITERS_ROOM, "never")
    await bot.hanging.wait()
    bot.hanging.clear()
    await ana.call("POST", f"/control/v1/interactions/{interaction_id}/redeliver")
    async with asyncio.timeout(5):
        await bot.hanging.wait()
    assert [one.id for kind, one in bot.heard if kind == "interaction"] == [int(interaction_id)] * 2
