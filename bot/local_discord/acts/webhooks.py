"""Webhooks of channels: made, changed and removed by who may manage them, and speaking for who has the token.

Limits: "Webhook Resource" of Discord's documentation.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.local_discord.acts.forum import Forum
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.threads import Threads, check_tags
from bot.local_discord.errors import RestError, invalid_webhook_token, unknown
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import read_message
from bot.local_discord.forms.thread import read_start
from bot.local_discord.forms.uploads import Body
from bot.local_discord.forms.webhook import read_execution, read_webhook
from bot.local_discord.permissions import Permission, require, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import FORUMS, Channel, ChannelKind, Thread
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.state.webhooks import Webhook

__all__ = ["Webhooks"]

_MOST = 15
_HAVING = {ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT, ChannelKind.VOICE, *FORUMS}
_TOKEN_BYTES = 51


@dataclass
class Webhooks:
    """The one writer of webhooks and of what they say."""

    posting: Posting
    threads: Threads
    forum: Forum
    bus: Bus

    def create(self, channel: Channel, user_id: str, body: Json) -> Webhook:
        """A new webhook. Raises RestError 50001, 50013, 50024 (such a channel has none), 30007, 50035."""
        require(self.posting.world, channel, user_id, Permission.MANAGE_WEBHOOKS)
        form = Form()
        name = read_webhook(form, body, fresh=True)
        form.check()
        self._check_room(channel)
        webhook = Webhook(
            self.posting.make_id(),
            channel.id,
            channel.guild_id or "",
            name,
            user_id,
            secrets.token_urlsafe(_TOKEN_BYTES),
        )
        self.posting.world.webhooks[webhook.id] = webhook
        self._changed(webhook.guild_id, channel)
        return webhook

    def in_channel(self, channel: Channel, user_id: str) -> list[Webhook]:
        """The channel's webhooks. Raises RestError 50001, 50013."""
        require(self.posting.world, channel, user_id, Permission.MANAGE_WEBHOOKS)
        return self._of(channel)

    def in_guild(self, guild_id: str, user_id: str) -> list[Webhook]:
        """The guild's webhooks. Raises RestError 10004, 50001, 50013."""
        world = self.posting.world
        require_of(world.guild(guild_id), user_id, Permission.MANAGE_WEBHOOKS)
        return [one for one in world.webhooks.values() if one.guild_id == guild_id]

    def get(self, webhook_id: str) -> Webhook:
        """The webhook. Raises RestError 10015."""
        webhook = self.posting.world.webhooks.get(webhook_id)
        if webhook is None:
            raise unknown("Webhook")
        return webhook

    def managed(self, webhook_id: str, user_id: str) -> Webhook:
        """The webhook, for who made it or may manage it. Raises RestError 10015, 50001, 50013."""
        webhook = self.get(webhook_id)
        if webhook.creator_id != user_id:
            channel = self.posting.world.channel(webhook.channel_id)
            require(self.posting.world, channel, user_id, Permission.MANAGE_WEBHOOKS)
        return webhook

    def by_token(self, webhook_id: str, token: str) -> Webhook:
        """The webhook with that token. Raises RestError 10015, 50027."""
        webhook = self.get(webhook_id)
        if not secrets.compare_digest(webhook.token.encode(), token.encode()):
            raise invalid_webhook_token()
        return webhook

    def change(self, webhook: Webhook, body: Json, *, user_id: str | None = None) -> Webhook:
        """Rename it or, for a `user_id` who may, move it. Raises RestError 50035, 10003, 50013, 30007."""
        form = Form()
        name = read_webhook(form, body, fresh=False)
        channel = self.posting.world.channel(webhook.channel_id)
        target = channel
        if user_id is not None and body.get("channel_id") is not None:
            target_id = form.snowflake(body["channel_id"], ("channel_id",))
            form.check()
            target = self.posting.world.channel(target_id)
            if target.guild_id != webhook.guild_id:
                raise unknown("Channel")
            require(self.posting.world, target, user_id, Permission.MANAGE_WEBHOOKS)
            if target is not channel:
                self._check_room(target)
        form.check()
        webhook.name, webhook.channel_id = name or webhook.name, target.id
        for where in (channel, target) if target is not channel else (channel,):
            self._changed(webhook.guild_id, where)
        return webhook

    def remove(self, webhook: Webhook) -> None:
        """Remove it; what it said stays."""
        del self.posting.world.webhooks[webhook.id]
        self._changed(webhook.guild_id, self.posting.world.channel(webhook.channel_id))

    def execute(self, webhook: Webhook, body: Body, thread_id: str) -> Message:
        """Say something as the webhook, in its channel, one of its threads ("": none), or a new post.

        Raises RestError 50035, 50006, 10003 (no such thread), 220001 to 220003 and 40067 (forums), 50083
        (locked).
        """
        form = Form()
        said = read_execution(form, body.json)
        form.check()
        draft = read_message(body.json, files=body.files.keys(), fresh=True)
        draft.reference = None
        draft.flags = (draft.flags or 0) & ~MessageFlag.EPHEMERAL

        def say(channel: Channel, message_id: str = "") -> Message:
            return self.posting.post(
                channel.id,
                webhook.id,
                draft,
                body.files,
                webhook_id=webhook.id,
                webhook_name=said.username or webhook.name,
                message_id=message_id,
            )

        channel = self._place(webhook, thread_id, said.thread_name)
        if not said.thread_name:
            return say(channel)
        new = read_start({**body.json, "name": said.thread_name}, channel, from_message=False)
        # Whether moderators' tags are open to webhooks is not documented; here they are.
        check_tags(channel, list(new.tags), is_manager=True)
        _, message = self.forum.begin(
            channel, webhook.creator_id, new, lambda thread: say(thread, message_id=thread.id)
        )
        return message

    def message(self, webhook: Webhook, message_id: str, thread_id: str) -> Message:
        """A message that the webhook posted. Raises RestError 10003, 10008."""
        channel = self._thread(webhook, thread_id) if thread_id else webhook.channel_id
        channel_id = channel if isinstance(channel, str) else channel.id
        message = self.posting.world.messages.get(channel_id, message_id)
        if message.webhook_id != webhook.id or message.interaction is not None:
            raise unknown("Message")
        return message

    def _place(self, webhook: Webhook, thread_id: str, thread_name: str) -> Channel:
        """The channel or thread to speak in, or the forum of a new post."""
        channel = self.posting.world.channel(webhook.channel_id)
        is_forum = channel.type in FORUMS
        if thread_id and thread_name:
            raise RestError(
                400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
            )
        if thread_name and not is_forum:
            raise RestError(400, 220003, "Webhooks can only create threads in forum channels")
        if is_forum and not (thread_id or thread_name):
            raise RestError(
                400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"
            )
        if not thread_id:
            return channel
        thread = self._thread(webhook, thread_id)
        if thread.locked:
            raise RestError(400, 50083, "Thread is archived")
        self.threads.awaken(thread)
        return thread

    def _thread(self, webhook: Webhook, thread_id: str) -> Thread:
        thread = self.posting.world.thread(thread_id)
        if thread.parent_id != webhook.channel_id:
            raise unknown("Channel")
        return thread

    def _check_room(self, channel: Channel) -> None:
        if channel.type not in _HAVING:
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        if len(self._of(channel)) >= _MOST:
            raise RestError(400, 30007, f"Maximum number of webhooks reached ({_MOST})")

    def _of(self, channel: Channel) -> list[Webhook]:
        return [one for one in self.posting.world.webhooks.values() if one.channel_id == channel.id]

    def _changed(self, guild_id: str, channel: Channel) -> None:
        body = {"guild_id": guild_id, "channel_id": channel.id}
        # No page lists webhooks: people are not told.
        self.bus.publish(
            Event.within(channel, "WEBHOOKS_UPDATE", body, Intent.GUILD_WEBHOOKS, people=frozenset())
        )
