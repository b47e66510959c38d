"""Guild channels through discord.py: made, changed, ordered, removed, hidden, and who may."""

from __future__ import annotations

import discord
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission
from bot.local_discord.seed import APPLICATION, BO, BOT_ROLE, GUILD, PRODUCERS, WRITER, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.granting import grant, guild_of, revoke
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

ALL_OF_CHANNELS = Permission.MANAGE_CHANNELS | Permission.MANAGE_ROLES


@pytest.fixture
def options() -> Options:
    """Without rate limits: more channels are made here than Discord lets be made in a while."""
    return Options(deadline=1.0, identify_interval=0.0, rate_limits=False)


@pytest.fixture
def guild(bot: StoryBot, local: LocalDiscord) -> discord.Guild:
    grant(local, ALL_OF_CHANNELS)
    found = bot.get_guild(int(GUILD))
    assert found is not None
    return found


async def refused(asks: Asker, method: str, path: str, body: object = None) -> tuple[int, int]:
    answer = await asks.rest(method, path, json=body)
    return answer.status, answer.body["code"]


async def test_a_channel_of_every_kind_is_made_and_people_see_it(guild: discord.Guild, ana: Person) -> None:
    category = await guild.create_category("Rooms")
    text = await guild.create_text_channel(
        "Night Shift", category=category, topic="late", slowmode_delay=5, nsfw=True
    )
    voice = await guild.create_voice_channel("Lounge", bitrate=32_000, user_limit=4)
    tags = [discord.ForumTag(name="Film", moderated=True), discord.ForumTag(name="Series", emoji="🎬")]
    forum = await guild.create_forum(
        "ideas",
        available_tags=tags,
        default_reaction_emoji="🔥",
        default_layout=discord.ForumLayoutType.gallery_view,
        default_sort_order=discord.ForumOrderType.creation_date,
        default_thread_slowmode_delay=10,
    )
    news = await text.edit(type=discord.ChannelType.news)
    assert isinstance(news, discord.TextChannel)
    assert (text.name, text.category_id, text.topic, text.slowmode_delay) == (
        "night-shift",
        category.id,
        "late",
        5,
    )
    assert (news.is_news(), voice.bitrate, voice.user_limit) == (True, 32_000, 4)
    assert [(tag.name, tag.moderated, str(tag.emoji)) for tag in forum.available_tags] == [
        ("Film", True, "None"),
        ("Series", False, "🎬"),
    ]
    assert str(forum.default_reaction_emoji) == "🔥"
    assert forum.default_layout is discord.ForumLayoutType.gallery_view
    assert forum.default_thread_slowmode_delay == 10
    assert (await ana.sees("CHANNEL_CREATE", lambda c: c["type"] == 15))["name"] == "ideas"


async def test_channels_need_manage_channels_and_what_is_sent_is_checked(
    local: LocalDiscord, asks: Asker
) -> None:
    channels = f"/guilds/{GUILD}/channels"
    assert await refused(asks, "POST", channels, {"name": "x"}) == (403, 50013)
    assert await refused(asks, "PATCH", f"/channels/{WRITERS_ROOM}", {"name": "x"}) == (403, 50013)
    assert await refused(asks, "DELETE", f"/channels/{WRITERS_ROOM}") == (403, 50013)
    assert await refused(asks, "PATCH", channels, []) == (403, 50013)
    grant(local, ALL_OF_CHANNELS)
    for body in (
        {},
        {"name": "   "},
        {"name": "x", "topic": "x" * 1025},
        {"name": "x", "rate_limit_per_user": 21_601},
        {"name": "x", "parent_id": WRITERS_ROOM},
        {"name": "x", "permission_overwrites": [{"id": "1", "type": 0}]},
        {"name": "x", "type": 15, "available_tags": [{"name": "t"}, {"name": "T"}]},
        {"name": "x", "type": 15, "default_sort_order": 7},
        {"name": "x", "type": [0]},
    ):
        assert await refused(asks, "POST", channels, body) == (400, 50035), body
    assert (await asks.rest("POST", channels, json={"name": "stage", "type": 13})).status == 501
    assert await refused(asks, "PATCH", f"/channels/{WRITERS_ROOM}", {"type": 15}) == (400, 50035)
    assert await refused(asks, "GET", "/channels/1") == (404, 10003)


