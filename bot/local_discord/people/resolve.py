"""Users, members, channels, roles and files that an interaction names by id, collected into its `resolved`.

Source: "Resolved Data Structure" of Discord's documentation, which says what is left out of each.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.local_discord.acts.uploads import Uploads
from bot.local_discord.permissions import may_see, permissions_in
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import role_json
from bot.local_discord.wire.messages import message_json
from bot.local_discord.wire.uploads import uploaded_attachment_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["Resolver"]

_CHANNEL_KEYS = (
    "id",
    "name",
    "type",
    "last_message_id",
    "last_pin_timestamp",
    "nsfw",
    "parent_id",
    "guild_id",
    "flags",
    "rate_limit_per_user",
    "topic",
    "position",
)
_NOT_OF_MEMBERS = {"user", "deaf", "mute"}


class Resolver:
    """Collects what was named by `user_id` in `channel`."""

    def __init__(self, world: World, uploads: Uploads, channel: Channel, user_id: str) -> None:
        self._world = world
        self._uploads = uploads
        self._guild = world.guild_of(channel)
        self.channel = channel
        self.user_id = user_id
        self.guild_id = channel.guild_id
        self.resolved: Json = {}

    def resolve(self, kind: str, one_id: str, *, channel_types: Collection[int] = ()) -> bool:
        """Add the thing of `kind` with that id, or say False.

        A kind is users, roles, channels (of `channel_types`, if there are any), mentionables, attachments.
        """
        if kind == "channels":
            return self._add_channel(one_id, channel_types)
        if kind == "attachments":
            return self._add_attachment(one_id)
        return (kind in {"users", "mentionables"} and self._add_user(one_id)) or (
            kind in {"roles", "mentionables"} and self._add_role(one_id)
        )

    def add_message(self, message: Message) -> None:
        """Add the message that a menu was opened on."""
        self._add("messages", message.id, message_json(self._world, message))

    def _add_user(self, user_id: str) -> bool:
        world, guild = self._world, self._guild
        if user_id not in world.users or (guild is None and user_id not in self.channel.recipients):
            return False
        self._add("users", user_id, user_json(world, user_id))
        if guild is not None and user_id in guild.members:
            whole = member_json(world, guild, user_id, with_user=False)
            member = {key: value for key, value in whole.items() if key not in _NOT_OF_MEMBERS}
            member["permissions"] = str(int(permissions_in(world, self.channel, user_id)))
            self._add("members", user_id, member)
        return True

    def _add_role(self, role_id: str) -> bool:
        guild = self._guild
        if guild is None or role_id not in guild.roles:
            return False
        self._add("roles", role_id, role_json(guild.roles[role_id]))
        return True

    def _add_channel(self, channel_id: str, types: Collection[int]) -> bool:
        found = self._world.channels.get(channel_id)
        if found is None or found.guild_id is None or found.guild_id != self.guild_id:
            return False
        if (types and found.type not in types) or not may_see(self._world, found, self.user_id):
            return False
        whole = channel_json(self._world, found)
        is_thread = isinstance(found, Thread)
        body = whole if is_thread else {key: whole[key] for key in _CHANNEL_KEYS if key in whole}
        body["permissions"] = str(int(permissions_in(self._world, found, self.user_id)))
        self._add("channels", channel_id, body)
        return True

    def _add_attachment(self, upload_id: str) -> bool:
        upload = self._uploads.get(upload_id)
        if upload is None or upload.user_id != self.user_id:
            return False
        self._add("attachments", upload_id, uploaded_attachment_json(upload))
        return True

    def _add(self, kind: str, one_id: str, body: Json) -> None:
        self.resolved.setdefault(kind, {})[one_id] = body
