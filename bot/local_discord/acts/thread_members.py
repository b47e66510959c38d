"""Who is in a thread: joining, adding, leaving, removing, and being mentioned into it.

A private thread is seen by its members alone, so for them a membership is also what they see.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.telling import Telling
from bot.local_discord.clock import Clock
from bot.local_discord.errors import RestError, missing_permissions, thread_is_archived, unknown
from bot.local_discord.events import Event, Intent
from bot.local_discord.permissions import Permission, may, may_see, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import ChannelKind, Thread
from bot.local_discord.state.messages import MessageFlag
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json, thread_member_json
from bot.local_discord.wire.users import member_json

__all__ = ["ThreadMembers"]

_MOST = 1000


@dataclass
class ThreadMembers:
    """The one writer of thread members."""

    world: World
    clock: Clock
    telling: Telling

    def put(self, thread: Thread, by: str, user_id: str) -> None:
        """`by` joins, or adds somebody. Raises RestError 50001, 50013, 50083, 10007, 30033."""
        require(self.world, thread, by)
        if thread.archived:
            raise thread_is_archived()
        if user_id != by:
            self._check_adding(thread, by, user_id)
        if user_id not in thread.members and len(thread.members) >= _MOST:
            raise RestError(400, 30033, f"Maximum number of thread participants has been reached ({_MOST})")
        self.join(thread, user_id)

    def remove(self, thread: Thread, by: str, user_id: str) -> None:
        """`by` leaves, or removes somebody. Raises RestError 50001, 50013, 50083, 10007."""
        require(self.world, thread, by)
        if thread.archived:
            raise thread_is_archived()
        if user_id != by and not self._may_remove(thread, by):
            raise missing_permissions()
        if user_id != by and user_id not in thread.members:
            raise unknown("Member")
        self.leave(thread, user_id)

    def join(self, thread: Thread, user_id: str) -> None:
        """Make the user a member of the thread; nothing happens where they are."""
        if user_id in thread.members:
            return
        saw = may_see(self.world, thread, user_id)
        thread.members[user_id] = self.clock()
        if user_id == self.world.application.bot_id:
            self._bot_joined(thread, saw=saw)
        else:
            self._tell_bot(thread, added=user_id, intent=Intent.GUILD_MEMBERS)
        self.telling.people_in(thread, "THREAD_MEMBERS_UPDATE", self._body(thread, added=user_id))
        if not saw:
            self.telling.start_changed(thread.guild_id or "", {user_id})

    def leave(self, thread: Thread, user_id: str) -> None:
        """End the user's membership; nothing happens where there is none."""
        if thread.members.pop(user_id, None) is None:
            return
        body = self._body(thread, removed=user_id)
        if user_id == self.world.application.bot_id:
            self.telling.bot(thread.guild_id, "THREAD_MEMBERS_UPDATE", body)
        else:
            self.telling.bot_in(thread, "THREAD_MEMBERS_UPDATE", body, Intent.GUILD_MEMBERS)
        self.telling.people_in(thread, "THREAD_MEMBERS_UPDATE", body)
        if not may_see(self.world, thread, user_id):
            self.telling.start_changed(thread.guild_id or "", {user_id})

    def hear(self, event: Event) -> None:
        """A message mentions its users into the thread, where its author may add them."""
        thread = event.channel
        if event.name != "MESSAGE_CREATE" or not isinstance(thread, Thread):
            return
        if event.body["flags"] & MessageFlag.EPHEMERAL or not event.body["mentions"]:
            return
        author = event.body["author"]["id"]
        is_closed = thread.type == ChannelKind.PRIVATE_THREAD and not thread.invitable
        if is_closed and author != thread.owner_id and not self._is_manager(thread, author):
            return
        for user in event.body["mentions"]:
            if self._sees_parent(thread, user["id"]) and len(thread.members) < _MOST:
                self.join(thread, user["id"])

    def _check_adding(self, thread: Thread, by: str, user_id: str) -> None:
        require(self.world, thread, by, Permission.SEND_MESSAGES_IN_THREADS)
        guild = self.world.guild_of(thread)
        if guild is None or user_id not in guild.members:
            raise unknown("Member")
        is_closed = thread.type == ChannelKind.PRIVATE_THREAD and not thread.invitable
        if is_closed and by != thread.owner_id and not self._is_manager(thread, by):
            raise missing_permissions()
        if not self._sees_parent(thread, user_id):
            raise missing_permissions()

    def _may_remove(self, thread: Thread, by: str) -> bool:
        is_own = thread.type == ChannelKind.PRIVATE_THREAD and by == thread.owner_id
        return is_own or self._is_manager(thread, by)

    def _is_manager(self, thread: Thread, user_id: str) -> bool:
        return may(self.world, thread, user_id, Permission.MANAGE_THREADS)

    def _sees_parent(self, thread: Thread, user_id: str) -> bool:
        parent = self.world.channels.get(thread.parent_id or "")
        return parent is not None and may_see(self.world, parent, user_id)

    def _bot_joined(self, thread: Thread, *, saw: bool) -> None:
        bot_id = self.world.application.bot_id
        member = thread_member_json(thread, bot_id)
        if not saw:
            self.telling.bot_in(
                thread, "THREAD_CREATE", {**channel_json(self.world, thread), "member": member}
            )
        self._tell_bot(thread, added=bot_id, intent=Intent.GUILDS)
        self.telling.bot_in(thread, "THREAD_MEMBER_UPDATE", {**member, "guild_id": thread.guild_id})

    def _tell_bot(self, thread: Thread, *, added: str, intent: Intent) -> None:
        """The gateway's form of it, which has the whole member."""
        body = self._body(thread, added=added)
        guild = self.world.guild_of(thread)
        if guild is not None and added in guild.members:
            body["added_members"][0] |= {"member": member_json(self.world, guild, added), "presence": None}
        self.telling.bot_in(thread, "THREAD_MEMBERS_UPDATE", body, intent)

    def _body(self, thread: Thread, *, added: str = "", removed: str = "") -> Json:
        return {
            "id": thread.id,
            "guild_id": thread.guild_id,
            "member_count": len(thread.members),
            "added_members": [thread_member_json(thread, added)] if added else [],
            "removed_member_ids": [removed] if removed else [],
        }
