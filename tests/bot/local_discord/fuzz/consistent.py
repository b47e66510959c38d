"""What must hold in a world whatever was asked of it: what is referred to is there, and it can be kept."""

from __future__ import annotations

from collections.abc import Iterator

from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import World
from bot.local_discord.statefile.rows import KINDS, Address, Row, dump, files_of, find, keys, load

__all__ = ["broken"]


def broken(world: World) -> list[str]:
    """Everything that does not hold, in words."""
    said = [*_keyed(world), *_indexes(world)]
    for guild in world.guilds.values():
        said += _guild(world, guild)
    for channel in world.channels.values():
        said += _channel(world, channel)
    for channel_id, messages in world.messages.channels.items():
        if messages and channel_id not in world.channels:
            said.append(f"{len(messages)} messages of channel {channel_id}, which is not there")
        for message in messages.values():
            said += _message(world, message)
    return said + _kept(world)


def _keyed(world: World) -> Iterator[str]:
    for kind in ("users", "guilds", "channels", "interactions", "webhooks"):
        for key, entity in getattr(world, kind).items():
            if key != entity.id:
                yield f"{kind} {key} is {entity.id}"
            if not key.isdigit():
                yield f"{kind} {key} is no id"
    for channel_id, messages in world.messages.channels.items():
        for key, message in messages.items():
            if (key, channel_id) != (message.id, message.channel_id):
                yield f"message {channel_id}/{key} is {message.channel_id}/{message.id}"
        ids = [int(key) for key in messages]
        if ids != sorted(ids):
            yield f"the messages of {channel_id} are not in order"


def _indexes(world: World) -> Iterator[str]:
    listed = [one for guild in world.guilds.values() for one in (*guild.channel_ids, *guild.thread_ids)]
    if len(listed) != len(set(listed)):
        yield "a channel is in two guilds"
    there = {one.id for one in world.channels.values() if one.guild_id is not None}
    for one in set(listed) ^ there:
        yield f"channel {one} is {'not there' if one in listed else 'in no guild'}"
    threads = {(one.parent_id, one.id) for one in world.channels.values() if isinstance(one, Thread)}
    if {(one.id, thread) for one in world.channels.values() for thread in one.thread_ids} != threads:
        yield "the threads of channels are listed otherwise than they are"
    direct = {one.id for one in world.channels.values() if one.type == ChannelKind.DM}
    if set(world.direct.values()) != direct:
        yield f"direct channels {direct} are listed as {set(world.direct.values())}"


def _guild(world: World, guild: Guild) -> Iterator[str]:
    if guild.id not in guild.roles:
        yield f"guild {guild.id} has no @everyone"
    if guild.owner_id not in guild.members:
        yield f"the owner of {guild.id} is not in it"
    for key, member in guild.members.items():
        if key != member.user_id or key not in world.users:
            yield f"member {key} of {guild.id} is {member.user_id}, or nobody"
        for role in member.roles:
            if role not in guild.roles:
                yield f"member {key} of {guild.id} has role {role}, which is not there"


def _channel(world: World, channel: Channel) -> Iterator[str]:
    if channel.guild_id is not None and channel.guild_id not in world.guilds:
        yield f"channel {channel.id} is of guild {channel.guild_id}, which is not there"
    if isinstance(channel, Thread):
        if channel.parent_id not in world.channels:
            yield f"thread {channel.id} is of {channel.parent_id}, which is not there"
    elif channel.parent_id is not None:
        parent = world.channels.get(channel.parent_id)
        if parent is None or parent.type != ChannelKind.CATEGORY:
            yield f"channel {channel.id} is in {channel.parent_id}, which is no category"
    for user_id in [*channel.recipients, *(channel.members if isinstance(channel, Thread) else ())]:
        if user_id not in world.users:
            yield f"{user_id}, who is nobody, is in {channel.id}"


def _message(world: World, message: Message) -> Iterator[str]:
    if message.author_id not in world.users and message.webhook_id is None:
        yield f"message {message.id} is by {message.author_id}, who is nobody"
    for user_id in [
        *message.mentions,
        *(one for each in message.reactions.values() for one in each.user_ids),
    ]:
        if user_id not in world.users:
            yield f"message {message.id} names {user_id}, who is nobody"
    if any(not reaction.user_ids for reaction in message.reactions.values()):
        yield f"message {message.id} has a reaction by nobody"
    if message.poll is not None:
        answers = {answer["answer_id"] for answer in message.poll.answers}
        if not set(message.poll.votes) <= answers:
            yield f"message {message.id} has votes for {set(message.poll.votes) - answers}"


def _kept(world: World) -> list[str]:
    rows: list[Row] = []
    files: dict[str, bytes] = {}
    for kind in KINDS:
        for key in keys(world, kind):
            entity = find(world, Address(kind, key))
            try:
                rows.append(Row(Address(kind, key), dump(entity).decode()))
            except ValueError as error:
                return [f"{kind} {key} cannot be written: {error}"]
            files |= {one.id: one.content for one in files_of(entity)}
    again = load(rows, files.__getitem__)
    for one in (world, again):
        one.messages.channels = {key: messages for key, messages in one.messages.channels.items() if messages}
    return [
        f"{kind} come back otherwise: {_first_other(getattr(world, kind), getattr(again, kind))}"
        for kind in KINDS
        if getattr(again, kind) != getattr(world, kind)
    ]


def _first_other(before: object, after: object) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            if before[key] != after.get(key):
                return _first_other(before[key], after.get(key))
    return f"{before!r:.600} as {after!r:.600}"
