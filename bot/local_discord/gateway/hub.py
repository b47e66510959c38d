"""All gateway streams: who identifies, who resumes, who hears of an event.

How a stream numbers and keeps is `stream.py`; which intent an event needs is `intents.py`.
"""

from __future__ import annotations

import functools
import logging
import secrets
from dataclasses import dataclass, field

from bot.local_discord.clock import Clock
from bot.local_discord.errors import GatewayError
from bot.local_discord.events import PRIVILEGED, Bus, Event, Intent
from bot.local_discord.gateway.codes import Close
from bot.local_discord.gateway.content import Views
from bot.local_discord.gateway.delivery import Delivery
from bot.local_discord.gateway.guilds import guild_create, ready
from bot.local_discord.gateway.intents import EVENTS, SEEN_ANYWAY, of_guild_state, passes
from bot.local_discord.gateway.members import Members
from bot.local_discord.gateway.payloads import Identify
from bot.local_discord.gateway.rules import Rules
from bot.local_discord.gateway.starts import Starts
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.permissions import may_see
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World
from bot.local_discord.tap import Tap

__all__ = ["Hub"]

_log = logging.getLogger(__name__)
_RESUMABLE = 120.0
_GUILDS_A_SHARD = 1000
# These come although the bot is not in the guild: it was thrown out, or a person uses it by themselves.
_FROM_OUTSIDE = {"GUILD_DELETE", "INTERACTION_CREATE"}


