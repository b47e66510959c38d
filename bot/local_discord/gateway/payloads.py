"""What a client may send: each opcode's body, read and checked. Raises GatewayError with the close code.

Malformed identifies and resumes are 4002; an invalid body of another opcode is 4001, as the documentation of
the close codes has it. Source: "Send Events" of Discord's documentation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeGuard

from bot.local_discord.errors import GatewayError
from bot.local_discord.events import Intent
from bot.local_discord.gateway.codes import Close, Op
from bot.local_discord.gateway.intents import ALL_INTENTS
from bot.local_discord.reply import Json

__all__ = [
    "LARGEST",
    "Identify",
    "MembersQuery",
    "Resume",
    "check_presence",
    "check_voice",
    "guild_ids",
    "parse",
]

LARGEST = 4096
"""The most bytes of one frame from a client."""

_WITH_OBJECT = {
    Op.IDENTIFY,
    Op.PRESENCE_UPDATE,
    Op.VOICE_STATE_UPDATE,
    Op.RESUME,
    Op.REQUEST_GUILD_MEMBERS,
    Op.REQUEST_SOUNDBOARD_SOUNDS,
}
_STATUSES = {"online", "dnd", "idle", "invisible", "offline"}
_LEAST_LARGE, _MOST_LARGE = 50, 250
_NONCE_BYTES = 32


@dataclass(frozen=True)
class Identify:
    """An identify. `shard` is None where the client named none."""

    token: str
    intents: Intent
    shard: tuple[int, int] | None
    large_threshold: int
    compress: bool

    @classmethod
    def read(cls, body: Json) -> Identify:
        """Raise 4002 for a wrong shape, 4010 for a wrong shard, 4013 for intents that do not exist."""
        token, large, compress = (body.get(key) for key in ("token", "large_threshold", "compress"))
        large, compress = 50 if large is None else large, False if compress is None else compress
        _need(isinstance(token, str) and isinstance(body.get("properties"), dict))
        _need(_whole(large) and _LEAST_LARGE <= large <= _MOST_LARGE and isinstance(compress, bool))
        if body.get("presence") is not None:
            _need(isinstance(body["presence"], dict))
            check_presence(body["presence"], Close.DECODE_ERROR)
        intents = body.get("intents")
        if not _whole(intents) or intents < 0 or intents & ~ALL_INTENTS:
            raise GatewayError(Close.INVALID_INTENTS)
        return cls(str(token), Intent(intents), _shard(body.get("shard")), large, compress)


@dataclass(frozen=True)
class Resume:
    """A resume of stream `stream_id` after frame number `seq`."""

    token: str
    stream_id: str
    seq: int

    @classmethod
    def read(cls, body: Json) -> Resume:
        """Raise 4002 for a wrong shape."""
        token, stream_id, seq = body.get("token"), body.get("session_id"), body.get("seq")
        _need(isinstance(token, str) and isinstance(stream_id, str) and _whole(seq))
        return cls(str(token), str(stream_id), int(str(seq)))


@dataclass(frozen=True)
class MembersQuery:
    """A request for a guild's members: by `user_ids`, or by the beginning `prefix` of their names."""

    guild_id: str
    prefix: str
    limit: int
    user_ids: list[str] | None
    presences: bool
    nonce: str | None

    @property
    def all(self) -> bool:
        """Whether it is for the whole list."""
        return self.user_ids is None and not self.prefix

    @classmethod
    def read(cls, body: Json) -> MembersQuery:
        """Raise 4001 for an invalid body."""
        code = Close.UNKNOWN_OPCODE
        wanted, prefix, limit = body.get("user_ids"), body.get("query"), body.get("limit")
        _need(_snowflake(body.get("guild_id")), code)
        if wanted is None:
            _need(isinstance(prefix, str) and _whole(limit) and limit >= 0, code)
        else:
            wanted = wanted if isinstance(wanted, list) else [wanted]
            _need(not prefix and all(_snowflake(one) for one in wanted), code)
            wanted = [str(one) for one in wanted]
        presences, nonce = body.get("presences") or False, body.get("nonce")
        _need(isinstance(presences, bool), code)
        kept = nonce if isinstance(nonce, str) and len(nonce.encode()) <= _NONCE_BYTES else None
        most = limit if isinstance(limit, int) and not isinstance(limit, bool) else 0
        return cls(str(body["guild_id"]), prefix or "", most, wanted, presences, kept)


def parse(text: str | bytes) -> tuple[Op, Any]:
    """A frame's opcode and body; JSON may come as text or, as some libraries send it, in a binary frame.

    Raise 4002 where it is too large or no frame, 4001 for an unknown opcode.
    """
    _need(len(text) <= LARGEST and (isinstance(text, bytes) or len(text.encode()) <= LARGEST))
    try:
        frame = json.loads(text, parse_constant=_no_number)
        json.dumps(frame, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise GatewayError(Close.DECODE_ERROR) from None
    _need(isinstance(frame, dict) and _whole(frame.get("op")))
    try:
        op = Op(frame["op"])
    except ValueError:
        raise GatewayError(Close.UNKNOWN_OPCODE) from None
    body = frame.get("d")
    _need(op not in _WITH_OBJECT or isinstance(body, dict))
    _need(op is not Op.HEARTBEAT or body is None or _whole(body))
    return op, body


def check_presence(body: Json, code: int = Close.UNKNOWN_OPCODE) -> None:
    """Raise `code` for what is no presence; libraries leave out `activities` and send a null status."""
    since, activities = body.get("since"), body.get("activities", [])
    status = body.get("status")
    _need(status is None or (isinstance(status, str) and status in _STATUSES), code)
    _need(since is None or (isinstance(since, int | float) and not isinstance(since, bool)), code)
    _need(isinstance(body.get("afk", False), bool) and isinstance(activities, list), code)
    for one in activities:
        _need(isinstance(one, dict) and isinstance(one.get("name"), str) and _whole(one.get("type")), code)


def check_voice(body: Json) -> None:
    """Raise 4001 for what is no voice state."""
    code = Close.UNKNOWN_OPCODE
    _need(_snowflake(body.get("guild_id")), code)
    _need(body.get("channel_id") is None or _snowflake(body["channel_id"]), code)
    _need(all(isinstance(body.get(key, False), bool) for key in ("self_mute", "self_deaf")), code)


def guild_ids(body: Json) -> list[str]:
    """The guilds of a request for soundboard sounds. Raise 4001 for what is none."""
    wanted = body.get("guild_ids")
    _need(isinstance(wanted, list) and all(_snowflake(one) for one in wanted), Close.UNKNOWN_OPCODE)
    return [str(one) for one in wanted or []]


def _shard(shard: object) -> tuple[int, int] | None:
    match shard:
        case None:
            return None
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
        case _:
            raise GatewayError(Close.INVALID_SHARD)


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(name)


def _whole(value: Any) -> TypeGuard[int]:  # noqa: ANN401 - any JSON value
    return isinstance(value, int) and not isinstance(value, bool)


def _snowflake(value: object) -> bool:
    return str(value).isdecimal() and isinstance(value, str | int) and len(str(value)) <= len(str(2**63))


def _need(holds: bool, code: int = Close.DECODE_ERROR) -> None:  # noqa: FBT001 - reads as a condition
    if not holds:
        raise GatewayError(code)
