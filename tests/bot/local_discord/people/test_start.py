"""What a person sees at the start and is told afterwards: guilds, direct messages, and what changes them."""

from __future__ import annotations

from bot.local_discord.permissions import ALL, Permission
from bot.local_discord.seed import (
    ANA,
    APPLICATION,
    BO,
    CHEN,
    FILM_CLUB,
    GUILD,
    HOST_ROLE,
    WRITER,
    WRITERS_ROOM,
)
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.granting import guild_of
from tests.bot.local_discord.person import Person

START = "/people/v1/start"


async def test_the_start_has_ones_guilds_with_what_one_may_in_each_channel(ana: Person, chen: Person) -> None:
    hers, his = await ana.call("GET", START, user=ANA), await chen.call("GET", START, user=CHEN)
    assert [guild["id"] for guild in hers["guilds"]] == [GUILD, FILM_CLUB]
    assert [guild["id"] for guild in his["guilds"]] == [GUILD]
    assert hers["me"]["roles"] == {GUILD: [WRITER, HOST_ROLE], FILM_CLUB: []}
    bits = [
        int(channel["permissions"])
        for start in (hers, his)
        for channel in start["guilds"][0]["channels"]
        if channel["id"] == WRITERS_ROOM
    ]
    assert bits[0] == ALL
    assert bits[1] & Permission.SEND_MESSAGES
    assert not bits[1] & Permission.MANAGE_MESSAGES


async def test_who_is_not_in_a_guild_hears_nothing_of_it(
    local: LocalDiscord, ana: Person, chen: Person
) -> None:
    guilds = local.parts.places.guilds
    club = local.parts.world.guild(FILM_CLUB)
    role = guilds.add_role(club, "Critic")
    local.parts.places.members.give(club, None, BO, role.id)
    guilds.add_channel(club, "reviews")
    guilds.remove_guild(club)
    guilds.change(guild_of(local), None, {"name": "Rooms"})
    await chen.sees("GUILD_UPDATE")
    await ana.sees("START_CHANGED", lambda body: body["guild_id"] == FILM_CLUB)
    assert [frame["t"] for frame in chen.frames] == ["READY", "GUILD_UPDATE"]
    told = {frame["t"] for frame in ana.frames}
    assert told >= {"GUILD_ROLE_CREATE", "GUILD_MEMBER_UPDATE", "CHANNEL_CREATE", "START_CHANGED"}


async def test_direct_channels_name_the_other_one(ana: Person, bo: Person) -> None:
    channel = await ana.call("POST", "/people/v1/direct", recipient=BO)
    await ana.call("POST", f"/people/v1/channels/{channel['id']}/messages", content="hello Bo")
    assert (await bo.sees("MESSAGE_CREATE"))["channel_id"] == channel["id"]
    for person, other in ((ana, BO), (bo, ANA)):
        direct = (await person.call("GET", START, user=person.user))["direct"]
        assert [one["recipients"][0]["id"] for one in direct] == [other]


async def test_a_guild_that_the_bot_left_goes_on_without_it(
    local: LocalDiscord, ana: Person, bo: Person
) -> None:
    local.parts.places.guilds.leave(guild_of(local))
    assert (await ana.sees("GUILD_MEMBER_REMOVE"))["user"]["id"] == APPLICATION
    await bo.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="still here")
    await ana.sees("MESSAGE_CREATE", lambda message: message["content"] == "still here")
