"""All gateway streams: who identifies, who resumes, who hears of an event."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import Clock, isoformat
from bot.local_discord.wire import Wire
from bot.local_discord.world import World

__all__ = ["Hub"]

_RESUMABLE = 120.0


@dataclass
class Hub:
    """The streams of one bot application, of which it may have several (shards, or a roll-out)."""

    world: World
    wire: Wire
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
        """READY, then GUILD_CREATE on the shard that has the guild."""
        here = self._has_guild(stream)
        guild_id = self.world.guild.id
        stream.dispatch(
            "READY",
            {
                "v": 10,
                "user": {
                    **self.wire.user(stream.bot_id),
                    "verified": True,
                    "mfa_enabled": False,
                    "email": None,
                },
                "guilds": [{"id": guild_id, "unavailable": True}] if here else [],
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
        if here and stream.intents & Intent.GUILDS:
            stream.dispatch("GUILD_CREATE", self._guild_create())
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
        """Answer a request for guild members, all in one chunk."""
        wanted = query.get("user_ids")
        asked = (
            None
            if wanted is None
            else {str(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
        )
        known = [one for one in self.world.members if asked is None or one in asked]
        prefix = str(query.get("query") or "").lower()
        if prefix:
            known = [one for one in known if self.world.users[one].username.lower().startswith(prefix)]
        limit = query.get("limit")
        known = known[: limit if isinstance(limit, int) and limit > 0 else None]
        body: Json = {
            "guild_id": self.world.guild.id,
            "members": [self.wire.member(one) for one in known],
            "chunk_index": 0,
            "chunk_count": 1,
        }
        if "nonce" in query:
            body["nonce"] = query["nonce"]
        stream.dispatch("GUILD_MEMBERS_CHUNK", body)

    def _hear(self, event: Event) -> None:
        if event.intent is None:
            return
        for stream in list(self._streams.values()):
            if self._has_guild(stream):
                stream.offer(event)

    def _has_guild(self, stream: Stream) -> bool:
        number, count = stream.shard
        return (int(self.world.guild.id) >> 22) % count == number

    def _forget_old(self) -> None:
        horizon = self.clock() - _RESUMABLE
        for stream in list(self._streams.values()):
            if stream.parted is not None and stream.send is None and stream.parted < horizon:
                del self._streams[stream.id]

    def _guild_create(self) -> Json:
        bot_id = self.world.application.bot_id
        # Without the members intent, Discord sends the bot's own member and no other.
        return {
            **self.wire.guild(),
            "joined_at": isoformat(self.world.member(bot_id).joined),
            "large": False,
            "unavailable": False,
            "member_count": len(self.world.members),
            "voice_states": [],
            "members": [self.wire.member(bot_id)],
            "channels": [self.wire.channel(channel) for channel in self.world.text_channels],
            "threads": [self.wire.channel(thread) for thread in self.world.threads if not thread.archived],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
