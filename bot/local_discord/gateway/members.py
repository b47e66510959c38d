"""Requests for a guild's members, answered in chunks of 1,000.

What the documentation limits is limited here: the whole list needs the members intent and can be had once in
30 s a guild (RATE_LIMITED otherwise), a name's beginning or a list of ids brings 100 members at most. There
is no presence here, so `presences` is empty. Source: "Request Guild Members" of Discord's documentation.
"""

from __future__ import annotations

import functools

from bot.local_discord.clock import Clock
from bot.local_discord.errors import GatewayError
from bot.local_discord.events import Intent
from bot.local_discord.gateway.codes import Close, Op
from bot.local_discord.gateway.payloads import MembersQuery
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.reply import Json
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World
from bot.local_discord.wire.users import member_json

__all__ = ["Members"]

_CHUNK = 1000
_MOST = 100


class Members:
    """Answers the requests of all streams. `interval` is in seconds."""

    def __init__(self, world: World, clock: Clock, interval: float) -> None:
        self._world = world
        self._clock = clock
        self._interval = interval
        self._asked: dict[str, float] = {}

    def request(self, stream: Stream, query: MembersQuery) -> None:
        """Answer with chunks, when their turn comes. Raise 4014 for all members without the intent.

        A guild that the bot is not in, or that is another shard's, has no answer.
        """
        guild = self._world.guilds.get(query.guild_id)
        if guild is None or self._world.application.bot_id not in guild.members or not stream.has(guild.id):
            return
        if query.all:
            if not stream.intents & Intent.GUILD_MEMBERS:
                raise GatewayError(Close.DISALLOWED_INTENTS)
            wait = self._wait(query)
            if wait > 0:
                stream.say("RATE_LIMITED", _limited(query, wait))
                return
        found = self._found(guild, query)
        chunks = [found[start : start + _CHUNK] for start in range(0, len(found), _CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            place = {"chunk_index": index, "chunk_count": len(chunks)}
            stream.later(functools.partial(self._say, stream, query, chunk, place))

    def _wait(self, query: MembersQuery) -> float:
        """Seconds until all members may be asked for again; counts this request where it is 0."""
        if not query.all or query.limit:
            return 0.0
        now = self._clock()
        wait = self._asked.get(query.guild_id, now - self._interval) + self._interval - now
        if wait <= 0:
            self._asked[query.guild_id] = now
        return wait

    def _found(self, guild: Guild, query: MembersQuery) -> list[str]:
        if query.user_ids is not None:
            return [one for one in dict.fromkeys(query.user_ids) if one in guild.members][:_MOST]
        if query.all:
            return list(guild.members)[: query.limit or None]
        found = [one for one in guild.members if self._begins(guild, one, query.prefix.casefold())]
        return found[: min(query.limit or _MOST, _MOST)]

    def _begins(self, guild: Guild, user_id: str, prefix: str) -> bool:
        names = (self._world.users[user_id].username, guild.members[user_id].nick or "")
        return any(name.casefold().startswith(prefix) for name in names)

    def _say(self, stream: Stream, query: MembersQuery, chunk: list[str], place: Json) -> None:
        guild = self._world.guilds.get(query.guild_id)
        if guild is None:
            return
        members = [member_json(self._world, guild, one) for one in chunk if one in guild.members]
        body: Json = {"guild_id": guild.id, "members": members, **place}
        if query.user_ids is not None:
            body["not_found"] = [one for one in query.user_ids if one not in guild.members]
        if query.presences and stream.intents & Intent.GUILD_PRESENCES:
            body["presences"] = []
        if query.nonce is not None:
            body["nonce"] = query.nonce
        stream.say("GUILD_MEMBERS_CHUNK", body)


def _limited(query: MembersQuery, wait: float) -> Json:
    meta: Json = {"guild_id": query.guild_id}
    if query.nonce is not None:
        meta["nonce"] = query.nonce
    return {"opcode": int(Op.REQUEST_GUILD_MEMBERS), "retry_after": round(wait, 3), "meta": meta}
