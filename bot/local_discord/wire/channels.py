"""Channels, threads and thread members in JSON."""

from __future__ import annotations

from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.channels import FORUMS, Channel, ChannelKind, Tag, Thread
from bot.local_discord.state.world import World
from bot.local_discord.wire.users import user_json

__all__ = ["channel_json", "thread_member_json"]


def channel_json(world: World, channel: Channel, *, seen_by: str = "") -> Json:
    """A channel or thread; the recipients of direct messages are those beside `seen_by` (the bot, if "")."""
    pinned = None if channel.last_pin is None else isoformat(channel.last_pin)
    body: Json = {
        "id": channel.id,
        "type": int(channel.type),
        "last_message_id": channel.last_message_id,
        "flags": channel.flags,
    }
    if channel.type == ChannelKind.DM:
        others = [one for one in channel.recipients if one != (seen_by or world.application.bot_id)]
        return {**body, "last_pin_timestamp": pinned, "recipients": [user_json(world, one) for one in others]}
    body |= {
        "guild_id": channel.guild_id,
        "name": channel.name,
        "parent_id": channel.parent_id,
        "rate_limit_per_user": channel.slowmode,
        "last_pin_timestamp": pinned,
    }
    if isinstance(channel, Thread):
        return {**body, **_thread(channel)}
    body |= {
        "topic": channel.topic,
        "position": channel.position,
        "permission_overwrites": [
            {"id": one.id, "type": one.type, "allow": str(int(one.allow)), "deny": str(int(one.deny))}
            for one in channel.overwrites.values()
        ],
        "nsfw": channel.nsfw,
    }
    if channel.default_auto_archive is not None:
        body["default_auto_archive_duration"] = channel.default_auto_archive
    if channel.default_thread_slowmode:
        body["default_thread_rate_limit_per_user"] = channel.default_thread_slowmode
    if channel.type == ChannelKind.VOICE:
        body |= {"bitrate": channel.bitrate, "user_limit": channel.user_limit, "rtc_region": None}
    return {**body, **_forum(channel)} if channel.type in FORUMS else body


def thread_member_json(thread: Thread, user_id: str) -> Json:
    """A thread member object."""
    joined = isoformat(thread.members[user_id])
    return {"id": thread.id, "user_id": user_id, "join_timestamp": joined, "flags": 0}


def _forum(channel: Channel) -> Json:
    return {
        "available_tags": [_tag(tag) for tag in channel.tags],
        "default_reaction_emoji": channel.default_reaction,
        "default_sort_order": channel.default_sort_order,
        "default_forum_layout": channel.default_forum_layout,
        "template": "",
    }


def _tag(tag: Tag) -> Json:
    return {
        "id": tag.id,
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": tag.emoji_id,
        "emoji_name": tag.emoji_name,
    }


def _thread(thread: Thread) -> Json:
    body: Json = {
        "owner_id": thread.owner_id,
        "message_count": thread.message_count,
        "total_message_sent": thread.total_message_sent,
        "member_count": len(thread.members),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": isoformat(thread.archived_at),
            "auto_archive_duration": thread.auto_archive_duration,
            "locked": thread.locked,
            "invitable": thread.invitable,
            "create_timestamp": isoformat(thread.created),
        },
    }
    if thread.applied_tags:
        body["applied_tags"] = list(thread.applied_tags)
    return body
