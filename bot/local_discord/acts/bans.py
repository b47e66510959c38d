"""Bans: who may not come back to a guild, and why."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.hierarchy import require_above_member
from bot.local_discord.acts.members import Members
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.telling import Telling
from bot.local_discord.errors import missing_permissions, unknown
from bot.local_discord.events import Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.permissions import Permission, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.users import user_json

__all__ = ["Bans"]

_WEEK, _DAY = 604_800, 86_400


@dataclass
class Bans:
    """The one writer of bans."""

    posting: Posting
    telling: Telling
    members: Members

    def put(self, guild: Guild, by: str, user_id: str, body: Json, *, reason: str | None = None) -> None:
        """Ban a user, who need not be a member. Raises RestError 50013, 10013, 50035."""
        world = self.posting.world
        require_of(guild, by, Permission.BAN_MEMBERS)
        world.user(user_id)
        form = Form()
        days = form.whole(
            body.get("delete_message_days"), ("delete_message_days",), least=0, most=7, default=0
        )
        seconds = form.whole(
            body.get("delete_message_seconds"),
            ("delete_message_seconds",),
            least=0,
            most=_WEEK,
            default=days * _DAY,
        )
        form.check()
        if user_id in guild.members:
            require_above_member(guild, by, user_id)
            self.members.remove(guild, user_id)
        elif user_id == by:
            raise missing_permissions()
        guild.bans[user_id] = reason
        self._tell(guild, "GUILD_BAN_ADD", user_id)
        if seconds:
            self._forget_words(guild, user_id, self.posting.clock() - seconds)

    def remove(self, guild: Guild, by: str, user_id: str) -> None:
        """Lift a ban. Raises RestError 50013, 10026."""
        require_of(guild, by, Permission.BAN_MEMBERS)
        if user_id not in guild.bans:
            raise unknown("Ban")
        del guild.bans[user_id]
        self._tell(guild, "GUILD_BAN_REMOVE", user_id)

    def _tell(self, guild: Guild, name: str, user_id: str) -> None:
        body = {"guild_id": guild.id, "user": user_json(self.posting.world, user_id)}
        self.telling.bot(guild.id, name, body, Intent.GUILD_MODERATION)

    def _forget_words(self, guild: Guild, user_id: str, since: float) -> None:
        world = self.posting.world
        for channel in (*world.channels_of(guild), *world.threads_of(guild)):
            for message in world.messages.of(channel.id):
                if message.author_id == user_id and message.created >= since and message.visible_to is None:
                    self.posting.delete(message)
