"""Threads through discord.py and raw: private ones, members, archiving, locks, lists, forums."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from bot.local_discord.clock import Clock
from bot.local_discord.events import Intent
from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission
from bot.local_discord.seed import ANA, BO, CHEN, GUILD, PREMISES, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.ears import Ears
from tests.bot.local_discord.granting import revoke
from tests.bot.local_discord.person import Person, Refused
from tests.bot.local_discord.story_bot import StoryBot

PRIVATE, PUBLIC = discord.ChannelType.private_thread, discord.ChannelType.public_thread
ROOM = f"/channels/{WRITERS_ROOM}"


@pytest.fixture
def options() -> Options:
    """Without rate limits, and with the members intent granted."""
    return Options(deadline=1.0, identify_interval=0.0, rate_limits=False, privileged=Intent.GUILD_MEMBERS)


async def refused(asks: Asker, method: str, path: str, body: object = None) -> tuple[int, int]:
    answer = await asks.rest(method, path, json=body)
    return answer.status, answer.body["code"]


async def test_a_private_thread_is_for_its_members_and_hosts(
    bot: StoryBot, ana: Person, bo: Person, chen: Person
) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(name="Quiet", type=PRIVATE)
    assert (await ana.sees("THREAD_CREATE"))["name"] == "Quiet"  # a host manages threads
    await thread.add_user(discord.Object(int(BO)))
    assert (await bo.sees("START_CHANGED"))["guild_id"] == GUILD
    await thread.send("between us")
    await bo.sees("MESSAGE_CREATE", lambda m: m["content"] == "between us")
    assert not chen.named("THREAD_CREATE") + chen.named("MESSAGE_CREATE")
    with pytest.raises(Refused) as refusal:
        await chen.call("GET", f"/people/v1/channels/{thread.id}/messages", user=CHEN)
    assert refusal.value.status == 403
    bo.frames.clear()
    await thread.remove_user(discord.Object(int(BO)))
    await bo.sees("START_CHANGED")
    await thread.send("without Bo")
    await ana.sees("MESSAGE_CREATE", lambda m: m["content"] == "without Bo")
    assert not bo.named("MESSAGE_CREATE")
    seen = (await bo.call("GET", "/people/v1/start", user=BO))["guilds"][0]["threads"]
    assert seen == []


async def test_a_mention_brings_somebody_into_the_thread(bot: StoryBot, ana: Person, bo: Person) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(name="Quiet", type=PRIVATE)
    quiet = discord.AllowedMentions.none()
    await thread.send(f"<@{BO}> later", allowed_mentions=quiet)
    await ana.sees("MESSAGE_CREATE", lambda m: m["channel_id"] == str(thread.id))
    assert not bo.named("MESSAGE_CREATE")
    await thread.send(f"<@{BO}> now")
    await bo.sees("MESSAGE_CREATE", lambda m: m["content"] == f"<@{BO}> now")
    assert {member.id for member in await thread.fetch_members()} == {thread.owner_id, int(BO)}


async def test_a_closed_private_thread_takes_only_whom_its_owner_adds(bo: Person, chen: Person) -> None:
    thread = await bo.call("POST", f"/people/v1{ROOM}/threads", name="Mine", type=12, invitable=False)
    members = f"/people/v1/channels/{thread['id']}/thread-members"
    await bo.call("PUT", f"{members}/{CHEN}")
    await chen.sees("START_CHANGED")
    with pytest.raises(Refused) as refusal:
        await chen.call("PUT", f"{members}/{ANA}")
    assert refusal.value.status == 403
    await chen.call("DELETE", f"{members}/@me", user=CHEN)
    with pytest.raises(Refused):
        await chen.call("PUT", f"{members}/@me")


async def test_the_bot_hears_of_members_as_its_intents_say(
    launch: Callable[..., Awaitable[StoryBot]], ana: Person
) -> None:
    plain = await launch()
    everyone = await launch(discord.Intents(guilds=True, members=True))
    thread = await plain.text_channel(WRITERS_ROOM).create_thread(name="Sea", type=PUBLIC)
    quiet, loud = Ears(plain, "thread_member_join", "thread_join"), Ears(everyone, "thread_member_join")
    await ana.call("PUT", f"/people/v1/channels/{thread.id}/thread-members/@me")
    assert (await loud.next("thread_member_join"))[1].id == int(ANA)
    await thread.leave()
    await thread.join()
    heard, joined = await quiet.next()
    assert (heard, joined.id) == ("thread_join", thread.id)


async def test_an_added_bot_learns_of_a_private_thread(bot: StoryBot, ana: Person) -> None:
    ears = Ears(bot, "thread_join")
    thread = await ana.call("POST", f"/people/v1{ROOM}/threads", name="Mine", type=12)
    await ana.call("PUT", f"/people/v1/channels/{thread['id']}/thread-members/{bot.application_id}")
    joined = (await ears.next("thread_join"))[1]
    assert (joined.id, joined.me is not None) == (int(thread["id"]), True)


async def test_quiet_threads_archive_by_the_clock_and_words_open_them(
    local: LocalDiscord, bot: StoryBot, ana: Person
) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="Sea", type=PUBLIC, auto_archive_duration=60
    )
    local.parts.clock.advance(50 * 60)
    await thread.send("still here")
    local.parts.clock.advance(50 * 60)
    assert not local.parts.world.thread(str(thread.id)).archived
    local.parts.clock.advance(11 * 60)
    gone = await ana.sees("THREAD_UPDATE", lambda t: t["thread_metadata"]["archived"])
    assert gone["id"] == str(thread.id)
    await ana.call("POST", f"/people/v1/channels/{thread.id}/messages", content="again")
    await ana.sees("THREAD_UPDATE", lambda t: not t["thread_metadata"]["archived"])
    local.parts.clock.advance(61 * 60)
    assert local.parts.world.thread(str(thread.id)).archived


async def test_a_locked_thread_is_opened_by_who_manages_threads(ana: Person, bo: Person) -> None:
    thread = await bo.call("POST", f"/people/v1{ROOM}/threads", name="Bo's")
    where = f"/people/v1/channels/{thread['id']}"
    renamed = await bo.call("PATCH", where, name="Bo's own")
    assert renamed["name"] == "Bo's own"
    with pytest.raises(Refused) as refusal:
        await bo.call("PATCH", where, locked=True)
    assert (refusal.value.status, refusal.value.body["message"]) == (403, "You may not do that here.")
    await ana.call("PATCH", where, locked=True, archived=True)
    for body in ({"archived": False}, {"name": "no"}):
        with pytest.raises(Refused):
            await bo.call("PATCH", where, **body)
    opened = await ana.call("PATCH", where, archived=False, locked=False)
    assert not opened["thread_metadata"]["archived"]
    await bo.call("PATCH", where, archived=True)
    await bo.call("PATCH", where, archived=False)


async def test_threads_are_refused_where_and_to_whom_discord_refuses_them(
    local: LocalDiscord, asks: Asker
) -> None:
    started = await asks.rest("POST", f"{ROOM}/threads", json={"name": "x", "type": 11})
    assert (started.status, started.body["member"]["id"]) == (201, started.body["id"])
    thread = f"/channels/{started.body['id']}"
    assert await refused(asks, "POST", f"{thread}/threads", {"name": "x"}) == (400, 50024)
    assert await refused(asks, "POST", f"{ROOM}/threads", {"name": "x", "type": 10}) == (400, 50035)
    assert await refused(asks, "POST", f"{ROOM}/threads", {"name": ""}) == (400, 50035)
    assert await refused(asks, "PUT", f"{thread}/thread-members/77") == (404, 10007)
    assert await refused(asks, "GET", f"{thread}/thread-members/{BO}") == (404, 10007)
    await asks.rest("PATCH", thread, json={"archived": True})
    assert await refused(asks, "PUT", f"{thread}/thread-members/@me") == (400, 50083)
    assert await refused(asks, "PATCH", thread, {"name": "y"}) == (400, 50083)
    revoke(local, Permission.CREATE_PUBLIC_THREADS)
    assert await refused(asks, "POST", f"{ROOM}/threads", {"name": "x", "type": 11}) == (403, 50013)
    revoke(local, Permission.MANAGE_THREADS)
    assert await refused(asks, "DELETE", thread) == (403, 50013)


async def test_members_are_listed_page_by_page_with_their_member(
    asks: Asker, ana: Person, bo: Person
) -> None:
    thread = (await asks.rest("POST", f"{ROOM}/threads", json={"name": "x", "type": 11})).body["id"]
    for person in (ana, bo):
        await person.call("PUT", f"/people/v1/channels/{thread}/thread-members/@me")
    members = f"/channels/{thread}/thread-members"
    first = await asks.rest("GET", f"{members}?limit=1&with_member=true")
    assert [one["member"]["user"]["id"] for one in first.body] == [ANA]
    rest = await asks.rest("GET", f"{members}?after={ANA}")
    assert [one["user_id"] for one in rest.body][:1] == [BO]
    assert await refused(asks, "GET", f"{members}?limit=many") == (400, 50035)


async def test_archived_threads_are_paged_by_when_they_were_archived(
    local: LocalDiscord, bot: StoryBot, asks: Asker
) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    for number in range(5):
        thread = await channel.create_thread(name=f"t{number}", type=PUBLIC if number < 4 else PRIVATE)
        await thread.edit(archived=True)
        local.parts.clock.advance(1)
    page = (await asks.rest("GET", f"{ROOM}/threads/archived/public?limit=2")).body
    assert ([one["name"] for one in page["threads"]], page["has_more"]) == (["t3", "t2"], True)
    assert len(page["members"]) == 2
    assert [thread.name async for thread in channel.archived_threads(limit=10)] == ["t3", "t2", "t1", "t0"]
    mine = [thread.name async for thread in channel.archived_threads(private=True, joined=True)]
    assert mine == ["t4"]
    assert [thread.name async for thread in channel.archived_threads(private=True)] == ["t4"]
    assert await refused(asks, "GET", f"{ROOM}/threads/archived/public?before=then") == (400, 50035)


async def test_a_guild_has_a_thousand_open_threads(local: LocalDiscord, asks: Asker) -> None:
    room = local.parts.world.channels[WRITERS_ROOM]
    for number in range(1000):
        local.parts.threads.start(room, ANA, {"name": f"t{number}", "type": 11})
        await asyncio.sleep(0)
    assert await refused(asks, "POST", f"{ROOM}/threads", {"name": "one more", "type": 11}) == (400, 160006)
    active = await asks.rest("GET", f"/guilds/{GUILD}/threads/active")
    assert len(active.body["threads"]) == 1000


async def test_the_threads_of_a_removed_channel_go_with_it(local: LocalDiscord, bot: StoryBot) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(name="Sea", type=PUBLIC)
    ears = Ears(bot, "raw_thread_delete", "guild_channel_delete")
    local.parts.threads.remove(local.parts.world.channels[WRITERS_ROOM])
    assert (await ears.next("guild_channel_delete"))[1].id == int(WRITERS_ROOM)
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(thread.id)
    local.parts.clock.advance(30 * 86_400)  # its timer finds nothing


async def test_a_forum_takes_posts_and_no_messages(
    local: LocalDiscord, bot: StoryBot, asks: Asker, ana: Person
) -> None:
    forum = bot.get_channel(int(PREMISES))
    assert isinstance(forum, discord.ForumChannel)
    made = await forum.create_thread(
        name="A keeper",
        content="hears the sea",
        file=discord.File(__file__, "keeper.py"),
        applied_tags=[forum.available_tags[0]],
    )
    assert made.thread.id == made.message.id
    assert (made.thread.applied_tags[0].name, made.message.attachments[0].filename) == ("Film", "keeper.py")
    created = await ana.sees("THREAD_CREATE")
    assert (created["name"], created["newly_created"], created["applied_tags"]) == (
        "A keeper",
        True,
        [str(forum.available_tags[0].id)],
    )
    assert (await ana.sees("MESSAGE_CREATE"))["channel_id"] == str(made.thread.id)
    assert local.parts.world.thread(str(made.thread.id)).message_count == 0
    assert await refused(asks, "POST", f"/channels/{PREMISES}/messages", {"content": "x"}) == (400, 50008)
    bad = await asks.rest(
        "POST", f"/channels/{PREMISES}/threads", json={"name": "x", "message": {"content": "y" * 2001}}
    )
    assert "content" in bad.body["errors"]["message"]
    assert await refused(asks, "POST", f"/channels/{PREMISES}/threads", {"name": "x"}) == (400, 50035)


async def test_tags_are_required_moderated_and_known(local: LocalDiscord, ana: Person, bo: Person) -> None:
    forum = local.parts.world.channels[PREMISES]
    tags = [{"id": tag.id, "name": tag.name, "moderated": tag.name == "Film"} for tag in forum.tags]
    local.parts.places.channels.change(forum, None, {"available_tags": tags, "flags": 1 << 4})
    film, series = forum.tags[0].id, forum.tags[1].id
    posts = f"/people/v1/channels/{PREMISES}/posts"
    said = {"name": "A keeper", "content": "hears the sea"}
    for applied, status in (([], 400), (["1"], 400), ([film], 403), ([series] * 6, 400)):
        with pytest.raises(Refused) as refusal:
            await bo.call("POST", posts, **said, applied_tags=applied)
        assert refusal.value.status == status
    post = await bo.call("POST", posts, **said, applied_tags=[series])
    assert (post["message"]["id"], post["applied_tags"]) == (post["id"], [series])
    where = f"/people/v1/channels/{post['id']}"
    with pytest.raises(Refused):
        await bo.call("PATCH", where, applied_tags=[series, film])
    tagged = await ana.call("PATCH", where, applied_tags=[series, film])
    assert tagged["applied_tags"] == [series, film]


async def test_one_post_of_a_forum_is_pinned_and_slow_mode_is_between_posts(
    local: LocalDiscord, bot: StoryBot, bo: Person
) -> None:
    forum = bot.get_channel(int(PREMISES))
    assert isinstance(forum, discord.ForumChannel)
    one = (await forum.create_thread(name="one", content="1")).thread
    two = (await forum.create_thread(name="two", content="2")).thread
    await one.edit(pinned=True)
    with pytest.raises(discord.HTTPException) as refusal:
        await two.edit(pinned=True)
    assert refusal.value.code == 30047
    local.parts.places.channels.change(
        local.parts.world.channels[PREMISES], None, {"rate_limit_per_user": 60}
    )
    posts = f"/people/v1/channels/{PREMISES}/posts"
    await bo.call("POST", posts, name="a", content="a")
    with pytest.raises(Refused) as slow:
        await bo.call("POST", posts, name="b", content="b")
    assert slow.value.status == 429
    local.parts.clock.advance(61)
    await bo.call("POST", posts, name="b", content="b")


async def test_an_announcement_channel_has_threads_of_its_own_kind(
    local: LocalDiscord, asks: Asker, ana: Person
) -> None:
    room = local.parts.world.channels[WRITERS_ROOM]
    local.parts.places.channels.change(room, None, {"type": 5})
    said = await ana.call("POST", f"/people/v1{ROOM}/messages", content="news")
    from_message = await asks.rest("POST", f"{ROOM}/messages/{said['id']}/threads", json={"name": "x"})
    alone = await asks.rest("POST", f"{ROOM}/threads", json={"name": "y"})
    assert (from_message.body["type"], alone.body["type"]) == (10, 10)
    assert await refused(asks, "POST", f"{ROOM}/threads", {"name": "z", "type": 12}) == (400, 50035)


async def test_open_threads_are_timed_again_after_a_restart(tmp_path: Path) -> None:
    options = Options(state=tmp_path / "discord.db", rate_limits=False)
    async with LocalDiscord(options) as first:
        room = first.parts.world.channels[WRITERS_ROOM]
        thread = first.parts.threads.start(
            room, ANA, {"name": "Sea", "type": 11, "auto_archive_duration": 60}
        )
        direct, _ = first.parts.places.direct.open(ANA, BO)
    async with LocalDiscord(replace(options, clock=Clock())) as second:
        world = second.parts.world
        assert world.threads_in(world.channels[WRITERS_ROOM]) == [world.thread(thread.id)]
        assert world.direct_channel(BO, ANA) is world.channels[direct.id]
        second.parts.clock.advance(61 * 60)
        assert world.thread(thread.id).archived
