"""The people's event sockets: who is told of what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.local_discord.events import Event
from bot.local_discord.permissions import may_see
from bot.local_discord.reply import Json
from bot.local_discord.state.world import World

__all__ = ["Listener", "PeopleHub"]


@dataclass(eq=False)
class Listener:
    """One socket of one person; None in the queue ends it."""

    user_id: str
    queue: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)


class PeopleHub:
    """Every open socket."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._listeners: set[Listener] = set()

    def join(self, user_id: str) -> Listener:
        """A new socket, which begins with READY."""
        listener = Listener(user_id)
        listener.queue.put_nowait({"t": "READY", "d": {"user": user_id}})
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """The socket closed."""
        self._listeners.discard(listener)

    def hear(self, event: Event) -> None:
        """Pass an event of the world on to those whom it concerns."""
        frame = {"t": event.name, "d": event.body}
        for listener in self._listeners:
            if self._concerns(event, listener.user_id):
                listener.queue.put_nowait(frame)

    def _concerns(self, event: Event, user_id: str) -> bool:
        if event.people is not None and user_id not in event.people:
            return False
        if event.channel is not None:
            return may_see(self._world, event.channel, user_id)
        if event.people is not None:
            return True
        if event.guild_id is None:
            return True
        guild = self._world.guilds.get(event.guild_id)
        return guild is not None and user_id in guild.members

    def close(self) -> None:
        """End every socket."""
        for listener in self._listeners:
            listener.queue.put_nowait(None)
