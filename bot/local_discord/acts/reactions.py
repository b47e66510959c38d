"""Reactions: added, taken back, taken away.

Only characters: the local Discord has no emojis of its own, so a custom one is unknown (10014). There are no
super reactions either.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.references import where
from bot.local_discord.acts.speaking import Speaking
from bot.local_discord.errors import RestError
from bot.local_discord.events import Event, Intent
from bot.local_discord.forms.emoji import is_emoji
from bot.local_discord.permissions import Permission, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message, Reaction
from bot.local_discord.wire.users import member_json

__all__ = ["Reactions"]

_DIFFERENT = 20
_VARIATION = "\ufe0f"
_NORMAL = 0


@dataclass
class Reactions:
    """The one writer of reactions. An emoji is the text of the route: a character, or `name:id`."""

    posting: Posting
    speaking: Speaking

    def add(self, message: Message, emoji: str, user_id: str) -> None:
        """React. Raises RestError 10014, 50001, 50013, 50083, 30010 (20 different emojis)."""
        channel, key = self._channel(message), _key(emoji)
        require(self.posting.world, channel, user_id, Permission.READ_MESSAGE_HISTORY)
        self.speaking.open(channel)
        reaction = message.reactions.get(key)
        if reaction is None:
            # Who joins a reaction that is there needs no permission to add one.
            require(self.posting.world, channel, user_id, Permission.ADD_REACTIONS)
            if len(message.reactions) >= _DIFFERENT:
                raise RestError(400, 30010, f"Maximum number of reactions reached ({_DIFFERENT})")
            reaction = message.reactions[key] = Reaction({"id": None, "name": emoji})
        if user_id in reaction.user_ids:
            return
        reaction.user_ids.append(user_id)
        body = self._about(message, channel, reaction, user_id)
        guild = self.posting.world.guild_of(channel)
        if guild is not None and user_id in guild.members:
            body["member"] = member_json(self.posting.world, guild, user_id)
        if message.webhook_name is None:
            body["message_author_id"] = message.author_id
        self._tell(channel, "MESSAGE_REACTION_ADD", body)

    def remove(self, message: Message, emoji: str, user_id: str, *, by: str) -> None:
        """Take a reaction away; another's needs MANAGE_MESSAGES. Raises RestError 10014, 50001, 50013."""
        channel, key = self._channel(message), _key(emoji)
        require(self.posting.world, channel, by)
        if by != user_id:
            self.speaking.manage(channel, by)
        self.speaking.open(channel)
        reaction = message.reactions.get(key)
        if reaction is None or user_id not in reaction.user_ids:
            return
        reaction.user_ids.remove(user_id)
        if not reaction.user_ids:
            del message.reactions[key]
        self._tell(channel, "MESSAGE_REACTION_REMOVE", self._about(message, channel, reaction, user_id))

    def clear(self, message: Message, *, by: str) -> None:
        """Take every reaction away. Raises RestError 50001, 50013, 50083."""
        channel = self._managed(message, by)
        message.reactions.clear()
        self._tell(channel, "MESSAGE_REACTION_REMOVE_ALL", {"message_id": message.id, **where(channel)})

    def clear_emoji(self, message: Message, emoji: str, *, by: str) -> None:
        """Take every reaction with that emoji away. Raises RestError 10014, 50001, 50013, 50083."""
        key = _key(emoji)
        channel = self._managed(message, by)
        reaction = message.reactions.pop(key, None)
        if reaction is not None:
            body = {"message_id": message.id, "emoji": reaction.emoji, **where(channel)}
            self._tell(channel, "MESSAGE_REACTION_REMOVE_EMOJI", body)

    def users(self, message: Message, emoji: str, *, by: str) -> list[str]:
        """Who reacted with that emoji, in order of ids. Raises RestError 10014, 50001, 50013."""
        require(self.posting.world, self._channel(message), by, Permission.READ_MESSAGE_HISTORY)
        reaction = message.reactions.get(_key(emoji))
        return [] if reaction is None else sorted(reaction.user_ids, key=int)

    def _managed(self, message: Message, by: str) -> Channel:
        channel = self._channel(message)
        self.speaking.manage(channel, by)
        self.speaking.open(channel)
        return channel

    def _channel(self, message: Message) -> Channel:
        return self.posting.world.channel(message.channel_id)

    def _about(self, message: Message, channel: Channel, reaction: Reaction, user_id: str) -> Json:
        return {
            "user_id": user_id,
            "type": _NORMAL,
            "burst": False,
            "message_id": message.id,
            "emoji": reaction.emoji,
            **where(channel),
        }

    def _tell(self, channel: Channel, name: str, body: Json) -> None:
        self.posting.bus.publish(Event.within(channel, name, body, Intent.GUILD_MESSAGE_REACTIONS))


def _key(emoji: str) -> str:
    """One emoji may be written with or without a variation selector. Raises RestError 10014."""
    if not is_emoji(emoji):
        raise RestError(400, 10014, "Unknown Emoji")
    return emoji.replace(_VARIATION, "")
