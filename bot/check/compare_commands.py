"""How the commands registered with Discord differ from this program's, in what people see and may enter.

Discord adds ids, versions and defaults, and leaves out what is empty: only what is said here is compared.
Where a command may be used (`contexts`, `dm_permission`) is not: Discord drops it for one server's commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SAID = (
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "required",
    "choices",
    "value",
    "autocomplete",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "default_member_permissions",
    "nsfw",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Names of commands, in this program's order. `total`: how many this program has."""

    total: int
    unknown: tuple[str, ...]  # Discord was not told of them
    older: tuple[str, ...]  # Discord knows them otherwise
    surplus: tuple[str, ...]  # Discord knows them, and this program does not


def difference(ours: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> Difference:
    """Compare the payloads that would be sent with what `GET …/commands` answers."""
    wanted = {_key(each): each for each in ours}
    registered = {_key(each): each for each in known}
    return Difference(
        total=len(wanted),
        unknown=_names(key for key in wanted if key not in registered),
        older=_names(
            key for key, each in wanted.items() if key in registered and _said(each) != _said(registered[key])
        ),
        surplus=_names(key for key in registered if key not in wanted),
    )


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return int(command.get("type", 1)), str(command["name"])


def _names(keys: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(f"/{name}" if kind == 1 else f"“{name}”" for kind, name in keys)


def _said(value: Any) -> Any:  # noqa: ANN401 - JSON, all the way down
    """What is said, without what is empty; numbers and their text are the same."""
    match value:
        case {"name": _}:
            kept = {key: _said(value[key]) for key in _SAID if key in value}
            return {key: each for key, each in kept.items() if not _is_empty(each)}
        case list() | tuple():
            return [_said(each) for each in value]
        case float() if value.is_integer():
            return str(int(value))
        case bool() | None | str() | dict():
            return value
    return str(value)


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ("", [], {})
