"""The form of an application command: its names, where it may be used, and its size.

What comes out is the command as it is kept: every field there, nothing that Discord does not know.
Limits: "Application Commands" of Discord's documentation. Its options are `command_option.py`.
"""

from __future__ import annotations

from typing import Any

from bot.local_discord.errors import not_built
from bot.local_discord.forms.command_name import read_texts
from bot.local_discord.forms.command_option import SUB_COMMAND, SUB_COMMAND_GROUP, read_options
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.forms.localised import LOCALES
from bot.local_discord.reply import Json

__all__ = [
    "CHAT_INPUT",
    "LOCALES",
    "MESSAGE_MENU",
    "SUB_COMMAND",
    "SUB_COMMAND_GROUP",
    "USER_MENU",
    "read_command",
]

CHAT_INPUT, USER_MENU, MESSAGE_MENU, _ENTRY_POINT = 1, 2, 3, 4

_CHARACTERS = 8000
_PERMISSION_BITS = (1 << 54) - 1
_CONTEXTS, _INSTALLS = (0, 1, 2), (0, 1)


def read_command(form: Form, body: Json, path: Path = (), *, of_guild: bool = False) -> Json:
    """The command in `body`, without its ids; `form` notes whatever is wrong. Raises 501 for entry points."""
    kind = CHAT_INPUT if body.get("type") is None else body["type"]
    if not form.one_of(kind, (*path, "type"), (CHAT_INPUT, USER_MENU, MESSAGE_MENU, _ENTRY_POINT)):
        return {}
    if kind == _ENTRY_POINT:
        raise not_built("entry point commands (type 4)")
    is_chat = kind == CHAT_INPUT
    command: Json = {
        "type": int(kind),
        **read_texts(form, body, path, chat=is_chat),
        "options": read_options(form, body.get("options"), (*path, "options")) if is_chat else [],
        "default_member_permissions": _bits(form, body, path),
        "nsfw": form.truth(body.get("nsfw"), (*path, "nsfw")),
    }
    if not is_chat:
        _check_menu(form, body, path)
    if not of_guild:
        command["dm_permission"] = form.truth(
            body.get("dm_permission"), (*path, "dm_permission"), default=True
        )
    command["contexts"] = None if of_guild else _numbers(form, body, "contexts", path, _CONTEXTS)
    command["integration_types"] = _numbers(form, body, "integration_types", path, _INSTALLS) or [0]
    if form.valid and _length(command) > _CHARACTERS:
        form.fail(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({_CHARACTERS}) for application commands",
        )
    return command


def _check_menu(form: Form, body: Json, path: Path) -> None:
    for key in ("description", "options"):
        if body.get(key):
            form.fail(
                (*path, key),
                f"APPLICATION_COMMAND_CONTEXT_MENU_{key.upper()}_INVALID",
                f"Context menu commands cannot have {key}",
            )


def _bits(form: Form, body: Json, path: Path) -> str | None:
    """The default permissions: a number, or one in text, as Discord takes both."""
    value, where = body.get("default_member_permissions"), (*path, "default_member_permissions")
    if value is None:
        return None
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= len(str(_PERMISSION_BITS))
    ):
        value = int(value)
    return str(form.whole(value, where, least=0, most=_PERMISSION_BITS, default=0))


def _numbers(form: Form, body: Json, key: str, path: Path, allowed: tuple[int, ...]) -> list[int] | None:
    value: Any = body.get(key)
    if value is None:
        return None
    where = (*path, key)
    if not isinstance(value, list):
        form.fail(where, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return None
    if not value:
        form.fail(where, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {len(allowed)} in length.")
    numbers: list[int] = []
    for index, one in enumerate(value):
        if form.one_of(one, (*where, index), allowed):
            numbers.append(int(one))
        if one in value[:index]:
            form.fail(
                (*where, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"
            )
    return numbers


def _length(part: Json) -> int:
    """The characters that Discord counts: names, descriptions, values; of localisations the longest."""
    count = 0
    for key in ("name", "description"):
        localised = (part.get(f"{key}_localizations") or {}).values()
        count += max(len(text) for text in (part.get(key) or "", *localised))
    count += len(str(part["value"])) if "value" in part else 0
    return count + sum(_length(inner) for key in ("options", "choices") for inner in part.get(key) or [])
