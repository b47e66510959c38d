"""What happens to a server or to the gateway while a bot is at work, as it is asked for. Nothing here acts.

With a `route` (see `kinds.Matching`; "" is any) it happens just before a matching request is served: in the
middle of what the bot does. Without one it happens at once.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bot.local_discord.faults.kinds import Matching, Seconds
from bot.local_discord.permissions import Permission

__all__ = [
    "BotRemoved",
    "ChannelDeleted",
    "EventsDoubled",
    "EventsLate",
    "GatewayClosed",
    "GatewayDropped",
    "Happening",
    "HappeningFault",
    "HeartbeatsUnanswered",
    "InvalidSession",
    "MemberLeft",
    "MessageDeleted",
    "PermissionLost",
    "ReconnectAsked",
]


class Happening(Matching):
    """What is common to all of them. A `lasting` one stays in force until it is taken away."""

    lasting: ClassVar[bool] = False

    kind: str
    route: str | None = Field(default=None, pattern=r"^([A-Z]+ /\S*)?$")  # type: ignore[assignment] # None: at once


class MessageDeleted(Happening):
    """A message is deleted, whoever's it is."""

    kind: Literal["message_deleted"] = "message_deleted"
    channel_id: str
    message_id: str


class ChannelDeleted(Happening):
    """A channel or thread is deleted, with its messages."""

    kind: Literal["channel_deleted"] = "channel_deleted"
    channel_id: str


def _permissions(names: list[str]) -> list[str]:
    strange = [name for name in names if name not in Permission.__members__]
    if strange:
        raise ValueError(f"there is no permission {', '.join(strange)}; names are as in SEND_MESSAGES")
    return names


class PermissionLost(Happening):
    """The bot (or `user_id`) is denied permissions in a channel, or in the one that a thread belongs to.

    Who has ADMINISTRATOR, or owns the guild, is denied nothing.
    """

    kind: Literal["permission_lost"] = "permission_lost"
    channel_id: str
    permissions: Annotated[list[str], Field(min_length=1), AfterValidator(_permissions)]
    user_id: str | None = None


class MemberLeft(Happening):
    """A user leaves a guild."""

    kind: Literal["member_left"] = "member_left"
    guild_id: str
    user_id: str


class BotRemoved(Happening):
    """The bot is put out of a guild."""

    kind: Literal["bot_removed"] = "bot_removed"
    guild_id: str


class _OfGateway(Happening):
    shard: int | None = Field(default=None, ge=0)
    """The connections of one shard; None for all."""


class GatewayClosed(_OfGateway):
    """Connections are closed with `code`; where not `resumable`, a resume is answered with opcode 9."""

    kind: Literal["gateway_closed"] = "gateway_closed"
    code: int = Field(default=4000, ge=1000, le=4999)
    resumable: bool = True


class GatewayDropped(_OfGateway):
    """Connections end without a word."""

    kind: Literal["gateway_dropped"] = "gateway_dropped"


class ReconnectAsked(_OfGateway):
    """Opcode 7."""

    kind: Literal["reconnect_asked"] = "reconnect_asked"


class InvalidSession(_OfGateway):
    """Opcode 9."""

    kind: Literal["invalid_session"] = "invalid_session"
    resumable: bool = False


class HeartbeatsUnanswered(Happening):
    """Heartbeats are not acknowledged, until this is taken away."""

    lasting = True
    kind: Literal["heartbeats_unanswered"] = "heartbeats_unanswered"


class EventsDoubled(Happening):
    """The next `events` events are delivered twice, with the same number."""

    lasting = True
    kind: Literal["events_doubled"] = "events_doubled"
    events: int = Field(default=1, ge=1)


class EventsLate(Happening):
    """The next `events` events (None: all) are late by `seconds`; `swapped`: later ones overtake them."""

    lasting = True
    kind: Literal["events_late"] = "events_late"
    seconds: Seconds
    events: int | None = Field(default=None, ge=1)
    swapped: bool = False


HappeningFault = (
    MessageDeleted
    | ChannelDeleted
    | PermissionLost
    | MemberLeft
    | BotRemoved
    | GatewayClosed
    | GatewayDropped
    | ReconnectAsked
    | InvalidSession
    | HeartbeatsUnanswered
    | EventsDoubled
    | EventsLate
)
