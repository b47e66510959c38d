"""Which intent each event needs, and which of the events a bot gets to see whole.

One table for all events that go to bots: what is not in it is never sent, and a test looks for such.
Source: "List of Intents" and "Caveats" of Discord's documentation.
"""

from __future__ import annotations

from bot.local_discord.events import Event, Intent

__all__ = ["ALL_INTENTS", "EVENTS", "IN_DIRECT", "SEEN_ANYWAY", "of_guild_state", "passes"]

EVENTS: dict[str, Intent] = {
    **dict.fromkeys(
        (
            "APPLICATION_COMMAND_PERMISSIONS_UPDATE",
            "GUILD_MEMBERS_CHUNK",
            "INTERACTION_CREATE",
            "RATE_LIMITED",
            "READY",
            "RESUMED",
            "SOUNDBOARD_SOUNDS",
            "USER_UPDATE",
        ),
        Intent.ALWAYS,
    ),
    **dict.fromkeys(
        (
            "CHANNEL_CREATE",
            "CHANNEL_DELETE",
            "CHANNEL_PINS_UPDATE",
            "CHANNEL_UPDATE",
            "GUILD_CREATE",
            "GUILD_DELETE",
            "GUILD_ROLE_CREATE",
            "GUILD_ROLE_DELETE",
            "GUILD_ROLE_UPDATE",
            "GUILD_UPDATE",
            "THREAD_CREATE",
            "THREAD_DELETE",
            "THREAD_LIST_SYNC",
            "THREAD_MEMBER_UPDATE",
            "THREAD_MEMBERS_UPDATE",
            "THREAD_UPDATE",
        ),
        Intent.GUILDS,
    ),
    **dict.fromkeys(("GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "GUILD_MEMBER_UPDATE"), Intent.GUILD_MEMBERS),
    **dict.fromkeys(
        ("GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"), Intent.GUILD_MODERATION
    ),
    **dict.fromkeys(("GUILD_EMOJIS_UPDATE", "GUILD_STICKERS_UPDATE"), Intent.GUILD_EXPRESSIONS),
    "WEBHOOKS_UPDATE": Intent.GUILD_WEBHOOKS,
    **dict.fromkeys(
        ("MESSAGE_CREATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_UPDATE"), Intent.GUILD_MESSAGES
    ),
    **dict.fromkeys(
        (
            "MESSAGE_REACTION_ADD",
            "MESSAGE_REACTION_REMOVE",
            "MESSAGE_REACTION_REMOVE_ALL",
            "MESSAGE_REACTION_REMOVE_EMOJI",
        ),
        Intent.GUILD_MESSAGE_REACTIONS,
    ),
    "TYPING_START": Intent.GUILD_MESSAGE_TYPING,
    **dict.fromkeys(("MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"), Intent.GUILD_MESSAGE_POLLS),
}
"""By name, for guilds. Here stands each event that is built; Discord has more."""

IN_DIRECT = {
    Intent.ALWAYS: Intent.ALWAYS,
    Intent.GUILD_MESSAGES: Intent.DIRECT_MESSAGES,
    Intent.GUILD_MESSAGE_REACTIONS: Intent.DIRECT_MESSAGE_REACTIONS,
    Intent.GUILD_MESSAGE_TYPING: Intent.DIRECT_MESSAGE_TYPING,
    Intent.GUILD_MESSAGE_POLLS: Intent.DIRECT_MESSAGE_POLLS,
}
"""What stands in for a guild's intent in direct messages; the events of the others do not exist there."""

SEEN_ANYWAY = frozenset({"CHANNEL_CREATE", "CHANNEL_DELETE", "CHANNEL_UPDATE"})
"""A bot is told of every channel of its guilds, also of those that it may not look into."""

# Bits 17 to 19, 22 and 23 are nobody's.
ALL_INTENTS = sum(int(one) for one in Intent)

_OF_GUILD_STATE = {Intent.GUILDS, Intent.GUILD_MEMBERS}


def passes(event: Event, intents: Intent, bot_id: str) -> bool:
    """Whether a stream with these intents is sent the event. False for what is not in the table."""
    needed = _needed(event)
    if needed is None:
        return False
    body = event.body
    if event.name == "GUILD_MEMBER_UPDATE" and body["user"]["id"] == bot_id:
        return True
    if event.name == "THREAD_MEMBERS_UPDATE":
        if intents & Intent.GUILD_MEMBERS:
            return True
        moved = {one["user_id"] for one in body.get("added_members", [])}
        moved.update(body.get("removed_member_ids", []))
        return bot_id in moved and bool(intents & Intent.GUILDS)
    return intents & needed == needed


def of_guild_state(event: Event) -> bool:
    """Whether a GUILD_CREATE that is sent after the event holds what it tells."""
    return EVENTS.get(event.name) in _OF_GUILD_STATE


def _needed(event: Event) -> Intent | None:
    needed = EVENTS.get(event.name)
    if needed is None or event.channel is None or event.channel.guild_id is not None:
        return needed
    if event.name == "CHANNEL_PINS_UPDATE":
        return Intent.DIRECT_MESSAGES
    return IN_DIRECT.get(needed)
