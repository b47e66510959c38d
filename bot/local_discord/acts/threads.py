"""Starting, changing and leaving threads, and removing channels: the state changes and their events."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.posting import Posting
from bot.local_discord.errors import RestError, not_built, thread_is_archived
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.channels import channel_json, thread_member_json

__all__ = ["AUTO_ARCHIVE", "Threads"]

AUTO_ARCHIVE = (60, 1440, 4320, 10080)
_PUBLIC, _PRIVATE = 11, 12
_THREAD_CREATED, _THREAD_STARTER = 18, 21


@dataclass
class Threads:
    """The one writer of threads."""

    posting: Posting
    bus: Bus

    def start(self, parent: Channel, owner_id: str, body: Json, *, message: Message | None = None) -> Thread:
        """Start a thread in `parent`, from `message` if given. Raises RestError 50035, 160004, 50024."""
        if parent.type != 0:
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        world, now = self.posting.world, self.posting.clock()
        if message is not None and message.id in world.channels:
            raise RestError(400, 160004, "A thread has already been created for this message")
        form = Form()
        name = form.text(body.get("name"), ("name",), least=1, most=100, required=True)
        kind = _PUBLIC if message is not None else body.get("type", _PRIVATE)
        if kind == 10:  # noqa: PLR2004 - Discord's number for a thread in an announcement channel
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        form.one_of(kind, ("type",), (_PUBLIC, _PRIVATE))
        duration = body.get("auto_archive_duration") or 1440
        form.one_of(duration, ("auto_archive_duration",), AUTO_ARCHIVE)
        slowmode = form.whole(
            body.get("rate_limit_per_user"), ("rate_limit_per_user",), least=0, most=21600, default=0
        )
        form.check()
        thread = Thread(
            self.posting.make_id() if message is None else message.id,
            name,
            type=kind,
            guild_id=parent.guild_id,
            parent_id=parent.id,
            slowmode=slowmode,
            owner_id=owner_id,
            created=now,
            archived_at=now,
            active_at=now,
            auto_archive_duration=duration,
            invitable=bool(body.get("invitable", True)),
            members={owner_id: now},
        )
        world.add_channel(thread)
        self._tell(thread, "THREAD_CREATE", {**self._json(thread), "newly_created": True})
        self._announce(parent, thread, message)
        return thread

    def change(self, thread: Thread, body: Json) -> Thread:
        """Rename, archive, lock, open again. Raises RestError 50035, 50083."""
        if thread.archived and body.get("archived", True) is True:
            raise thread_is_archived()
        form = Form()
        name = thread.name
        if "name" in body:
            name = form.text(body["name"], ("name",), least=1, most=100, required=True)
        duration = body.get("auto_archive_duration") or thread.auto_archive_duration
        form.one_of(duration, ("auto_archive_duration",), AUTO_ARCHIVE)
        slowmode = form.whole(
            body.get("rate_limit_per_user"),
            ("rate_limit_per_user",),
            least=0,
            most=21600,
            default=thread.slowmode,
        )
        form.check()
        thread.name, thread.auto_archive_duration, thread.slowmode = name, duration, slowmode
        thread.locked = bool(body.get("locked", thread.locked))
        thread.invitable = bool(body.get("invitable", thread.invitable))
        archived = bool(body.get("archived", thread.archived))
        if archived != thread.archived:
            thread.archived, thread.archived_at = archived, self.posting.clock()
        self._tell(thread, "THREAD_UPDATE", self._json(thread))
        return thread

    def rename(self, channel: Channel, body: Json) -> Channel:
        """Change a text channel's name or topic. Raises RestError 50035, 501 for anything else."""
        other = set(body) - {"name", "topic"}
        if other:
            raise not_built(f"changing a channel's {', '.join(sorted(other))}")
        form = Form()
        name, topic = channel.name, channel.topic
        if "name" in body:
            name = form.text(body["name"], ("name",), least=1, most=100, required=True)
        if "topic" in body:
            topic = form.text(body["topic"], ("topic",), most=1024) or None
        form.check()
        channel.name, channel.topic = name, topic
        self._tell(channel, "CHANNEL_UPDATE", self._json(channel))
        return channel

    def join(self, thread: Thread, user_id: str) -> None:
        """Make the user a member of the thread; nothing happens where they are."""
        if user_id not in thread.members:
            thread.members[user_id] = self.posting.clock()
            self._members(thread, added=user_id)

    def leave(self, thread: Thread, user_id: str) -> None:
        """End the user's membership; nothing happens where there is none."""
        if thread.members.pop(user_id, None) is not None:
            self._members(thread, removed=user_id)

    def awaken(self, thread: Thread) -> None:
        """Open an archived thread again, as posting in it does."""
        if thread.archived:
            thread.archived, thread.archived_at = False, self.posting.clock()
            self._tell(thread, "THREAD_UPDATE", self._json(thread))

    def remove(self, channel: Channel) -> Json:
        """Remove a channel or thread with its messages, and a channel's threads; what it was."""
        world = self.posting.world
        for thread in world.threads_in(channel):
            self.remove(thread)
        body = self._json(channel)
        world.remove_channel(channel)
        if isinstance(channel, Thread):
            gone = {key: body[key] for key in ("id", "guild_id", "parent_id", "type")}
            self._tell(channel, "THREAD_DELETE", gone)
        else:
            self._tell(channel, "CHANNEL_DELETE", body)
        return body

    def _announce(self, parent: Channel, thread: Thread, message: Message | None) -> None:
        """What Discord writes about a new thread: in the channel, or at the thread's head."""
        if message is None:
            if thread.type == _PUBLIC:
                self.posting.notice(
                    parent.id, thread.owner_id, _THREAD_CREATED, content=thread.name, of=thread.id
                )
            return
        message.flags |= MessageFlag.HAS_THREAD
        self.posting.publish("MESSAGE_UPDATE", message)
        self.posting.notice(thread.id, thread.owner_id, _THREAD_STARTER, reference=message.id, of=parent.id)

    def _members(self, thread: Thread, *, added: str = "", removed: str = "") -> None:
        body: Json = {
            "id": thread.id,
            "guild_id": thread.guild_id,
            "member_count": len(thread.members),
            "added_members": [thread_member_json(thread, added)] if added else [],
            "removed_member_ids": [removed] if removed else [],
        }
        self._tell(thread, "THREAD_MEMBERS_UPDATE", body)

    def _json(self, channel: Channel) -> Json:
        return channel_json(self.posting.world, channel)

    def _tell(self, channel: Channel, name: str, body: Json) -> None:
        self.bus.publish(Event.within(channel, name, body, Intent.GUILDS))
