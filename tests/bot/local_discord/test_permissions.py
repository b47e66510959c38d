"""The permission arithmetic, held against discord.py's own on the same guild, and how long it takes."""

from __future__ import annotations

import time
from typing import Any

import discord
import pytest
from discord.http import HTTPClient
from discord.state import ConnectionState
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_discord.permissions import ALL, Permission, may_see, permissions_in, permissions_of
from bot.local_discord.seed import APPLICATION
from bot.local_discord.state.channels import Channel, ChannelKind, Overwrite, Thread
from bot.local_discord.state.guilds import Guild, Member, Role
from bot.local_discord.state.world import Application, User, World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import guild_json
from bot.local_discord.wire.users import member_json

NOW = 1_700_000_000.0
GUILD, OWNER, ANA, TEXT, VOICE, FORUM, THREAD = "100", "201", "202", "301", "302", "303", "401"
ROLES = ("501", "502", "503")
# discord.py takes voice permissions out of text channels; Discord leaves them in, where they mean nothing.
MEANINGLESS_IN_TEXT = discord.Permissions.voice().value
# discord.py leaves a member who does not see a channel the permissions of the guild; here that is nothing.
OF_THE_GUILD = ~discord.Permissions.all_channel().value

bits = st.one_of(
    st.integers(min_value=0, max_value=int(ALL)).map(lambda n: n & int(ALL)),
    st.sampled_from([0, int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)]),
)
quiet_bits = bits.map(lambda n: n & ~int(Permission.ADMINISTRATOR))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    everyone = draw(quiet_bits)
    roles = [Role(GUILD, "@everyone", everyone, 0)]
    roles += [Role(one, one, draw(st.one_of(quiet_bits, bits)), at) for at, one in enumerate(ROLES, start=1)]
    guild = Guild(GUILD, "Sea", OWNER)
    guild.roles = {role.id: role for role in roles}
    held = draw(st.lists(st.sampled_from(ROLES), unique=True))
    until = draw(st.sampled_from([None, time.time() + 3600]))
    guild.members = {
        OWNER: Member(OWNER, [], NOW),
        ANA: Member(ANA, held, NOW, timeout_until=until),
        APPLICATION: Member(APPLICATION, [], NOW),
    }
    world = World(Application(APPLICATION, "a", "a", bot_id=APPLICATION, owner_id=OWNER))
    for user_id in guild.members:
        world.users[user_id] = User(user_id, f"u{user_id}", None, "#000000", bot=user_id == APPLICATION)
    world.guilds[GUILD] = guild
    overwrites = draw(
        st.dictionaries(st.sampled_from([GUILD, *ROLES, ANA]), st.tuples(quiet_bits, quiet_bits), max_size=5)
    )
    for channel_id, kind in (
        (TEXT, ChannelKind.TEXT),
        (VOICE, ChannelKind.VOICE),
        (FORUM, ChannelKind.FORUM),
    ):
        channel = Channel(channel_id, "c", kind, GUILD)
        channel.overwrites = {
            one: Overwrite(one, 1 if one == ANA else 0, allow=allow, deny=deny & ~allow)
            for one, (allow, deny) in overwrites.items()
        }
        world.add_channel(channel)
    world.add_channel(Thread(THREAD, "t", ChannelKind.PUBLIC_THREAD, GUILD, parent_id=TEXT, owner_id=OWNER))
    return world


def in_discord_py(world: World) -> discord.Guild:
    """The same guild, built by discord.py from our JSON."""
    state: ConnectionState[Any] = ConnectionState(
        dispatch=lambda *_: None,
        handlers={},
        hooks={},
        http=HTTPClient(loop=None),  # type: ignore[arg-type] # nothing is asked over it
        intents=discord.Intents.all(),
    )
    guild = world.guilds[GUILD]
    body: Any = {
        **guild_json(guild),
        "member_count": len(guild.members),
        "members": [member_json(world, guild, one) for one in guild.members],
        "channels": [channel_json(world, channel) for channel in world.channels_of(guild)],
        "threads": [channel_json(world, thread) for thread in world.threads_of(guild)],
    }
    return discord.Guild(data=body, state=state)


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_permissions_are_those_that_discord_py_reckons(world: World) -> None:
    theirs = in_discord_py(world)
    for user_id in (OWNER, ANA):
        member = theirs.get_member(int(user_id))
        assert member is not None
        ours_of_guild = permissions_of(world.guilds[GUILD], user_id)
        if not member.is_timed_out():
            assert ours_of_guild == member.guild_permissions.value
        for channel_id in (TEXT, VOICE, FORUM, THREAD):
            place = theirs.get_channel_or_thread(int(channel_id))
            assert isinstance(
                place, discord.TextChannel | discord.VoiceChannel | discord.ForumChannel | discord.Thread
            )
            expected = place.permissions_for(member)
            ours = permissions_in(world, world.channels[channel_id], user_id)
            if not expected.view_channel:
                assert ours == 0
                assert expected.value & ~OF_THE_GUILD == 0
                continue
            ignored = 0 if channel_id == VOICE else MEANINGLESS_IN_TEXT
            assert ours & ~ignored == expected.value & ~ignored, (channel_id, user_id)


