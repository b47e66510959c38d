"""Guilds, roles, members, bans and direct messages, as a bot and as people meet them."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from bot.local_discord.events import Intent
from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission, permissions_in
from bot.local_discord.seed import (
    ANA,
    APPLICATION,
    BO,
    BOT_ROLE,
    CHEN,
    DEE,
    FILM_CLUB,
    GUILD,
    HOST_ROLE,
    WRITER,
    WRITERS_ROOM,
)
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker, until
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.granting import grant, guild_of
from tests.bot.local_discord.person import Person, Refused
from tests.bot.local_discord.story_bot import StoryBot

HERE = f"/guilds/{GUILD}"


@pytest.fixture
def options() -> Options:
    """Without rate limits, and with the members intent granted."""
    return Options(deadline=1.0, identify_interval=0.0, rate_limits=False, privileged=Intent.GUILD_MEMBERS)


@pytest.fixture
def guild(bot: StoryBot) -> discord.Guild:
    found = bot.get_guild(int(GUILD))
    assert found is not None
    return found


async def refused(asks: Asker, method: str, path: str, body: object = None) -> tuple[int, int]:
    answer = await asks.rest(method, path, json=body)
    return answer.status, answer.body["code"]


async def test_a_guild_is_read_and_changed_by_who_manages_it(
    local: LocalDiscord, guild: discord.Guild, asks: Asker, ana: Person
) -> None:
    assert await refused(asks, "PATCH", HERE, {"name": "Rooms"}) == (403, 50013)
    grant(local, Permission.MANAGE_GUILD)
    changed = await guild.edit(
        name="Rooms by the sea", description="Stories", preferred_locale=discord.Locale.chinese
    )
    assert (changed.name, changed.preferred_locale) == ("Rooms by the sea", discord.Locale.chinese)
    assert (await ana.sees("GUILD_UPDATE"))["description"] == "Stories"
    assert (await asks.rest("GET", f"{HERE}?with_counts=true")).body["approximate_member_count"] == 5
    for body in ({"name": "x"}, {"preferred_locale": "tlh"}, {"afk_timeout": 1}, {"system_channel_id": "7"}):
        assert await refused(asks, "PATCH", HERE, body) == (400, 50035)
    assert (await asks.rest("PATCH", HERE, json={"icon": "data:"})).status == 501
    assert await refused(asks, "GET", "/guilds/1") == (404, 10004)
    assert (await asks.rest("GET", f"{HERE}/preview")).status == 501


async def test_roles_are_made_changed_ordered_given_and_removed(
    local: LocalDiscord, bot: StoryBot, guild: discord.Guild, ana: Person
) -> None:
    grant(local, Permission.MANAGE_ROLES)
    ears = Ears(bot, "guild_role_create")
    role = await guild.create_role(name="Night", colour=discord.Colour.blue(), hoist=True)
    await ears.next("guild_role_create")
    assert (role.position, [one.position for one in guild.roles]) == (1, [0, 1, 1, 2, 3, 4])
    await role.edit(permissions=discord.Permissions(pin_messages=True), mentionable=True)
    assert (await ana.sees("GUILD_ROLE_UPDATE", lambda r: r["role"]["mentionable"]))["role"]["hoist"]
    moved = await guild.edit_role_positions({role: 3})
    assert next(one for one in moved if one.id == role.id).position == 3  # beside Host, and below it
    bo = await guild.fetch_member(int(BO))
    await bo.add_roles(role)
    assert (await ana.sees("GUILD_MEMBER_UPDATE"))["roles"] == [WRITER, str(role.id)]
    await bo.edit(roles=[role])
    assert local.parts.world.member(GUILD, BO).roles == [str(role.id)]
    room = local.parts.world.channels[WRITERS_ROOM]
    assert permissions_in(local.parts.world, room, BO) & Permission.PIN_MESSAGES
    await role.delete()
    assert (await ana.sees("GUILD_ROLE_DELETE"))["role_id"] == str(role.id)
    assert local.parts.world.member(GUILD, BO).roles == []


async def test_nobody_touches_roles_above_them_or_grants_what_they_lack(
    local: LocalDiscord, asks: Asker
) -> None:
    roles = f"{HERE}/roles"
    assert await refused(asks, "POST", roles, {}) == (403, 50013)
    grant(local, Permission.MANAGE_ROLES)
    above = local.parts.places.guilds.add_role(guild_of(local), "Crown")
    top = local.parts.world.guild(GUILD).roles
    local.parts.places.roles.order(guild_of(local), None, [{"id": above.id, "position": len(top)}])
    assert await refused(asks, "PATCH", f"{roles}/{above.id}", {"name": "Mine"}) == (403, 50013)
    assert await refused(asks, "DELETE", f"{roles}/{above.id}") == (403, 50013)
    assert await refused(asks, "PATCH", f"{roles}/{BOT_ROLE}", {"name": "Mine"}) == (403, 50013)
    assert await refused(asks, "PUT", f"{HERE}/members/{BO}/roles/{above.id}") == (403, 50013)
    assert await refused(asks, "PATCH", roles, [{"id": WRITER, "position": 90}]) == (403, 50013)
    assert await refused(asks, "POST", roles, {"permissions": 8}) == (403, 50013)
    assert await refused(asks, "PATCH", f"{roles}/{WRITER}", {"permissions": 2}) == (403, 50013)
    assert await refused(asks, "PUT", f"{HERE}/members/{BO}/roles/{GUILD}") == (400, 50028)
    assert await refused(asks, "GET", f"{roles}/77") == (404, 10011)
    assert await refused(asks, "DELETE", f"{roles}/{GUILD}") == (400, 50028)
    assert await refused(asks, "POST", roles, {"color": 2**24}) == (400, 50035)
    assert (await asks.rest("GET", f"{roles}/{WRITER}")).body["name"] == "Writer"
    assert (await asks.rest("GET", f"{roles}/member-counts")).body[WRITER] == 3
    while len(guild_of(local).roles) < 250:
        local.parts.places.guilds.add_role(guild_of(local), "x")
    assert await refused(asks, "POST", roles, {}) == (400, 30005)


async def test_a_lost_role_takes_a_channel_out_of_sight(local: LocalDiscord, ana: Person) -> None:
    start = await ana.call("GET", "/people/v1/start", user=ANA)
    local.parts.places.guilds.change(guild_of(local), None, {"name": "Rooms"})
    local.parts.world.guild(GUILD).owner_id = DEE  # an owner sees everything
    local.parts.places.members.give(guild_of(local), None, ANA, HOST_ROLE, taken=True)
    await ana.sees("START_CHANGED")
    after = await ana.call("GET", "/people/v1/start", user=ANA)
    names = [[channel["name"] for channel in one["guilds"][0]["channels"]] for one in (start, after)]
    assert set(names[0]) - set(names[1]) == {"producers"}
    assert after["me"]["roles"][GUILD] == [WRITER]


async def test_members_are_listed_found_renamed_and_timed_out(
    local: LocalDiscord, guild: discord.Guild, asks: Asker, bo: Person
) -> None:
    grant(local, Permission.MODERATE_MEMBERS | Permission.MANAGE_NICKNAMES)
    assert len((await asks.rest("GET", f"{HERE}/members?limit=1000")).body) == 5
    found = await asks.rest("GET", f"{HERE}/members/search?query=b&limit=5")
    assert [one["user"]["username"] for one in found.body] == ["bo"]
    member = await guild.fetch_member(int(BO))
    await member.edit(nick="Captain")
    assert (await bo.sees("GUILD_MEMBER_UPDATE"))["nick"] == "Captain"
    await guild.me.edit(nick="The Room")
    assert guild_of(local).members[APPLICATION].nick == "The Room"
    await member.timeout(timedelta(minutes=10))
    with pytest.raises(Refused) as refusal:
        await bo.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="hm")
    assert refusal.value.status == 403
    bo.frames.clear()
    local.parts.clock.advance(601)
    await bo.sees("START_CHANGED")
    await bo.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="thanks")
    when = {"communication_disabled_until": "2100-01-01T00:00:00Z"}
    assert await refused(asks, "PATCH", f"{HERE}/members/{BO}", when) == (400, 50035)
    when = {"communication_disabled_until": "0001-01-01T00:00:00+14:00"}  # before the first of all years
    assert await refused(asks, "PATCH", f"{HERE}/members/{BO}", when) == (400, 50035)
    assert await refused(asks, "PATCH", f"{HERE}/members/{ANA}", {"nick": "no"}) == (403, 50013)
    assert await refused(asks, "PATCH", f"{HERE}/members/{BO}", {"mute": True}) == (400, 40032)
    assert await refused(asks, "PATCH", f"{HERE}/members/77", {}) == (404, 10007)


async def test_who_is_put_out_sees_no_more_and_may_come_back_unless_banned(
    local: LocalDiscord, guild: discord.Guild, asks: Asker, bo: Person, ana: Person
) -> None:
    await bo.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="I was here")
    assert await refused(asks, "DELETE", f"{HERE}/members/{BO}") == (403, 50013)
    grant(local, Permission.KICK_MEMBERS | Permission.BAN_MEMBERS)
    await guild.kick(discord.Object(int(BO)), reason="noise")
    assert (await ana.sees("GUILD_MEMBER_REMOVE"))["user"]["id"] == BO
    assert (await bo.sees("START_CHANGED"))["guild_id"] == GUILD
    start = await bo.call("GET", "/people/v1/start", user=BO)
    assert [one["id"] for one in start["guilds"]] == [FILM_CLUB]
    with pytest.raises(Refused):
        await bo.messages(WRITERS_ROOM)
    assert (await ana.messages(WRITERS_ROOM))[0]["author"]["id"] == BO
    local.parts.places.guilds.add_member(guild_of(local), BO, [WRITER])
    assert (await ana.sees("GUILD_MEMBER_ADD"))["user"]["id"] == BO
    await guild.ban(discord.Object(int(BO)), reason="noise", delete_message_seconds=3600)
    assert [(entry.user.id, entry.reason) async for entry in guild.bans()] == [(int(BO), "noise")]
    assert not [one for one in await ana.messages(WRITERS_ROOM) if one["author"]["id"] == BO]
    await guild.unban(discord.Object(int(BO)))
    assert await refused(asks, "GET", f"{HERE}/bans/{BO}") == (404, 10026)
    assert await refused(asks, "PUT", f"{HERE}/bans/{ANA}", {}) == (403, 50013)  # the owner
    assert await refused(asks, "PUT", f"{HERE}/bans/77", {}) == (404, 10013)


async def test_what_somebody_began_is_answered_after_they_left(
    local: LocalDiscord, bot: StoryBot, bo: Person, ana: Person
) -> None:
    await bo.command(WRITERS_ROOM, "never")
    await bot.hanging.wait()
    local.parts.places.guilds.remove_member(guild_of(local), BO)
    interaction = next(told for heard, told in bot.heard if heard == "interaction")
    await interaction.response.send_message("too late for Bo")
    seen = await ana.sees("MESSAGE_CREATE", lambda m: m["content"] == "too late for Bo")
    assert seen["interaction_metadata"]["user"]["id"] == BO


async def test_the_bot_leaves_a_guild_and_is_asked_into_others(
    local: LocalDiscord, bot: StoryBot, asks: Asker, ana: Person
) -> None:
    ears = Ears(bot, "guild_remove")
    club = bot.get_guild(int(FILM_CLUB))
    assert club is not None
    await club.leave()
    assert (await ears.next("guild_remove"))[1].id == int(FILM_CLUB)
    assert bot.get_guild(int(FILM_CLUB)) is None
    assert await refused(asks, "GET", f"/guilds/{FILM_CLUB}") == (404, 10004)
    fresh = local.parts.places.guilds.add_guild("Harbour", ANA, members=[BO], channels=["quay", "pier"])
    await until(lambda: bot.get_guild(int(fresh.id)))
    joined = bot.get_guild(int(fresh.id))
    assert joined is not None
    assert (joined.name, [channel.name for channel in joined.text_channels]) == ("Harbour", ["quay", "pier"])
    await ana.sees("START_CHANGED", lambda body: body["guild_id"] == fresh.id)
    mine = (await asks.rest("GET", "/users/@me/guilds?limit=1")).body
    assert [one["id"] for one in mine] == [GUILD]
    local.parts.places.guilds.join(local.parts.world.guild(FILM_CLUB))
    await until(lambda: bot.get_guild(int(FILM_CLUB)))
    local.parts.places.guilds.remove_guild(fresh)
    assert (await ears.next("guild_remove"))[1].id == int(fresh.id)


async def test_direct_messages_are_for_two_who_share_a_guild(
    local: LocalDiscord, bot: StoryBot, asks: Asker, ana: Person, bo: Person
) -> None:
    user = await bot.fetch_user(int(ANA))
    sent = await user.send("psst")
    assert (await ana.sees("CHANNEL_CREATE"))["recipients"][0]["id"] == APPLICATION
    seen = await ana.sees("MESSAGE_CREATE", lambda m: m["content"] == "psst")
    assert "guild_id" not in seen
    assert [channel["id"] for channel in (await ana.call("GET", "/people/v1/start"))["direct"]] == [
        str(sent.channel.id)
    ]
    assert not bo.named("CHANNEL_CREATE") + bo.named("MESSAGE_CREATE")
    again = await ana.call("POST", "/people/v1/direct", recipient=APPLICATION)
    assert again["id"] == str(sent.channel.id)
    to_bo = await ana.call("POST", "/people/v1/direct", recipient=BO)
    assert (await bo.sees("CHANNEL_CREATE"))["recipients"][0]["id"] == ANA
    assert await refused(asks, "GET", f"/channels/{to_bo['id']}") == (403, 50001)
    stranger = local.parts.places.guilds.add_user("eve")
    body = {"recipient_id": stranger.id}
    assert await refused(asks, "POST", "/users/@me/channels", body) == (403, 50007)
    assert await refused(asks, "POST", "/users/@me/channels", {"recipient_id": "7"}) == (400, 50033)
    assert await refused(asks, "PATCH", f"/channels/{sent.channel.id}", {"name": "x"}) == (400, 50003)
    closed = await asks.rest("DELETE", f"/channels/{sent.channel.id}")
    assert (closed.status, closed.body["recipients"][0]["id"]) == (200, ANA)


async def test_the_bot_renames_itself(bot: StoryBot, asks: Asker) -> None:
    assert bot.user is not None
    assert (await bot.user.edit(username="Keeper")).name == "Keeper"
    assert await refused(asks, "PATCH", "/users/@me", {"username": "x"}) == (400, 50035)


async def test_a_thousand_guilds_and_ten_thousand_channels_are_found_at_once(
    local: LocalDiscord, asks: Asker, ana: Person
) -> None:
    guilds, clock = local.parts.places.guilds, local.parts.clock
    names = [f"c{number}" for number in range(10)]
    made = [guilds.add_guild(f"g{number}", CHEN, channels=names) for number in range(1000)]
    assert len(local.parts.world.channels) > 10_000
    began = clock()
    channel = await asks.rest("GET", f"/channels/{next(iter(made[500].channel_ids))}")
    page = await asks.rest("GET", f"/users/@me/guilds?limit=200&after={made[500].id}")
    assert (channel.body["name"], len(page.body)) == ("c0", 200)
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="hi")
    assert clock() - began < 2.0
