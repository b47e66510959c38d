"""What a draft makes of a message: its words and whom they notify, its files, embeds, components and poll.

Everything is found out before anything is changed, so that a draft which is refused leaves the message alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from bot.local_discord.acts.links import linked_components, linked_embed
from bot.local_discord.clock import Clock
from bot.local_discord.errors import RestError
from bot.local_discord.forms.layout import texts
from bot.local_discord.forms.message import Draft
from bot.local_discord.forms.pictures import size_of
from bot.local_discord.forms.uploads import Upload, safe_name
from bot.local_discord.permissions import Permission, may
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Attachment, Message, Poll
from bot.local_discord.state.world import World

__all__ = ["Filling"]

_ATTACHMENTS = 10
_HOUR = 3600.0
_SPOILER = "SPOILER_"
_MENTION = re.compile(r"<@!?(\d{1,20})>")
_ROLE_MENTION = re.compile(r"<@&(\d{1,20})>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
"""What is quoted as code names nobody."""
_REPLY = 19


@dataclass
class Filling:
    """Puts drafts into messages."""

    world: World
    clock: Clock
    make_id: Callable[[], str]

    def fill(self, message: Message, draft: Draft, files: dict[int, Upload], *, fresh: bool = False) -> None:
        """Change what the draft says; a `fresh` message names people even without words (in a reply).

        Raises RestError 30015 (too many files), 50035 (a file that is not there).
        """
        attachments = message.attachments
        if draft.attachments is not None or files:
            attachments = self._attachments(message, draft.attachments, files)
        components = message.components
        if draft.components is not None:
            where = (*draft.path, "components")
            components = linked_components(draft.components, attachments, self.make_id, where)
        if draft.embeds is not None:
            message.embeds = [linked_embed(embed, attachments) for embed in draft.embeds]
        if draft.content is not None:
            message.content = draft.content
        message.attachments, message.components = attachments, components
        if fresh or draft.content is not None or draft.components is not None:
            self._mention(message, draft.allowed_mentions)
        if draft.poll is not None:
            ends = self.clock() + draft.poll.hours * _HOUR
            message.poll = Poll(draft.poll.question, draft.poll.answers, ends, draft.poll.multiselect)

    def _mention(self, message: Message, allowed: Json | None) -> None:
        """Whom the message notifies: who is named, as far as the draft and the author's permissions allow."""
        channel = self.world.channel(message.channel_id)
        guild = self.world.guild_of(channel)
        said = _CODE.sub(" ", "\n".join((message.content, *texts(message.components))))
        users = _unique(_MENTION.findall(said), self.world.users)
        named = allowed or {}
        parse = {"users", "roles", "everyone"} if allowed is None else set(named.get("parse") or ())
        message.mentions = [one for one in users if "users" in parse or one in (named.get("users") or ())]
        if message.type == _REPLY and named.get("replied_user", allowed is None):
            self._mention_replied(message)
        message.mention_roles = []
        for role_id in _unique(_ROLE_MENTION.findall(said), guild.roles if guild is not None else ()):
            asked = "roles" in parse or role_id in (named.get("roles") or ())
            role = guild.roles[role_id] if guild is not None else None
            if asked and role is not None and (role.mentionable or self._may_mention(message, channel)):
                message.mention_roles.append(role_id)
        everyone = "everyone" in parse and ("@everyone" in said or "@here" in said)
        message.mention_everyone = everyone and self._may_mention(message, channel)

    def _mention_replied(self, message: Message) -> None:
        reference = message.reference or {}
        replied = self.world.messages.find(message.channel_id, reference.get("message_id", ""))
        known = replied is not None and replied.author_id in self.world.users
        if replied is not None and known and replied.author_id not in message.mentions:
            message.mentions.append(replied.author_id)

    def _may_mention(self, message: Message, channel: Channel) -> bool:
        is_webhook = message.webhook_name is not None
        return is_webhook or may(self.world, channel, message.author_id, Permission.MENTION_EVERYONE)

    def _attachments(
        self, message: Message, listed: list[Json] | None, files: dict[int, Upload]
    ) -> list[Attachment]:
        said = {entry["id"]: entry for entry in listed or []}
        kept = [
            replace(one, description=said.get(one.id, {}).get("description", one.description))
            for one in message.attachments
            if listed is None or one.id in said
        ]
        if len(kept) + len(files) > _ATTACHMENTS:
            raise RestError(
                400, 30015, f"Maximum number of attachments in a message reached ({_ATTACHMENTS})"
            )
        return kept + [
            self._attachment(message, upload, said.get(str(number), {}))
            for number, upload in sorted(files.items())
        ]

    def _attachment(self, message: Message, upload: Upload, about: Json) -> Attachment:
        name = safe_name(about["filename"]) if "filename" in about else upload.filename
        if about.get("is_spoiler") and not name.startswith(_SPOILER):
            name = _SPOILER + name
        width, height = size_of(upload.content) or (None, None)
        return Attachment(
            self.make_id(),
            message.channel_id,
            name,
            upload.content_type,
            upload.content,
            about.get("description"),
            width,
            height,
        )


def _unique(found: list[str], known: Collection[str]) -> list[str]:
    return [one for one in dict.fromkeys(found) if one in known]
