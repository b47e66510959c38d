"""The form of a command's options: sub-commands and groups, values of nine types, their choices and bounds.

Limits: "Application Command Object" of Discord's documentation.
"""

from __future__ import annotations

import math
from typing import Any

from bot.local_discord.forms.command_name import read_texts
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.forms.localised import read_localised
from bot.local_discord.reply import Json

__all__ = ["ATTACHMENT", "INT53", "SUB_COMMAND", "SUB_COMMAND_GROUP", "read_choice", "read_options"]

SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
_STRING, _INTEGER, _CHANNEL, _NUMBER = 3, 4, 7, 10
ATTACHMENT = 11
INT53 = (1 << 53) - 1
"""The largest whole number that an option takes, up and down."""

_NESTING = {SUB_COMMAND, SUB_COMMAND_GROUP}
_CHOOSABLE = {_STRING, _INTEGER, _NUMBER}
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
_LONGEST = 6000
_MOST = 25


def read_options(form: Form, value: object, path: Path, *, within: int = 0) -> list[Json]:
    """The options in `value`; `within` is the type of the option that they are part of."""
    options: list[Json] = []
    names: set[str] = set()
    optional_seen = False
    for index, given in enumerate(form.items(value, path, most=_MOST)):
        where = (*path, index)
        if not form.one_of(given.get("type"), (*where, "type"), range(1, ATTACHMENT + 1)):
            continue
        option = {"type": int(given["type"]), **read_texts(form, given, where)}
        options.append(option)
        if option["name"] in names:
            form.fail(
                (*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique"
            )
        names.add(option["name"])
        if option["type"] in _NESTING:
            _nested(form, given, option, where, within=within)
            continue
        _valued(form, given, option, where)
        if option["required"] and optional_seen:
            form.fail(
                where,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option["required"]
    if len({option["type"] in _NESTING for option in options}) > 1:
        form.fail(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )
    return options


def read_choice(form: Form, given: Json, path: Path, kind: int) -> Json:
    """One choice of an option of that type, registered or answered to what is being typed."""
    choice: Json = {
        "name": form.text(given.get("name"), (*path, "name"), least=1, most=100, required=True),
        "name_localizations": read_localised(
            form, given.get("name_localizations"), (*path, "name_localizations"), most=100
        ),
    }
    value, where = given.get("value"), (*path, "value")
    if kind == _STRING:
        choice["value"] = form.text(value, where, least=1, most=100, required=True)
    elif value is None:
        form.fail(where, "BASE_TYPE_REQUIRED", "This field is required")
    else:
        choice["value"] = _number(form, value, where, kind)
    return choice


def _nested(form: Form, given: Json, option: Json, path: Path, *, within: int) -> None:
    is_group = option["type"] == SUB_COMMAND_GROUP
    if within == SUB_COMMAND or (within == SUB_COMMAND_GROUP and is_group):
        form.fail(
            (*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands are nested too deeply"
        )
        return
    option["options"] = read_options(form, given.get("options"), (*path, "options"), within=option["type"])
    if is_group and any(inner["type"] not in _NESTING for inner in option["options"]):
        form.fail(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "A sub-command group has sub-commands only",
        )


def _valued(form: Form, given: Json, option: Json, path: Path) -> None:
    kind = option["type"]
    option["required"] = form.truth(given.get("required"), (*path, "required"))
    choices = form.items(given.get("choices"), (*path, "choices"), most=_MOST)
    completes = form.truth(given.get("autocomplete"), (*path, "autocomplete"))
    if kind not in _CHOOSABLE and (choices or completes):
        key = "choices" if choices else "autocomplete"
        form.fail(
            (*path, key), f"APPLICATION_COMMAND_OPTIONS_{key.upper()}_INVALID", f"This type has no {key}"
        )
    elif choices and completes:
        form.fail(
            path,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Autocomplete and choices exclude each other",
        )
    elif kind in _CHOOSABLE:
        option["autocomplete"] = completes
        if choices:
            option["choices"] = _choices(form, choices, (*path, "choices"), kind)
    if kind == _STRING:
        _lengths(form, given, option, path)
    elif kind in {_INTEGER, _NUMBER}:
        _bounds(form, given, option, path)
    elif kind == _CHANNEL and given.get("channel_types") is not None:
        option["channel_types"] = _channel_types(form, given["channel_types"], (*path, "channel_types"))


def _choices(form: Form, given: list[Json], path: Path, kind: int) -> list[Json]:
    choices: list[Json] = []
    for index, one in enumerate(given):
        choice = read_choice(form, one, (*path, index), kind)
        if choice["name"] and any(choice["name"] == other["name"] for other in choices):
            form.fail(
                (*path, index, "name"),
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_USED",
                "Option choice names must be unique",
            )
        choices.append(choice)
    return choices


def _lengths(form: Form, given: Json, option: Json, path: Path) -> None:
    for key, least in (("min_length", 0), ("max_length", 1)):
        if given.get(key) is not None:
            option[key] = form.whole(given[key], (*path, key), least=least, most=_LONGEST, default=least)
    _in_order(form, option, path, "min_length", "max_length")


def _bounds(form: Form, given: Json, option: Json, path: Path) -> None:
    for key in ("min_value", "max_value"):
        if given.get(key) is not None:
            option[key] = _number(form, given[key], (*path, key), option["type"])
    _in_order(form, option, path, "min_value", "max_value")


def _in_order(form: Form, option: Json, path: Path, least: str, most: str) -> None:
    if option.get(least) is not None and option.get(most) is not None and option[least] > option[most]:
        form.fail((*path, least), "NUMBER_TYPE_MAX", f"{least} is greater than {most}.")


def _number(form: Form, value: Any, path: Path, kind: int) -> int | float:  # noqa: ANN401 - an unchecked JSON value
    if kind == _INTEGER:
        return form.whole(value, path, least=-INT53, most=INT53, default=0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        form.fail(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
        return 0
    return value


def _channel_types(form: Form, value: object, path: Path) -> list[int]:
    if not isinstance(value, list):
        form.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    kinds: list[int] = []
    for index, one in enumerate(value):
        if form.one_of(one, (*path, index), _CHANNEL_TYPES):
            kinds.append(int(one))
        if one in value[:index]:
            form.fail(
                (*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"
            )
    return kinds