@dataclass
class Hub:
    """The streams of one bot application, of which it may have several (shards, or a roll-out)."""

    world: World
    bus: Bus
    clock: Clock
    tap: Tap
    bot_token: str = field(repr=False)
    privileged: Intent = Intent.ALWAYS
    rules: Rules = field(default_factory=Rules)
    starts: Starts = field(init=False)
    members: Members = field(init=False)
    delivery: Delivery = field(init=False)
    _streams: dict[str, Stream] = field(default_factory=dict)
    _unavailable: set[str] = field(default_factory=set)
    _online: bool = False

    def __post_init__(self) -> None:
        self.starts = Starts(self.clock, self.rules)
        self.members = Members(self.world, self.clock, self.rules.members_interval)
        self.delivery = Delivery(self.clock)
        self.bus.listen(self._hear)

    @property
    def online(self) -> bool:
        """Whether the bot is connected."""
        return any(stream.link is not None for stream in self._streams.values())

    @property
    def shards(self) -> int:
        """The recommended number of shards."""
        return self.rules.shards or max(1, -(-len(self._guilds()) // _GUILDS_A_SHARD))

    def open(self, identify: Identify) -> Stream | None:
        """A new stream, which has yet to be greeted; None where it is not the shard's turn to identify.

        Raise 4014 for intents that were not granted, 4011 where the shard would have too many guilds. Beyond
        the day's limit every connection is closed with 4004: on Discord, the token is reset.
        """
        if not self.starts.take():
            self._end_all()
            raise GatewayError(Close.AUTHENTICATION_FAILED)
        if identify.intents & PRIVILEGED & ~self.privileged:
            raise GatewayError(Close.DISALLOWED_INTENTS)
        shard = identify.shard or (0, 1)
        stream = Stream(
            secrets.token_hex(16), identify.intents, shard, identify.large_threshold, self.delivery, self.tap
        )
        if sum(stream.has(guild.id) for guild in self._guilds()) > self.rules.guilds_per_shard:
            raise GatewayError(Close.SHARDING_REQUIRED)
        if not self.starts.in_turn(shard[0]):
            return None
        self._streams[stream.id] = stream
        return stream

    def greet(self, stream: Stream, *, version: int, url: str, sharded: bool) -> None:
        """READY; a GUILD_CREATE for each guild of the shard that the bot is in follows, one by one."""
        here = [guild for guild in self._guilds() if stream.has(guild.id)]
        stream.say("READY", ready(self.world, stream, here, version=version, url=url, sharded=sharded))
        if stream.intents & Intent.GUILDS:
            stream.waiting.update(guild.id for guild in here if guild.id not in self._unavailable)
            for guild in here:
                stream.later(functools.partial(self._available, stream, guild.id))
        self.status()

    def find(self, stream_id: str) -> Stream | None:
        """The stream that may be resumed, or None."""
        self._forget_old()
        return self._streams.get(stream_id)

    def part(self, stream: Stream, *, forget: bool) -> None:
        """Its connection went; a client that closed with 1000 or 1001 does not come back."""
        stream.link = None
        stream.parted = self.clock()
        if forget:
            self._streams.pop(stream.id, None)
        self.status()

    def status(self) -> None:
        """Tell the people when the bot came or went."""
        if self.online != self._online:
            self._online = self.online
            self.bus.publish(Event("BOT_STATUS", {"online": self._online}))

    def outage(self, guild_id: str) -> None:
        """Make a guild unavailable: the bot is told, and then hears nothing of it."""
        self._unavailable.add(guild_id)
        for stream in self._with_guilds(guild_id):
            stream.waiting.discard(guild_id)
            stream.say("GUILD_DELETE", {"id": guild_id, "unavailable": True})

    def restore(self, guild_id: str | None = None) -> None:
        """Make a guild (None: all) available again: a GUILD_CREATE tells of it as it now is."""
        for one in [guild_id] if guild_id else list(self._unavailable):
            if one in self._unavailable:
                self._unavailable.remove(one)
                for stream in self._with_guilds(one):
                    self._greet_with(stream, one)

    def _with_guilds(self, guild_id: str) -> list[Stream]:
        streams = self._streams.values()
        return [one for one in streams if one.has(guild_id) and one.intents & Intent.GUILDS]

    def _hear(self, event: Event) -> None:
        if event.intent is None or not self._streams:
            return
        if event.name not in EVENTS:
            _log.error("No intent is known for %s: no bot is told of it.", event.name)
            return
        if not self._concerns_bot(event):
            return
        self._forget_old()
        bot_id = self.world.application.bot_id
        views = Views(event, bot_id)
        for stream in self._streams.values():
            if stream.has(event.guild_id) and passes(event, stream.intents, bot_id):
                self._tell(stream, event, views)

    def _tell(self, stream: Stream, event: Event, views: Views) -> None:
        if event.name == "GUILD_CREATE":
            self._greet_with(stream, str(event.guild_id), joined=str(event.guild_id) not in stream.waiting)
            return
        if event.name == "GUILD_DELETE":
            stream.waiting.discard(str(event.guild_id))
        elif event.guild_id in stream.waiting:
            self._greet_with(stream, event.guild_id)
            if of_guild_state(event):
                return  # the GUILD_CREATE just sent has it already
        stream.dispatch(event.name, views.of(stream.intents))

    def _concerns_bot(self, event: Event) -> bool:
        bot_id = self.world.application.bot_id
        if event.guild_id in self._unavailable:
            return False
        if event.guild_id is not None and event.name not in _FROM_OUTSIDE:
            guild = self.world.guilds.get(event.guild_id)
            if guild is None or bot_id not in guild.members:
                return False
        if event.channel is None or event.name in SEEN_ANYWAY:
            return True
        return may_see(self.world, event.channel, bot_id)

    def _available(self, stream: Stream, guild_id: str) -> None:
        if guild_id in stream.waiting:
            self._greet_with(stream, guild_id)

    def _greet_with(self, stream: Stream, guild_id: str, *, joined: bool = False) -> None:
        stream.waiting.discard(guild_id)
        guild = self.world.guilds.get(guild_id)
        if guild is not None and self.world.application.bot_id in guild.members:
            stream.say("GUILD_CREATE", guild_create(self.world, guild, stream, joined=joined))

    def _guilds(self) -> list[Guild]:
        bot_id = self.world.application.bot_id
        return [guild for guild in self.world.guilds.values() if bot_id in guild.members]

    def _forget_old(self) -> None:
        horizon = self.clock() - _RESUMABLE
        old = [
            stream.id
            for stream in self._streams.values()
            if stream.parted is not None and stream.link is None and stream.parted < horizon
        ]
        for stream_id in old:
            del self._streams[stream_id]

    def _end_all(self) -> None:
        for stream in list(self._streams.values()):
            if stream.link is not None:
                stream.link.hang_up(Close.AUTHENTICATION_FAILED, forget=True)
        self._streams.clear()
        self.status()
