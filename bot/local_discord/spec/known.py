"""Where Discord's document says other than Discord does: what is held against nobody, and why.

Every entry was met by clients that work on Discord, or is told by Discord's own documentation. Keep it short:
an entry hides a violation everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.reply import Json
from bot.local_discord.spec.violations import ANSWER, REQUEST

__all__ = ["BODY_NOT_NEEDED", "FIELDS", "SCHEMAS", "Known", "amended"]


@dataclass(frozen=True)
class Known:
    """In `directions`, the schema or the field `name` is really `schema`."""

    directions: tuple[str, ...]
    name: str
    schema: Json
    why: str


BODY_NOT_NEEDED = frozenset(
    {"PUT /guilds/{guild_id}/bans/{user_id}", "DELETE /guilds/{guild_id}/bans/{user_id}"}
)
"""Every field of these bodies is optional, and clients send none (Resources, Guild)."""

SCHEMAS = (
    Known(
        (REQUEST,),
        "SnowflakeType",
        {"anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]},
        "Discord takes ids as numbers too (Reference, Snowflakes); discord.py sends them so in places",
    ),
    Known(
        (REQUEST,),
        "BotAccountPatchRequest",
        {
            "type": "object",
            "properties": {
                "username": {"type": "string", "minLength": 2, "maxLength": 32},
                "avatar": {"type": ["string", "null"]},
                "banner": {"type": ["string", "null"]},
            },
        },
        "a bot may change its picture alone (Resources, User: all parameters are optional)",
    ),
    Known(
        (REQUEST, ANSWER),
        "MessageReferenceType",
        {"type": "integer", "enum": [0, 1]},
        "forwards are references of type 1 (Resources, Message)",
    ),
    Known(
        (ANSWER,),
        "InnerErrors",
        {
            "type": "object",
            "required": ["_errors"],
            "additionalProperties": False,
            "properties": {
                "_errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["code", "message"],
                        "properties": {
                            "code": {"type": ["string", "integer"]},
                            "message": {"type": "string"},
                        },
                    },
                }
            },
        },
        "the codes of single fields are words, as in BASE_TYPE_REQUIRED (Reference, Error Messages)",
    ),
    Known(
        (ANSWER,),
        "RatelimitedResponse",
        {
            "type": "object",
            "required": ["message", "retry_after", "global"],
            "properties": {
                "message": {"type": "string"},
                "retry_after": {"type": "number"},
                "global": {"type": "boolean"},
                "code": {"type": "integer"},
            },
        },
        "most 429s have no code (Topics, Rate Limits: `code?`)",
    ),
)

_BITS: Json = {"anyOf": [{"type": ["integer", "null"]}, {"type": "string", "pattern": "^[0-9]+$"}]}
_WRITTEN_OUT = "permissions are sent as text since version 8 (Topics, Permissions)"

FIELDS = tuple(
    Known((REQUEST,), name, _BITS, _WRITTEN_OUT)
    for name in ("allow", "deny", "permissions", "default_member_permissions")
)
"""Fields that are numbers in the document, wherever they are."""


def amended(document: Json, direction: str) -> Json:
    """`document` as it really is for requests or for answers; what is not in it stays out."""
    fields = {one.name: one.schema for one in FIELDS if direction in one.directions}
    really: Json = _walked(document, fields)
    schemas = really.get("components", {}).get("schemas", {})
    schemas.update(
        {one.name: one.schema for one in SCHEMAS if direction in one.directions and one.name in schemas}
    )
    return really


def _walked(node: Any, fields: dict[str, Json]) -> Any:  # noqa: ANN401 - any part of the document
    if isinstance(node, list):
        return [_walked(each, fields) for each in node]
    if not isinstance(node, dict):
        return node
    walked = {key: _walked(each, fields) for key, each in node.items()}
    properties = walked.get("properties")
    if isinstance(properties, dict):
        for name in fields.keys() & properties.keys():
            if "integer" in properties[name].get("type", ()):
                properties[name] = fields[name]
    return walked
