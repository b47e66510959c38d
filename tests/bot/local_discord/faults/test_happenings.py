"""What happens to a server and to the gateway in the middle of a bot's work."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.local_discord.errors import RestError
from bot.local_discord.faults import happenings as what
from bot.local_discord.seed import BO, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker, until
from tests.bot.local_discord.story_bot import StoryBot

SEND = f"/channels/{WRITERS_ROOM}/messages"
ROUTE = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


async def test_a_permission_is_lost_in_the_middle(asks: Asker) -> None:
    await asks.does(
        "POST",
        "/faults",
        kind="permission_lost",
        channel_id=WRITERS_ROOM,
        permissions=["SEND_MESSAGES"],
        route=ROUTE,
        after=1,
    )
    first = await asks.rest("POST", SEND, json={"content": "one"})
    second = await asks.rest("POST", SEND, json={"content": "two"})
    assert (first.status, second.status, second.body["code"]) == (200, 403, 50013)


async def test_a_message_is_deleted_just_before_its_edit(bot: StoryBot, local: LocalDiscord) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("here")
    local.parts.faults.add(what.MessageDeleted(channel_id=WRITERS_ROOM, message_id=str(sent.id), route=EDIT))
    with pytest.raises(discord.NotFound) as refusal:
        await sent.edit(content="gone")
    assert refusal.value.code == 10008


async def test_a_thread_is_deleted_at_once(bot: StoryBot, asks: Asker) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="short", type=discord.ChannelType.public_thread
    )
    await asks.does("POST", "/faults", kind="channel_deleted", channel_id=str(thread.id))
    with pytest.raises(discord.NotFound) as refusal:
        await thread.send("hello?")
    assert refusal.value.code == 10003
    assert await asks.does("GET", "/faults") == []


async def test_a_user_leaves(asks: Asker) -> None:
    await asks.does("POST", "/faults", kind="member_left", guild_id=GUILD, user_id=BO)
    gone = await asks.rest("GET", f"/guilds/{GUILD}/members/{BO}")
    assert (gone.status, gone.body["code"]) == (404, 10007)


async def test_the_bot_is_put_out(bot: StoryBot, asks: Asker) -> None:
    await asks.does("POST", "/faults", kind="bot_removed", guild_id=GUILD)
    await until(lambda: bot.get_guild(int(GUILD)) is None)
    refused = await asks.rest("POST", SEND, json={"content": "still here?"})
    assert refused.body["code"] in {50001, 10003}


async def test_what_cannot_happen_at_once_is_refused(asks: Asker, local: LocalDiscord) -> None:
    refused = await asks.control("POST", "/faults", kind="channel_deleted", channel_id="1")
    assert (refused.status, refused.body["message"]) == (404, "Unknown Channel")
    with pytest.raises(RestError):
        local.parts.faults.add(what.MemberLeft(guild_id=GUILD, user_id="1"))


async def test_what_cannot_happen_any_more_is_not_the_bots_affair(
    asks: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    await asks.does("POST", "/faults", kind="channel_deleted", channel_id="1", route="")
    assert (await asks.rest("GET", "/users/@me")).status == 200
    assert "fault channel_deleted cannot happen: Unknown Channel" in caplog.text


@pytest.mark.parametrize(
    ("fault", "resumes"),
    [
        ({"kind": "gateway_closed"}, True),
        ({"kind": "gateway_dropped"}, True),
        ({"kind": "reconnect_asked"}, True),
        ({"kind": "invalid_session"}, False),
        ({"kind": "gateway_closed", "resumable": False, "code": 4000}, False),
    ],
)
async def test_a_bot_comes_back_to_the_gateway(
    bot: StoryBot, asks: Asker, local: LocalDiscord, fault: dict[str, Any], *, resumes: bool
) -> None:
    bot.greeted.clear()
    first = set(local.parts.connections)
    await asks.does("POST", "/faults", **fault)
    await until(lambda: bot.greeted.is_set() or bot.resumes.is_set(), within=15)
    assert set(local.parts.connections) - first
    assert bot.resumes.is_set() == resumes


async def test_events_come_twice_until_that_is_taken_away(bot: StoryBot, asks: Asker) -> None:
    added = await asks.does("POST", "/faults", kind="events_doubled", events=50)
    (listed,) = await asks.does("GET", "/faults")
    assert (listed["id"], listed["kind"], listed["events"]) == (added["id"], "events_doubled", 50)
    await asks.rest("POST", f"/channels/{WRITERS_ROOM}/threads", json={"name": "double", "type": 11})
    await until(lambda: [one for one in bot.heard if one[0] == "thread"])
    await asks.does("DELETE", f"/faults/{added['id']}")
    assert await asks.does("GET", "/faults") == []
    wire = await asks.control("GET", "/wire?kind=dispatch")
    assert [one["t"] for one in wire.body if one["t"] == "THREAD_CREATE"]


async def test_heartbeats_are_not_acknowledged_until_that_is_taken_away(
    asks: Asker, local: LocalDiscord
) -> None:
    added = await asks.does("POST", "/faults", kind="heartbeats_unanswered")
    assert not local.parts.hub.delivery.acknowledging
    await asks.does("DELETE", f"/faults/{added['id']}")
    assert local.parts.hub.delivery.acknowledging


async def test_a_lasting_happening_may_begin_with_a_request(asks: Asker, local: LocalDiscord) -> None:
    await asks.does("POST", "/faults", kind="heartbeats_unanswered", route="GET /users/@me")
    assert local.parts.hub.delivery.acknowledging
    await asks.rest("GET", "/users/@me")
    assert not local.parts.hub.delivery.acknowledging
    await asks.does("DELETE", "/faults")
    assert local.parts.hub.delivery.acknowledging
