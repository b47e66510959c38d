"""Which bucket a request falls into, and how large Discord's buckets are.

Discord publishes few of these numbers and asks that clients read the headers instead. Where a line says
"published" it is in Discord's documentation; "measured" is what headers have shown to developers; "assumed"
is ours. A route that is not here has no bucket of its own, only the global limit, as many of Discord's have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.local_discord.snowflake import made_at

__all__ = ["EDIT_ROUTE", "RULES", "Rule", "bucket_hash", "bucket_of", "major_of", "shape", "sublimit_of"]

EDIT_ROUTE = "PATCH /channels/{channel_id}/messages/{message_id}"
_NEW_SECONDS, _HOUR, _TWO_WEEKS = 10.0, 3600.0, 14 * 86400.0
_PARAMETER = re.compile(r"\{[^}]*\}")
_MESSAGE, _HOOK = "/channels/{}/messages/{}", "/webhooks/{}/{}"
_PINS = ("/channels/{}/messages/pins/{}", "/channels/{}/pins/{}")
_SCOPES = ("/applications/{}/commands", "/applications/{}/guilds/{}/commands")


@dataclass(frozen=True)
class Rule:
    """One kind of bucket: `limit` requests in `seconds`; and what a refusal says of itself."""

    limit: int
    seconds: float
    routes: tuple[str, ...] = ()
    code: int | None = None
    message: str = "You are being rate limited."
    scope: str = "user"


RULES: Mapping[str, Rule] = {
    "message.create": Rule(5, 5.0, ("POST /channels/{}/messages",)),  # measured
    "message.edit": Rule(5, 5.0, (f"PATCH {_MESSAGE}",)),  # measured
    "message.delete": Rule(3, 0.333, (f"DELETE {_MESSAGE}",)),  # measured, as the next two
    "message.delete.new": Rule(5, 1.0),  # younger than 10 s
    "message.delete.old": Rule(30, 4.0),  # older than two weeks
    "message.bulk_delete": Rule(1, 3.0, ("POST /channels/{}/messages/bulk-delete",)),  # assumed
    "message.read": Rule(5, 1.0, ("GET /channels/{}/messages",)),  # assumed
    "reaction": Rule(  # measured; one bucket for all methods
        1,
        0.25,
        (
            *(f"{method} {_MESSAGE}/reactions/{{}}/@me" for method in ("PUT", "DELETE")),
            f"DELETE {_MESSAGE}/reactions",
            f"DELETE {_MESSAGE}/reactions/{{}}",
            f"DELETE {_MESSAGE}/reactions/{{}}/{{}}",
        ),
    ),
    "pin": Rule(
        5, 4.0, tuple(f"{method} {path}" for method in ("PUT", "DELETE") for path in _PINS)
    ),  # assumed
    "typing": Rule(5, 5.0, ("POST /channels/{}/typing",)),  # assumed
    "channel.edit": Rule(10, 15.0, ("PATCH /channels/{}",)),  # measured
    "channel.delete": Rule(5, 5.0, ("DELETE /channels/{}",)),  # assumed
    "channel.create": Rule(10, 10.0, ("POST /guilds/{}/channels",)),  # assumed
    "thread.create": Rule(  # assumed
        10, 10.0, ("POST /channels/{}/threads", f"POST {_MESSAGE}/threads")
    ),
    "thread.member": Rule(  # assumed
        5,
        1.0,
        tuple(f"{method} /channels/{{}}/thread-members/{{}}" for method in ("PUT", "DELETE"))
        + tuple(f"{method} /channels/{{}}/thread-members/@me" for method in ("PUT", "DELETE")),
    ),
    "overwrite": Rule(  # assumed
        10, 15.0, tuple(f"{method} /channels/{{}}/permissions/{{}}" for method in ("PUT", "DELETE"))
    ),
    "member.edit": Rule(10, 10.0, ("PATCH /guilds/{}/members/{}",)),  # measured
    "member.remove": Rule(5, 1.0, ("DELETE /guilds/{}/members/{}",)),  # measured
    "member.role": Rule(  # measured; adding and removing share it
        10, 10.0, tuple(f"{method} /guilds/{{}}/members/{{}}/roles/{{}}" for method in ("PUT", "DELETE"))
    ),
    "role.create": Rule(250, 172_800.0, ("POST /guilds/{}/roles",)),  # measured
    "role.edit": Rule(10, 10.0, ("PATCH /guilds/{}/roles/{}",)),  # assumed
    "direct.create": Rule(10, 10.0, ("POST /users/@me/channels",)),  # assumed
    "command.read": Rule(50, 20.0, tuple(f"GET {scope}" for scope in _SCOPES)),  # assumed
    "command.write": Rule(5, 20.0, tuple(f"{way} {scope}" for scope in _SCOPES for way in ("PUT", "POST"))),
    "command.edit": Rule(
        5, 20.0, tuple(f"{way} {scope}/{{}}" for scope in _SCOPES for way in ("PATCH", "DELETE"))
    ),  # assumed, as command.write
    "webhook.create": Rule(5, 2.0, (f"POST {_HOOK}",)),  # measured; one bucket a token
    "webhook.edit": Rule(  # assumed
        5, 2.0, tuple(f"PATCH {_HOOK}/messages/{last}" for last in ("{}", "@original"))
    ),
    "webhook.delete": Rule(  # assumed
        5, 2.0, tuple(f"DELETE {_HOOK}/messages/{last}" for last in ("{}", "@original"))
    ),
    # What follows lies behind a bucket above: the headers do not show it, and the refusal comes all the same.
    "message.edit.old": Rule(  # measured
        3, 20.0, code=30046, message="Maximum number of edits to messages older than 1 hour reached."
    ),
    "channel.rename": Rule(2, 600.0),  # measured: a change of name or topic
    "thread.create.many": Rule(  # scope and length measured, the number assumed
        50, 300.0, message="The resource is being rate limited.", scope="shared"
    ),
    "command.create": Rule(  # published
        200,
        86_400.0,
        code=30034,
        message="Max number of daily application command creates has been reached (200)",
    ),
}
_BY_ROUTE = {route: name for name, rule in RULES.items() for route in rule.routes}
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


def bucket_of(route: str, where: Mapping[str, str], now: float) -> str | None:
    """The name of the bucket of "METHOD /template", or None. `where` are the path's parameters."""
    name = _BY_ROUTE.get(shape(route))
    if name == "message.delete":
        age = _age(where, now)
        if age <= _NEW_SECONDS:
            return "message.delete.new"
        if age >= _TWO_WEEKS:
            return "message.delete.old"
    return name


def sublimit_of(bucket: str, where: Mapping[str, str], body: object, now: float) -> str | None:
    """The name of the further limit behind a bucket that this request counts for, or None."""
    if bucket == "message.edit" and _age(where, now) > _HOUR:
        return "message.edit.old"
    if bucket == "channel.edit" and isinstance(body, dict) and {"name", "topic"} & body.keys():
        return "channel.rename"
    return "thread.create.many" if bucket == "thread.create" else None


def major_of(where: Mapping[str, str]) -> str:
    """What tells apart the buckets of one route: channel, guild, webhook id and token."""
    return "+".join(where[key] for key in _MAJOR if key in where)


@lru_cache(maxsize=256)
def bucket_hash(name: str) -> str:
    """The bucket's name as Discord's headers carry it: 32 hexadecimal digits that say nothing."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


@lru_cache(maxsize=1024)
def shape(route: str) -> str:
    """A route whatever its parameters are called: "GET /channels/{}"."""
    return _PARAMETER.sub("{}", route)


def _age(where: Mapping[str, str], now: float) -> float:
    """Seconds since the message was made, as its id says; what is no id is new."""
    text = where.get("message_id", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 20):  # noqa: PLR2004 - 64 bits
        return 0.0
    return now - made_at(text)
