"""The form of `allowed_mentions`: whom a message may notify. Who then is, `acts/filling.py` decides."""

from __future__ import annotations

from typing import Any

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["read_mentions"]

_KINDS = ("roles", "users", "everyone")
_IDS = 100


def read_mentions(form: Form, value: Any, path: Path) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    """`{"parse", "users", "roles", "replied_user"}`, or None where nothing is said (all is allowed)."""
    value = form.object(value, path)
    if value is None:
        return None
    parse = [
        kind
        for index, kind in enumerate(_list(form, value.get("parse"), (*path, "parse")))
        if form.one_of(kind, (*path, "parse", index), _KINDS)
    ]
    _unique(form, parse, (*path, "parse"))
    read: Json = {"parse": parse}
    for kind in ("users", "roles"):
        where = (*path, kind)
        ids = [
            form.snowflake(one, (*where, index))
            for index, one in enumerate(_list(form, value.get(kind), where))
        ]
        if len(ids) > _IDS:
            form.fail(where, "BASE_TYPE_MAX_LENGTH", f"Must be {_IDS} or fewer in length.")
        _unique(form, ids, where)
        if kind in parse and ids:
            why = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
            form.fail(where, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", why)
        read[kind] = ids
    read["replied_user"] = form.truth(value.get("replied_user"), (*path, "replied_user"))
    return read


def _list(form: Form, value: Any, path: Path) -> list[Any]:  # noqa: ANN401 - an unchecked JSON value
    if value is None:
        return []
    if not isinstance(value, list):
        form.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    return [one for one in value if one is not None]


def _unique(form: Form, values: list[str], path: Path) -> None:
    if len(set(values)) != len(values):
        form.fail(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
