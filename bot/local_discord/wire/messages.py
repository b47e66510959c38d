"""Messages in JSON. Attachment links are paths; `reply.absolute` puts the caller's host before them."""

from __future__ import annotations

from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.channels import Thread
from bot.local_discord.state.messages import Attachment, Message, MessageFlag, Poll
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["message_event", "message_json", "snapshot_json", "without_content"]

_QUOTING = {19, 21, 23}
_SNAPSHOT = (
    "type",
    "content",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "timestamp",
    "edited_timestamp",
    "flags",
    "components",
)


def message_json(world: World, message: Message, *, seen_by: str = "", with_reference: bool = True) -> Json:
    """A message object, as REST answers it to `seen_by` (the bot, if ""), whose reactions are marked."""
    seen_by = seen_by or world.application.bot_id
    body: Json = {
        "id": message.id,
        "channel_id": message.channel_id,
        "author": _author(world, message),
        "content": message.content,
        "timestamp": isoformat(message.created),
        "edited_timestamp": None if message.edited is None else isoformat(message.edited),
        "tts": message.tts,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(world, user_id) for user_id in message.mentions],
        "mention_roles": list(message.mention_roles),
        "attachments": [_attachment(attachment) for attachment in message.attachments],
        # "Do not include any embeds when serializing this message": they are back when the flag goes.
        "embeds": [] if message.flags & MessageFlag.SUPPRESS_EMBEDS else message.embeds,
        "components": message.components,
        "pinned": message.pinned is not None,
        "type": message.type,
        "flags": message.flags,
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.interaction is not None:
        body["interaction_metadata"] = message.interaction
        body["application_id"] = body["webhook_id"] = world.application.id
    elif message.webhook_id is not None:
        body["webhook_id"] = message.webhook_id
    thread = world.channels.get(message.id)
    if isinstance(thread, Thread):
        body["thread"] = channel_json(world, thread)
    if message.reactions:
        body["reactions"] = _reactions(message, seen_by)
    if message.poll is not None:
        body["poll"] = _poll(message.poll, seen_by)
    if message.snapshots:
        body["message_snapshots"] = [{"message": snapshot} for snapshot in message.snapshots]
    if message.reference is not None:
        body["message_reference"] = message.reference
        if with_reference and message.type in _QUOTING:
            body["referenced_message"] = _referenced(world, message.reference, seen_by)
    return body


def message_event(world: World, message: Message, *, seen_by: str = "") -> Json:
    """A message object, as the gateway carries it: with the guild, and members of author and mentioned."""
    body = message_json(world, message, seen_by=seen_by)
    channel = world.channels.get(message.channel_id)
    guild = None if channel is None else world.guild_of(channel)
    if guild is not None:
        body["guild_id"] = guild.id
        for user in body["mentions"]:
            if user["id"] in guild.members:
                user["member"] = member_json(world, guild, user["id"], with_user=False)
        if message.author_id in guild.members:
            body["member"] = member_json(world, guild, message.author_id, with_user=False)
    return body


def snapshot_json(world: World, message: Message) -> Json:
    """What a forward of the message carries."""
    whole = message_json(world, message, with_reference=False)
    return {key: whole[key] for key in _SNAPSHOT}


def without_content(message: Json, bot_id: str) -> Json:
    """A guild's message for a bot without message content: blank, unless it is its own or mentions it."""
    if message["author"]["id"] == bot_id or any(user["id"] == bot_id for user in message["mentions"]):
        return message
    blank: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    return {**{key: value for key, value in message.items() if key != "poll"}, **blank}


def _author(world: World, message: Message) -> Json:
    if message.webhook_name is None:
        return user_json(world, message.author_id)
    return {
        "id": message.webhook_id,
        "username": message.webhook_name,
        "discriminator": "0000",
        "global_name": None,
        "avatar": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
        "bot": True,
    }


def _reactions(message: Message, seen_by: str) -> list[Json]:
    return [
        {
            "emoji": reaction.emoji,
            "count": len(reaction.user_ids),
            "count_details": {"burst": 0, "normal": len(reaction.user_ids)},
            "burst_colors": [],
            "me_burst": False,
            "me": seen_by in reaction.user_ids,
        }
        for reaction in message.reactions.values()
    ]


def _poll(poll: Poll, seen_by: str) -> Json:
    counts = [
        {"id": answer_id, "count": len(voters), "me_voted": seen_by in voters}
        for answer_id, voters in sorted(poll.votes.items())
        if voters
    ]
    return {
        "question": poll.question,
        "answers": poll.answers,
        "expiry": isoformat(poll.expiry),
        "allow_multiselect": poll.multiselect,
        "layout_type": poll.layout_type,
        "results": {"is_finalized": poll.finalized, "answer_counts": counts},
    }


def _referenced(world: World, reference: Json, seen_by: str) -> Json | None:
    found = world.messages.find(reference["channel_id"], reference.get("message_id", ""))
    return None if found is None else message_json(world, found, seen_by=seen_by, with_reference=False)


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
    if attachment.width is not None:
        body |= {"width": attachment.width, "height": attachment.height}
    return body