async def test_a_guild_has_500_channels_and_a_category_50(local: LocalDiscord, asks: Asker) -> None:
    grant(local, ALL_OF_CHANNELS)
    guilds, guild = local.parts.places.guilds, guild_of(local)
    category = guilds.add_channel(guild, "Rooms", 4)
    for number in range(50):
        guilds.add_channel(guild, f"r{number}", parent_id=category.id)
    body = {"name": "x", "parent_id": category.id}
    answer = await asks.rest("POST", f"/guilds/{GUILD}/channels", json=body)
    assert answer.body["errors"]["parent_id"]["_errors"][0]["code"] == "CHANNEL_PARENT_MAX_CHANNELS"
    while len(guild.channel_ids) < 500:
        guilds.add_channel(guild, "x")
    assert await refused(asks, "POST", f"/guilds/{GUILD}/channels", {"name": "x"}) == (400, 30013)


async def test_a_category_gives_new_channels_its_overwrites_and_its_end_leaves_them(
    guild: discord.Guild, bot: StoryBot, ana: Person
) -> None:
    everyone, me = guild.default_role, guild.me
    category = await guild.create_category(
        "Secret",
        overwrites={
            everyone: discord.PermissionOverwrite(send_messages=False),
            me: discord.PermissionOverwrite(send_messages=True),
        },
    )
    room = await guild.create_text_channel("inside", category=category)
    assert room.permissions_synced
    ears = Ears(bot, "guild_channel_update")
    await category.delete()
    _, (before, after) = await ears.next("guild_channel_update")
    assert (before.category_id, after.category_id) == (category.id, None)
    assert (await ana.sees("CHANNEL_DELETE"))["id"] == str(category.id)


async def test_channels_are_ordered_and_moved(guild: discord.Guild, asks: Asker, local: LocalDiscord) -> None:
    category = await guild.create_category("Rooms")
    moves = [
        {"id": WRITERS_ROOM, "position": 40, "parent_id": str(category.id), "lock_permissions": True},
        {"id": str(category.id), "position": 41},
    ]
    answer = await asks.rest("PATCH", f"/guilds/{GUILD}/channels", json=moves)
    assert answer.status == 204
    room = local.parts.world.channels[WRITERS_ROOM]
    assert (room.position, room.parent_id) == (40, str(category.id))
    assert await refused(asks, "PATCH", f"/guilds/{GUILD}/channels", [{"id": "1"}]) == (400, 50035)


async def test_what_is_hidden_from_somebody_is_out_of_their_start_and_their_frames(
    guild: discord.Guild, bot: StoryBot, ana: Person, bo: Person
) -> None:
    room, member = bot.text_channel(WRITERS_ROOM), await guild.fetch_member(int(BO))
    await room.set_permissions(member, overwrite=discord.PermissionOverwrite(view_channel=False))
    assert (await bo.sees("START_CHANGED"))["guild_id"] == GUILD
    await room.send("not for Bo")
    await ana.sees("MESSAGE_CREATE", lambda m: m["content"] == "not for Bo")
    start = await bo.call("GET", "/people/v1/start", user=BO)
    assert WRITERS_ROOM not in [channel["id"] for channel in start["guilds"][0]["channels"]]
    assert not bo.named("MESSAGE_CREATE")
    bo.frames.clear()
    await room.set_permissions(member, overwrite=None)
    await bo.sees("START_CHANGED")
    await room.send("for Bo again")
    assert await bo.sees("MESSAGE_CREATE", lambda m: m["content"] == "for Bo again")


