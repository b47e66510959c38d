"""The world as rows of text, and back: one row an entity, so that a change costs one row.

What a row is follows from the fields of `World`: a mapping by id is one row an entry, anything else is one
row; messages are by channel and id. Files of messages are apart, since they never change. No I/O here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from bot.local_discord.state.channels import THREADS, Channel, Thread
from bot.local_discord.state.messages import Attachment, Message
from bot.local_discord.state.world import World

__all__ = ["BY_ID", "KINDS", "MESSAGES", "Address", "Row", "dump", "files_of", "find", "keys", "load"]

MESSAGES = "messages"
_WITHOUT_FILES = {"attachments": {"__all__": {"content"}}}
_HINTS: dict[str, Any] = get_type_hints(World)

KINDS = (*(each.name for each in fields(World) if each.name != MESSAGES), MESSAGES)
"""The fields of the world, messages last."""
BY_ID = tuple(kind for kind in KINDS if get_origin(_HINTS[kind]) is dict)
"""Those that are mappings."""


class Address(NamedTuple):
    """Where an entity is: its field of the world, and its key; `channel/message` for a message."""

    kind: str
    key: str


class Row(NamedTuple):
    """An entity as text."""

    address: Address
    body: str


def keys(world: World, kind: str) -> Iterator[str]:
    """The keys of `kind` as they are now; the world may change between two of them."""
    if kind == MESSAGES:
        for channel_id in list(world.messages.channels):
            for message_id in list(world.messages.channels.get(channel_id, ())):
                yield f"{channel_id}/{message_id}"
    elif kind in BY_ID:
        yield from list(getattr(world, kind))
    else:
        yield ""


def find(world: World, address: Address) -> Any | None:  # noqa: ANN401 - any entity
    """The entity at `address`, or None."""
    if address.kind == MESSAGES:
        channel_id, _, message_id = address.key.partition("/")
        return world.messages.find(channel_id, message_id)
    of_kind = getattr(world, address.kind)
    return of_kind.get(address.key) if address.kind in BY_ID else of_kind


def dump(entity: Any) -> bytes:  # noqa: ANN401 - any entity
    """An entity as JSON, without the content of its files."""
    if isinstance(entity, Message):
        return _adapter(Message).dump_json(entity, exclude=_WITHOUT_FILES if entity.attachments else None)
    kind: Any = type(entity)
    return _adapter(kind).dump_json(entity)


def files_of(entity: Any) -> list[Attachment]:  # noqa: ANN401 - any entity
    """The files that an entity carries."""
    return entity.attachments if isinstance(entity, Message) else []


def load(rows: Iterable[Row], content_of: Callable[[str], bytes]) -> World:
    """The world that `rows` tell of. Raises ValueError for what is no such world."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for (kind, key), body in rows:
        if kind not in found:
            raise ValueError(f"a row of an unknown kind, {kind}")
        found[kind][key] = _entity(kind, body, content_of)
    if not found["application"]:
        raise ValueError("no application")
    world = World(found["application"][""])
    for kind in BY_ID:
        setattr(world, kind, found[kind])
    for _, message in sorted(found[MESSAGES].items(), key=_age):
        world.messages.add(message)
    return world


def _age(item: tuple[str, Message]) -> int:
    return int(item[1].id)


def _entity(kind: str, body: str, content_of: Callable[[str], bytes]) -> Any:  # noqa: ANN401 - any entity
    if kind == MESSAGES:
        if '"attachments":[]' in body:
            return _adapter(Message).validate_json(body)
        plain = json.loads(body)
        for each in plain["attachments"]:
            each["content"] = content_of(each["id"])
        return _adapter(Message).validate_python(plain)
    if kind == "channels":
        plain = json.loads(body)
        return _adapter(Thread if plain["type"] in THREADS else Channel).validate_python(plain)
    hint = _HINTS[kind]
    return _adapter(get_args(hint)[1] if kind in BY_ID else hint).validate_json(body)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a class or a generic alias
    return TypeAdapter(kind)
