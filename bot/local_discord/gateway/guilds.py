"""What a stream is told of a guild as a whole: GUILD_CREATE, and READY's list of guilds to come.

Source: "Guild Create" and "Request Guild Members" (who is in `members`) of Discord's documentation.
"""

from __future__ import annotations

from bot.local_discord.events import Intent
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.permissions import may_see
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json, thread_member_json
from bot.local_discord.wire.guilds import guild_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["guild_create", "ready"]

_TOO_MANY = 75_000


def guild_create(world: World, guild: Guild, stream: Stream, *, joined: bool = False) -> Json:
    """The guild for a bot that has just `joined` it, or to which it became available."""
    bot_id = world.application.bot_id
    threads = [one for one in world.threads_of(guild) if not one.archived and may_see(world, one, bot_id)]
    return {
        **guild_json(guild),
        "joined_at": isoformat(guild.members[bot_id].joined),
        "large": len(guild.members) > stream.large_threshold,
        # Only one that was promised by READY can be available again.
        **({} if joined else {"unavailable": False}),
        "member_count": len(guild.members),
        "voice_states": [],
        "members": [member_json(world, guild, one) for one in _members(guild, stream, bot_id)],
        "channels": [channel_json(world, channel) for channel in world.channels_of(guild)],
        "threads": [
            {
                **channel_json(world, one),
                **({"member": thread_member_json(one, bot_id)} if bot_id in one.members else {}),
            }
            for one in threads
        ],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def ready(
    world: World, stream: Stream, guilds: list[Guild], *, version: int, url: str, sharded: bool
) -> Json:
    """The body of READY: all guilds are unavailable yet. `sharded`: the identify named a shard."""
    application = world.application
    owner = user_json(world, application.bot_id)
    body: Json = {
        "v": version,
        "user": {**owner, "verified": True, "mfa_enabled": False, "email": None},
        "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
        "session_id": stream.id,
        "session_type": "normal",
        "resume_gateway_url": url,
        "application": {"id": application.id, "flags": application.flags},
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "user_settings": {},
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "_trace": ["local-discord"],
    }
    if sharded:
        body["shard"] = list(stream.shard)
    return body


def _members(guild: Guild, stream: Stream, bot_id: str) -> list[str]:
    """Whom GUILD_CREATE lists: the bot; with presences everybody, or those of note where there are many."""
    if not stream.intents & Intent.GUILD_PRESENCES or len(guild.members) > _TOO_MANY:
        return [bot_id]
    if len(guild.members) <= stream.large_threshold:
        return list(guild.members)
    return [one.user_id for one in guild.members.values() if one.user_id == bot_id or one.roles or one.nick]