async def test_nobody_allows_or_denies_what_they_lack(local: LocalDiscord, asks: Asker) -> None:
    where = f"/channels/{WRITERS_ROOM}/permissions/{WRITER}"
    ban = {"type": 0, "allow": int(Permission.BAN_MEMBERS)}
    assert await refused(asks, "PUT", where, ban) == (403, 50013)
    grant(local, Permission.MANAGE_ROLES)
    assert await refused(asks, "PUT", where, ban) == (403, 50013)
    pin = {"type": 0, "allow": int(Permission.PIN_MESSAGES)}
    assert (await asks.rest("PUT", where, json=pin)).status == 204
    assert (await asks.rest("DELETE", where)).status == 204
    assert await refused(asks, "DELETE", where) == (404, 10009)
    assert await refused(asks, "PUT", f"/channels/{WRITERS_ROOM}/permissions/77", pin) == (404, 10009)
    # An overwrite of the channel that says so lets one hand on what one lacks.
    own = {"allow": str(int(Permission.MANAGE_ROLES)), "type": 0}
    local.parts.places.overwrites.put(local.parts.world.channels[WRITERS_ROOM], None, BOT_ROLE, own)
    assert (await asks.rest("PUT", where, json=ban)).status == 204


async def test_a_new_channel_carries_no_more_than_its_maker_has(local: LocalDiscord, asks: Asker) -> None:
    grant(local, ALL_OF_CHANNELS)

    def body(bits: Permission) -> dict[str, object]:
        return {"name": "x", "permission_overwrites": [{"id": BO, "type": 1, "allow": int(bits)}]}

    channels = f"/guilds/{GUILD}/channels"
    assert await refused(asks, "POST", channels, body(Permission.KICK_MEMBERS)) == (403, 50013)
    assert await refused(asks, "POST", channels, body(Permission.MANAGE_ROLES)) == (403, 50013)
    assert (await asks.rest("POST", channels, json=body(Permission.PIN_MESSAGES))).status == 201
    grant(local, Permission.ADMINISTRATOR)
    assert (await asks.rest("POST", channels, json=body(Permission.MANAGE_ROLES))).status == 201


async def test_a_channel_that_the_bot_does_not_see_answers_50001(asks: Asker) -> None:
    assert await refused(asks, "GET", f"/channels/{PRODUCERS}") == (403, 50001)
    assert await refused(asks, "POST", f"/channels/{PRODUCERS}/typing") == (403, 50001)
    assert await refused(asks, "POST", f"/channels/{PRODUCERS}/threads", {"name": "x"}) == (403, 50001)
    listed = await asks.rest("GET", f"/guilds/{GUILD}/channels")
    assert PRODUCERS in [channel["id"] for channel in listed.body]


async def test_typing_needs_the_permission_to_send(local: LocalDiscord, asks: Asker) -> None:
    assert (await asks.rest("POST", f"/channels/{WRITERS_ROOM}/typing")).status == 204
    revoke(local, Permission.SEND_MESSAGES)
    assert await refused(asks, "POST", f"/channels/{WRITERS_ROOM}/typing") == (403, 50013)


async def test_a_channel_shown_to_the_bot_brings_its_threads(
    local: LocalDiscord, bot: StoryBot, ana: Person
) -> None:
    ana_s = await ana.call("POST", f"/people/v1/channels/{PRODUCERS}/threads", name="Budget")
    guild = bot.get_guild(int(GUILD))
    assert guild is not None
    assert guild.get_thread(int(ana_s["id"])) is None
    ears = Ears(bot, "raw_thread_list", "thread_join")
    view = {"type": 1, "allow": str(int(Permission.VIEW_CHANNEL))}
    local.parts.places.overwrites.put(local.parts.world.channels[PRODUCERS], None, APPLICATION, view)
    assert (await ears.next("thread_join"))[1].id == int(ana_s["id"])
    assert guild.get_thread(int(ana_s["id"])) is not None
