"""Starting, changing and opening threads: who may, how many, and who is told.

Their members are `thread_members.py`, their time `archiving.py`, posts of forums `forum.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.archiving import Archiving
from bot.local_discord.acts.channels import remove_channel
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.telling import Telling
from bot.local_discord.acts.thread_members import ThreadMembers
from bot.local_discord.errors import RestError, missing_permissions, thread_is_archived
from bot.local_discord.forms.channel import Change
from bot.local_discord.forms.thread import NewThread, read_change, read_start
from bot.local_discord.permissions import Permission, may, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import FORUMS, Channel, ChannelFlag, ChannelKind, Thread
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.channels import channel_json, thread_member_json

__all__ = ["Threads", "check_tags"]

_MOST_ACTIVE = 1000
_THREAD_CREATED, _THREAD_STARTER = 18, 21
_WITH_THREADS = {ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT}
_OWNERS_TO_CHANGE = {"name", "archived", "auto_archive_duration", "applied_tags", "invitable"}


@dataclass
class Threads:
    """The one writer of threads."""

    posting: Posting
    telling: Telling
    archiving: Archiving
    members: ThreadMembers

    def start(self, parent: Channel, owner_id: str, body: Json, *, message: Message | None = None) -> Thread:
        """Start a thread in `parent`, from `message` if given.

        Raises RestError 50001, 50013, 50035, 50024 (a channel that has none), 160004 (the message has one),
        160006 (1,000 are open).
        """
        world = self.posting.world
        require(world, parent, owner_id)
        if parent.type not in _WITH_THREADS:
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        if message is not None and message.id in world.channels:
            raise RestError(400, 160004, "A thread has already been created for this message")
        new = read_start(body, parent, from_message=message is not None)
        is_private = new.kind == ChannelKind.PRIVATE_THREAD
        wanted = Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS
        require(world, parent, owner_id, wanted)
        thread = self.open(parent, owner_id, new, thread_id="" if message is None else message.id)
        self._announce(parent, thread, message)
        return thread

    def open(self, parent: Channel, owner_id: str, new: NewThread, *, thread_id: str = "") -> Thread:
        """Keep the new thread, with its owner in it, and tell of it. Raises RestError 160006."""
        world, now = self.posting.world, self.posting.clock()
        guild = world.guild_of(parent)
        if guild is not None and sum(not one.archived for one in world.threads_of(guild)) >= _MOST_ACTIVE:
            raise RestError(400, 160006, f"Maximum number of active threads reached ({_MOST_ACTIVE})")
        thread = Thread(
            thread_id or self.posting.make_id(),
            new.name,
            type=new.kind,
            guild_id=parent.guild_id,
            parent_id=parent.id,
            slowmode=new.slowmode,
            owner_id=owner_id,
            created=now,
            archived_at=now,
            active_at=now,
            auto_archive_duration=new.duration,
            invitable=new.invitable,
            applied_tags=list(new.tags),
            members={owner_id: now},
        )
        world.add_channel(thread)
        self.archiving.watch(thread)
        body = {**channel_json(world, thread), "newly_created": True}
        self.telling.people_in(thread, "THREAD_CREATE", body)
        bot_id = world.application.bot_id
        if owner_id == bot_id:
            body["member"] = thread_member_json(thread, bot_id)
        self.telling.bot_in(thread, "THREAD_CREATE", body)
        return thread

    def change(self, thread: Thread, by: str | None, body: Json) -> Thread:
        """Rename, archive, lock, open again. Raises RestError 50001, 50013, 50035, 50083, 40067, 30047."""
        world = self.posting.world
        parent = world.channel(thread.parent_id or "")
        if by is not None:
            require(world, thread, by)
        change = read_change(body, thread, parent)
        if thread.archived and body.get("archived") is not False:
            raise thread_is_archived()
        is_manager = by is None or may(world, thread, by, Permission.MANAGE_THREADS)
        if by is not None and not is_manager:
            self._check_change(thread, by, change)
        if "applied_tags" in change:
            check_tags(
                parent, change["applied_tags"], is_manager=is_manager, before=tuple(thread.applied_tags)
            )
        if change.get("flags"):
            self._check_pin(parent)
        archived = change.pop("archived", None)
        for name, value in change.items():
            setattr(thread, name, value)
        if archived is not None:
            self.archiving.set(thread, archived=archived)
        elif "auto_archive_duration" in change:
            self.archiving.watch(thread)
        if change or archived is not None:
            self.telling.channel(thread, "THREAD_UPDATE")
        return thread

    def awaken(self, thread: Thread) -> None:
        """Open an archived thread again, as posting in it does."""
        if self.archiving.set(thread, archived=False):
            self.telling.channel(thread, "THREAD_UPDATE")

    def join(self, thread: Thread, user_id: str) -> None:
        """Make the user a member of the thread, as posting in it does."""
        self.members.join(thread, user_id)

    def leave(self, thread: Thread, user_id: str) -> None:
        """End the user's membership."""
        self.members.leave(thread, user_id)

    def remove(self, channel: Channel) -> Json:
        """Remove a thread (or channel), whoever asks; what it was."""
        return remove_channel(self.telling, channel)

    def _check_change(self, thread: Thread, by: str, change: Change) -> None:
        """Raise RestError 50013 where somebody who does not manage threads may not do this."""
        world = self.posting.world
        if not change:
            return
        is_opened_only = set(change) == {"archived"} and change["archived"] is False
        if is_opened_only and not thread.locked:
            require(world, thread, by, Permission.SEND_MESSAGES_IN_THREADS)
        elif by != thread.owner_id or thread.locked or not set(change) <= _OWNERS_TO_CHANGE:
            raise missing_permissions()

    def _check_pin(self, forum: Channel) -> None:
        if any(one.flags & ChannelFlag.PINNED for one in self.posting.world.threads_in(forum)):
            text = "Maximum number of pinned threads in a forum channel has been reached."
            raise RestError(400, 30047, text)

    def _announce(self, parent: Channel, thread: Thread, message: Message | None) -> None:
        """What Discord writes about a new thread: in the channel, or at the thread's head."""
        if message is None:
            if thread.type != ChannelKind.PRIVATE_THREAD:
                self.posting.notice(
                    parent.id, thread.owner_id, _THREAD_CREATED, content=thread.name, of=thread.id
                )
            return
        message.flags |= MessageFlag.HAS_THREAD
        self.posting.publish("MESSAGE_UPDATE", message)
        self.posting.notice(thread.id, thread.owner_id, _THREAD_STARTER, reference=message.id, of=parent.id)
        thread.message_count = thread.total_message_sent = 0  # the first message is not counted


def check_tags(forum: Channel, tag_ids: list[str], *, is_manager: bool, before: tuple[str, ...] = ()) -> None:
    """Raise RestError 40067 where the forum wants a tag, 50013 where one is the moderators'."""
    if forum.type in FORUMS and forum.flags & ChannelFlag.REQUIRE_TAG and not tag_ids:
        raise RestError(400, 40067, "A tag is required to create a forum post in this channel")
    moderated = {tag.id for tag in forum.tags if tag.moderated}
    if not is_manager and moderated & (set(tag_ids) ^ set(before)):
        raise missing_permissions()
