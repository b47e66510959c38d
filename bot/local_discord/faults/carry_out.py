"""Carries out what happens to a server and to the gateway, with the same acts that the routes use."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.places import Places
from bot.local_discord.acts.posting import Posting
from bot.local_discord.faults import happenings as what
from bot.local_discord.gateway.faults import GatewayFaults
from bot.local_discord.permissions import Permission
from bot.local_discord.state.channels import Overwrite, Thread

__all__ = ["CarryOut"]

_MEMBER = 1


@dataclass(frozen=True)
class CarryOut:
    """Raises RestError where what a fault names does not exist."""

    posting: Posting
    places: Places
    gateway: GatewayFaults

    def do(self, fault: what.Happening) -> None:
        """Let it happen."""
        match fault:
            case what.MessageDeleted():
                self.posting.delete(self.posting.world.messages.get(fault.channel_id, fault.message_id))
            case what.ChannelDeleted():
                self.places.threads.remove(self.posting.world.channel(fault.channel_id))
            case what.PermissionLost():
                self._deny(fault)
            case what.MemberLeft():
                self._leave(fault.guild_id, fault.user_id)
            case what.BotRemoved():
                self._leave(fault.guild_id, self.posting.world.application.bot_id)
            case _:
                self._on_gateway(fault)

    def undo(self, fault: what.Happening) -> None:
        """End what lasts."""
        match fault:
            case what.HeartbeatsUnanswered():
                self.gateway.freeze_heartbeats(frozen=False)
            case what.EventsDoubled():
                self.gateway.duplicate(0)
            case what.EventsLate():
                self.gateway.delay(0.0, count=0)

    def _on_gateway(self, fault: what.Happening) -> None:
        gateway = self.gateway
        match fault:
            case what.GatewayClosed():
                gateway.hang_up(fault.code, forget=not fault.resumable, shard=fault.shard)
            case what.GatewayDropped():
                gateway.drop(shard=fault.shard)
            case what.ReconnectAsked():
                gateway.ask_to_reconnect(shard=fault.shard)
            case what.InvalidSession():
                gateway.invalid_session(resumable=fault.resumable, shard=fault.shard)
            case what.HeartbeatsUnanswered():
                gateway.freeze_heartbeats()
            case what.EventsDoubled():
                gateway.duplicate(fault.events)
            case what.EventsLate():
                gateway.delay(fault.seconds, count=fault.events, swapped=fault.swapped)

    def _deny(self, fault: what.PermissionLost) -> None:
        world = self.posting.world
        channel = world.channel(fault.channel_id)
        if isinstance(channel, Thread):
            channel = world.channel(channel.parent_id or "")
        user_id = fault.user_id or world.application.bot_id
        bits = sum(Permission[name] for name in set(fault.permissions))
        old = channel.overwrites.get(user_id) or Overwrite(user_id, _MEMBER)
        body = {"type": _MEMBER, "allow": str(old.allow & ~bits), "deny": str(old.deny | bits)}
        self.places.overwrites.put(channel, None, user_id, body)

    def _leave(self, guild_id: str, user_id: str) -> None:
        self.places.guilds.remove_member(self.posting.world.guild(guild_id), user_id)
