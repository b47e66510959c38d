"""What can go wrong with a gateway, on command: for the control interface and for tests.

    parts.gateway_faults.drop()                      # TCP dies, nobody says goodbye
    parts.gateway_faults.duplicate(2)                # the next two events come twice

Faults that concern connections act at once on those that are open, all or one shard's, and return how many
there were. The others stay in force for the number of events that was given, or until `clear`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bot.local_discord.gateway.codes import Close
from bot.local_discord.gateway.hub import Hub

__all__ = ["GatewayFaults"]


class _Connection(Protocol):
    @property
    def shard(self) -> int | None: ...
    def hang_up(self, code: int, *, forget: bool = False) -> None: ...
    def ask_to_reconnect(self) -> None: ...
    def ask_for_heartbeat(self) -> None: ...
    def drop(self) -> None: ...
    def invalid_session(self, *, resumable: bool) -> None: ...


class GatewayFaults:
    """Breaks the gateway in one way at a time, or in several."""

    def __init__(self, connections: Collection[_Connection], hub: Hub) -> None:
        self._connections = connections
        self._hub = hub
        self._delivery = hub.delivery

    def hang_up(
        self, code: int = Close.UNKNOWN_ERROR, *, forget: bool = False, shard: int | None = None
    ) -> int:
        """Close with `code`. With `forget`, the streams cannot be resumed: op 9 is what a resume gets."""
        chosen = self._chosen(shard)
        for connection in chosen:
            connection.hang_up(code, forget=forget)
        return len(chosen)

    def drop(self, *, shard: int | None = None) -> int:
        """Let TCP die without a close frame; the streams can be resumed."""
        chosen = self._chosen(shard)
        for connection in chosen:
            connection.drop()
        return len(chosen)

    def ask_to_reconnect(self, *, shard: int | None = None) -> int:
        """Send opcode 7; who has not gone 5 s later (by the clock) is closed with 4000."""
        chosen = self._chosen(shard)
        for connection in chosen:
            connection.ask_to_reconnect()
        return len(chosen)

    def ask_for_heartbeat(self, *, shard: int | None = None) -> int:
        """Send opcode 1, to which a client answers with a heartbeat at once."""
        chosen = self._chosen(shard)
        for connection in chosen:
            connection.ask_for_heartbeat()
        return len(chosen)

    def invalid_session(self, *, resumable: bool = False, shard: int | None = None) -> int:
        """Send opcode 9; what is not resumable is forgotten, and the client has to identify."""
        chosen = self._chosen(shard)
        for connection in chosen:
            connection.invalid_session(resumable=resumable)
        return len(chosen)

    def freeze_heartbeats(self, *, frozen: bool = True) -> None:
        """Acknowledge no heartbeats (all connections) until this is undone: the client sees a zombie."""
        self._delivery.acknowledging = not frozen

    def duplicate(self, count: int = 1) -> None:
        """Deliver each of the next `count` events twice, with the same number."""
        self._delivery.duplicates = count

    def delay(self, seconds: float, *, count: int | None = None, swapped: bool = False) -> None:
        """Deliver the next `count` events (None: all) late by `seconds` of the clock.

        The order is kept: later events wait behind them. With `swapped`, later events overtake them.
        """
        self._delivery.delay(seconds, count=count, swapped=swapped)

    def outage(self, guild_id: str) -> None:
        """Make a guild unavailable to the bot (GUILD_DELETE says so), which then hears nothing of it."""
        self._hub.outage(guild_id)

    def restore(self, guild_id: str | None = None) -> None:
        """Make a guild (None: all that had an outage) available again, with a GUILD_CREATE."""
        self._hub.restore(guild_id)

    def clear(self) -> None:
        """No duplicates, no delays, no outages; heartbeats are acknowledged. What is late stays late."""
        self._hub.restore()
        self._delivery.acknowledging = True
        self._delivery.duplicates = 0
        self._delivery.delay(0.0, count=0, swapped=False)

    def _chosen(self, shard: int | None) -> list[_Connection]:
        return [one for one in self._connections if shard is None or one.shard == shard]
