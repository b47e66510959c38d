"""Posts of forums and media channels: a thread and its first message, which share one id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.threads import Threads, check_tags
from bot.local_discord.errors import RateLimited, RestError
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import read_message
from bot.local_discord.forms.thread import NewThread, read_start
from bot.local_discord.forms.uploads import Upload
from bot.local_discord.permissions import Permission, may, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import FORUMS, Channel, Thread
from bot.local_discord.state.messages import Message

__all__ = ["Forum"]


@dataclass
class Forum:
    """The one writer of forum posts."""

    posting: Posting
    threads: Threads

    def post(
        self, forum: Channel, owner_id: str, body: Json, files: dict[int, Upload]
    ) -> tuple[Thread, Message]:
        """Start a post with its first message, `body["message"]`, whose id is the thread's.

        Raises RestError 50001, 50013, 50024 (not a forum), 50035, 40067 (a tag is required), 20016 (slow
        mode).
        """
        world = self.posting.world
        require(world, forum, owner_id, Permission.SEND_MESSAGES)
        if forum.type not in FORUMS:
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        form = Form()
        if not isinstance(body.get("message"), dict):
            form.fail(("message",), "BASE_TYPE_REQUIRED", "This field is required")
        new = read_start(body, forum, from_message=False, form=form)
        draft = read_message(body["message"], files=files, fresh=True, path=("message",))
        check_tags(forum, list(new.tags), is_manager=may(world, forum, owner_id, Permission.MANAGE_THREADS))
        self._check_pace(forum, owner_id)
        return self.begin(
            forum,
            owner_id,
            new,
            lambda thread: self.posting.post(thread.id, owner_id, draft, files, message_id=thread.id),
        )

    def begin(
        self, forum: Channel, owner_id: str, new: NewThread, say: Callable[[Thread], Message]
    ) -> tuple[Thread, Message]:
        """Open the thread and let `say` post its first message; where that is refused, nothing stays."""
        thread = self.threads.open(forum, owner_id, new)
        try:
            message = say(thread)
        except RestError:
            self.threads.remove(thread)
            raise
        thread.message_count = thread.total_message_sent = 0  # the first message is not counted
        forum.last_message_id = thread.id  # Discord keeps the newest post's id here
        return thread, message

    def _check_pace(self, forum: Channel, owner_id: str) -> None:
        """A forum's slow mode is between two posts of one person; bots are exempt."""
        world = self.posting.world
        if not forum.slowmode or world.user(owner_id).bot:
            return
        if may(world, forum, owner_id, Permission.BYPASS_SLOWMODE):
            return
        mine = [thread.created for thread in world.threads_in(forum) if thread.owner_id == owner_id]
        if mine and mine[-1] + forum.slowmode > self.posting.clock():
            text = "This action cannot be performed due to slowmode rate limit"
            wait = mine[-1] + forum.slowmode - self.posting.clock()
            raise RateLimited(round(wait, 3), message=text, code=20016)
