"""How users, members, roles, channels, threads and messages look in Discord's JSON.

Reads the state, never changes it. Attachment links are paths; `reply.absolute`
puts the caller's host before them.
"""

from __future__ import annotations

from bot.local_discord.messages import Attachment, Message, Messages
from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.world import Channel, Role, Thread, User, World

__all__ = ["Wire", "without_content"]

_QUOTING = {19, 21, 23}
_UNSET = [
    "afk_channel_id",
    "application_id",
    "banner",
    "description",
    "discovery_splash",
    "home_header",
    "icon",
    "incidents_data",
    "public_updates_channel_id",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "splash",
    "system_channel_id",
    "vanity_url_code",
    "widget_channel_id",
]


class Wire:
    """Renders one world."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages

    def user(self, user_id: str) -> Json:
        """A user object."""
        user: User = self._world.users[user_id]
        return {
            "id": user.id,
            "username": user.username,
            "discriminator": "0" if not user.bot else "0001",
            "global_name": user.global_name,
            "avatar": None,
            "accent_color": None,
            "banner": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
            "bot": user.bot,
            "system": False,
        }

    def member(self, user_id: str, *, with_user: bool = True) -> Json:
        """A member object."""
        member = self._world.member(user_id)
        body: Json = {
            "roles": list(member.roles),
            "nick": None,
            "avatar": None,
            "banner": None,
            "joined_at": isoformat(member.joined),
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }
        if with_user:
            body["user"] = self.user(user_id)
        return body

    def member_here(self, user_id: str) -> Json:
        """A member object with the permissions that the member has, as interactions carry it."""
        return {**self.member(user_id), "permissions": str(int(permissions_of(self._world, user_id)))}

    def guild(self) -> Json:
        """A guild object, without what only the gateway sends."""
        guild = self._world.guild
        return {
            **dict.fromkeys(_UNSET),
            "id": guild.id,
            "name": guild.name,
            "owner_id": guild.owner_id,
            "preferred_locale": guild.locale,
            "region": "local",
            "roles": [self.role(role) for role in self._world.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw": False,
            "nsfw_level": 0,
            "system_channel_flags": 0,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "max_members": 500000,
            "max_presences": None,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "widget_enabled": False,
        }

    def role(self, role: Role) -> Json:
        """A role object."""
        body: Json = {
            "id": role.id,
            "name": role.name,
            "color": role.color,
            "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
            "description": None,
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": role.position,
            "permissions": str(int(role.permissions)),
            "managed": role.bot_id is not None,
            "mentionable": False,
            "flags": 0,
        }
        if role.bot_id is not None:
            body["tags"] = {"bot_id": role.bot_id}
        return body

    def channel(self, channel: Channel) -> Json:
        """A channel or thread object."""
        body: Json = {
            "id": channel.id,
            "type": channel.type,
            "guild_id": self._world.guild.id,
            "name": channel.name,
            "parent_id": channel.parent_id,
            "last_message_id": channel.last_message_id,
            "last_pin_timestamp": None if channel.last_pin is None else isoformat(channel.last_pin),
            "rate_limit_per_user": channel.slowmode,
            "flags": 0,
        }
        if isinstance(channel, Thread):
            return {**body, **self._thread(channel)}
        return {
            **body,
            "topic": channel.topic,
            "position": channel.position,
            "permission_overwrites": [],
            "nsfw": False,
        }

    def thread_member(self, thread: Thread, user_id: str) -> Json:
        """A thread member object."""
        joined = isoformat(thread.members[user_id])
        return {"id": thread.id, "user_id": user_id, "join_timestamp": joined, "flags": 0}

    def message(self, message: Message, *, with_reference: bool = True) -> Json:
        """A message object, as REST answers it."""
        body: Json = {
            "id": message.id,
            "channel_id": message.channel_id,
            "author": self.user(message.author_id),
            "content": message.content,
            "timestamp": isoformat(message.created),
            "edited_timestamp": None if message.edited is None else isoformat(message.edited),
            "tts": message.tts,
            "mention_everyone": message.mention_everyone,
            "mentions": [self.user(user_id) for user_id in message.mentions],
            "mention_roles": list(message.mention_roles),
            "attachments": [_attachment(attachment) for attachment in message.attachments],
            "embeds": message.embeds,
            "components": message.components,
            "pinned": message.pinned is not None,
            "type": message.type,
            "flags": message.flags,
        }
        if message.nonce is not None:
            body["nonce"] = message.nonce
        if message.interaction is not None:
            body["interaction_metadata"] = message.interaction
            body["application_id"] = body["webhook_id"] = self._world.application.id
        thread = self._world.channels.get(message.id)
        if isinstance(thread, Thread):
            body["thread"] = self.channel(thread)
        if message.reference is not None:
            body["message_reference"] = message.reference
            if with_reference and message.type in _QUOTING:
                body["referenced_message"] = self._referenced(message.reference)
        return body

    def message_event(self, message: Message) -> Json:
        """A message object, as the gateway carries it: with the guild and the author's member."""
        body = {**self.message(message), "guild_id": self._world.guild.id}
        if message.author_id in self._world.members:
            body["member"] = self.member(message.author_id, with_user=False)
        return body

    def _referenced(self, reference: Json) -> Json | None:
        found = self._messages.find(reference["channel_id"], reference.get("message_id", ""))
        return None if found is None else self.message(found, with_reference=False)

    def _thread(self, thread: Thread) -> Json:
        return {
            "owner_id": thread.owner_id,
            "message_count": thread.message_count,
            "total_message_sent": thread.message_count,
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


def without_content(message: Json, bot_id: str) -> Json:
    """A message for a bot without message content: blank, unless it is its own or mentions it."""
    if message["author"]["id"] == bot_id or any(user["id"] == bot_id for user in message["mentions"]):
        return message
    return {**message, "content": "", "embeds": [], "attachments": [], "components": []}


def _attachment(attachment: Attachment) -> Json:
    body: Json = {
        "id": attachment.id,
        "filename": attachment.filename,
        "size": len(attachment.content),
        "url": attachment.path,
        "proxy_url": attachment.path,
        "content_type": attachment.content_type,
    }
    if attachment.description is not None:
        body["description"] = attachment.description
    return body