def small(everyone: int = int(Permission.VIEW_CHANNEL), *, held: tuple[str, ...] = ()) -> World:
    world = World(Application(APPLICATION, "a", "a", bot_id=APPLICATION, owner_id=OWNER))
    guild = Guild(GUILD, "Sea", OWNER)
    guild.roles = {GUILD: Role(GUILD, "@everyone", everyone, 0)}
    guild.roles |= {one: Role(one, one, 0, at) for at, one in enumerate(ROLES, start=1)}
    guild.members = {OWNER: Member(OWNER, [], NOW), ANA: Member(ANA, list(held), NOW)}
    world.guilds[GUILD] = guild
    world.add_channel(Channel(TEXT, "c", ChannelKind.TEXT, GUILD))
    thread = Thread(THREAD, "t", ChannelKind.PRIVATE_THREAD, GUILD, parent_id=TEXT, owner_id=OWNER)
    world.add_channel(thread)
    return world


def test_a_private_thread_is_seen_by_members_and_by_who_manages_threads() -> None:
    world = small()
    thread = world.thread(THREAD)
    assert not may_see(world, thread, ANA)
    assert may_see(world, thread, OWNER)
    thread.members[ANA] = NOW
    assert may_see(world, thread, ANA)
    del thread.members[ANA]
    world.guilds[GUILD].roles[GUILD].permissions |= Permission.MANAGE_THREADS
    assert may_see(world, thread, ANA)


def test_who_does_not_see_the_channel_sees_no_thread_of_it() -> None:
    world = small()
    world.thread(THREAD).members[ANA] = NOW
    world.channels[TEXT].overwrites[ANA] = Overwrite(ANA, 1, deny=int(Permission.VIEW_CHANNEL))
    assert not may_see(world, world.thread(THREAD), ANA)


def test_who_is_not_a_member_has_nothing_even_with_an_overwrite() -> None:
    world = small()
    world.channels[TEXT].overwrites["999"] = Overwrite("999", 1, allow=int(ALL))
    assert permissions_in(world, world.channels[TEXT], "999") == 0


def test_a_timeout_is_over_at_its_time() -> None:
    world = small(int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES))
    world.guilds[GUILD].members[ANA].timeout_until = NOW
    text = world.channels[TEXT]
    assert permissions_in(world, text, ANA, now=NOW - 1) == Permission.VIEW_CHANNEL
    assert permissions_in(world, text, ANA, now=NOW + 1) & Permission.SEND_MESSAGES


def test_direct_messages_have_the_permissions_that_discord_py_gives_them() -> None:
    world = small()
    world.add_channel(Channel("9", "", ChannelKind.DM, recipients=[ANA, OWNER]))
    assert permissions_in(world, world.channels["9"], ANA) == discord.Permissions._dm_permissions().value
    assert permissions_in(world, world.channels["9"], "999") == 0


@pytest.mark.parametrize("asked", [TEXT, THREAD])
def test_one_answer_takes_microseconds(asked: str) -> None:
    world = small(held=ROLES)
    for one in (GUILD, *ROLES, ANA):
        world.channels[TEXT].overwrites[one] = Overwrite(
            one, 1 if one == ANA else 0, allow=1 << 11, deny=1 << 15
        )
    channel, rounds = world.channels[asked], 2000
    best = min(_timed(world, channel, rounds) for _ in range(5))
    assert best / rounds < 20e-6  # about 2 on a quiet machine; the bound is for a busy one


def _timed(world: World, channel: Channel, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        may_see(world, channel, ANA)
    return time.process_time() - began
