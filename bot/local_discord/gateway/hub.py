"""All gateway streams: who identifies, who resumes, who hears of an event."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.local_discord.clock import Clock
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.permissions import may_see
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import guild_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["Hub"]

_RESUMABLE = 120.0
# A bot is told of every channel of its guilds, also of those that it may not look into.
_WHATEVER_IS_SEEN = {"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"}


@dataclass
class Hub:
    """The streams of one bot application, of which it may have several (shards, or a roll-out)."""

    world: World
    bus: Bus
    clock: Clock
    bot_token: str = field(repr=False)
    privileged: Intent = Intent.ALWAYS
    _streams: dict[str, Stream] = field(default_factory=dict)
    _online: bool = False

    def __post_init__(self) -> None:
        self.bus.listen(self._hear)

    @property
    def online(self) -> bool:
        """Whether the bot is connected."""
        return any(stream.send is not None for stream in self._streams.values())

    def open(self, intents: Intent, shard: tuple[int, int]) -> Stream:
        """A new stream, which has yet to be greeted."""
        self._forget_old()
        stream = Stream(secrets.token_hex(16), intents, shard, self.world.application.bot_id)
        self._streams[stream.id] = stream
        return stream

    def greet(self, stream: Stream, resume_url: str) -> None:
        """READY, then a GUILD_CREATE for each guild of the shard that the bot is in."""
        here = [guild for guild in self._guilds() if _has(stream, guild.id)]
        stream.dispatch(
            "READY",
            {
                "v": 10,
                "user": {
                    **user_json(self.world, stream.bot_id),
                    "verified": True,
                    "mfa_enabled": False,
                    "email": None,
                },
                "guilds": [{"id": guild.id, "unavailable": True} for guild in here],
                "session_id": stream.id,
                "session_type": "normal",
                "resume_gateway_url": resume_url,
                "shard": list(stream.shard),
                "application": {"id": self.world.application.id, "flags": self.world.application.flags},
                "private_channels": [],
                "relationships": [],
                "presences": [],
                "user_settings": {},
                "guild_join_requests": [],
                "geo_ordered_rtc_regions": [],
                "_trace": ["local-discord"],
            },
        )
        if stream.intents & Intent.GUILDS:
            for guild in here:
                stream.dispatch("GUILD_CREATE", self._guild_create(guild))
        self.status()

    def find(self, stream_id: str) -> Stream | None:
        """The stream that may be resumed, or None."""
        self._forget_old()
        return self._streams.get(stream_id)

    def part(self, stream: Stream, *, forget: bool) -> None:
        """Its connection went; a client that closed with 1000 or 1001 does not come back."""
        stream.send = None
        stream.parted = self.clock()
        if forget:
            self._streams.pop(stream.id, None)
        self.status()

    def status(self) -> None:
        """Tell the people when the bot came or went."""
        if self.online != self._online:
            self._online = self.online
            self.bus.publish(Event("BOT_STATUS", {"online": self._online}))

    def members_chunk(self, stream: Stream, query: Json) -> None:
        """Answer a request for a guild's members, all in one chunk."""
        guild = self.world.guilds.get(str(query.get("guild_id")))
        if guild is None:
            return
        wanted = query.get("user_ids")
        asked = (
            None
            if wanted is None
            else {str(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
        )
        known = [one for one in guild.members if asked is None or one in asked]
        prefix = str(query.get("query") or "").lower()
        if prefix:
            known = [one for one in known if self.world.users[one].username.lower().startswith(prefix)]
        limit = query.get("limit")
        known = known[: limit if isinstance(limit, int) and limit > 0 else None]
        body: Json = {
            "guild_id": guild.id,
            "members": [member_json(self.world, guild, one) for one in known],
            "chunk_index": 0,
            "chunk_count": 1,
        }
        if "nonce" in query:
            body["nonce"] = query["nonce"]
        stream.dispatch("GUILD_MEMBERS_CHUNK", body)

    def _hear(self, event: Event) -> None:
        if event.intent is None:
            return
        if (
            event.channel is not None
            and event.name not in _WHATEVER_IS_SEEN
            and not may_see(self.world, event.channel, self.world.application.bot_id)
        ):
            return
        for stream in list(self._streams.values()):
            if _has(stream, event.guild_id):
                stream.offer(event)

    def _guilds(self) -> list[Guild]:
        bot_id = self.world.application.bot_id
        return [guild for guild in self.world.guilds.values() if bot_id in guild.members]

    def _forget_old(self) -> None:
        horizon = self.clock() - _RESUMABLE
        for stream in list(self._streams.values()):
            if stream.parted is not None and stream.send is None and stream.parted < horizon:
                del self._streams[stream.id]

    def _guild_create(self, guild: Guild) -> Json:
        world, bot_id = self.world, self.world.application.bot_id
        threads = [thread for thread in world.threads_of(guild) if not thread.archived]
        # Without the members intent, Discord sends the bot's own member and no other.
        return {
            **guild_json(guild),
            "joined_at": isoformat(guild.members[bot_id].joined),
            "large": False,
            "unavailable": False,
            "member_count": len(guild.members),
            "voice_states": [],
            "members": [member_json(world, guild, bot_id)],
            "channels": [channel_json(world, channel) for channel in world.channels_of(guild)],
            "threads": [channel_json(world, one) for one in threads if may_see(world, one, bot_id)],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


def _has(stream: Stream, guild_id: str | None) -> bool:
    """Whether the guild is of the stream's shard; direct messages are of the first."""
    number, count = stream.shard
    return (0 if guild_id is None else (int(guild_id) >> 22) % count) == number
