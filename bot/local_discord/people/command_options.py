"""The values of a command's options: checked as Discord's client checks them, in Discord's nested form."""

from __future__ import annotations

from typing import Any

from bot.local_discord.errors import PeopleError
from bot.local_discord.people.find_command import Found
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.reply import Json

__all__ = ["read_options"]

_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10
_THINGS = {6: "users", 7: "channels", 8: "roles", 9: "mentionables"}
_LONGEST = 6000


def read_options(resolver: Resolver, found: Found, *, focused: str | None) -> tuple[list[Json], Json]:
    """The `options` and `resolved` of an interaction. While one is `focused`, all may be unfinished.

    Raises PeopleError 400 with `options.NAME` for each value that is wrong.
    """
    known = {option["name"]: option for option in found.options}
    errors = {f"options.{name}": "Unknown option" for name in found.values if name not in known}
    if focused is not None and not (known.get(focused) or {}).get("autocomplete"):
        errors["focused"] = "That option has no autocomplete"
    given: list[Json] = []
    for name, option in known.items():
        value = found.values.get(name)
        if name == focused:
            given.append({"type": option["type"], "name": name, "value": value or "", "focused": True})
        elif value is not None:
            given.append({"type": option["type"], "name": name, "value": value})
        if name != focused and (wrong := _wrong(option, value, resolver, unfinished=focused is not None)):
            errors[f"options.{name}"] = wrong
    if errors:
        first = next(iter(errors))
        raise PeopleError(400, f"{first.removeprefix('options.')}: {errors[first]}.", errors)
    for step in reversed(found.steps):
        given = [{"type": step["type"], "name": step["name"], "options": given}]
    return given, resolver.resolved


def _wrong(option: Json, value: Any, resolver: Resolver, *, unfinished: bool) -> str:  # noqa: ANN401 - an unchecked JSON value
    """What is wrong with a value; "" if nothing is."""
    if value is None:
        return "This option is required" if option.get("required") and not unfinished else ""
    kind = option["type"]
    if kind in _THINGS:
        return (
            ""
            if resolver.resolve(_THINGS[kind], str(value))
            else f"There is nothing here with the id {value}"
        )
    checks = {_STRING: _text_wrong, _INTEGER: _number_wrong, _NUMBER: _number_wrong, _BOOLEAN: _boolean_wrong}
    if kind not in checks:
        return "The local Discord does not have options of this type"
    wrong = "" if unfinished else checks[kind](option, value)
    choices = option.get("choices") or []
    if not wrong and choices and not unfinished and value not in [choice["value"] for choice in choices]:
        return f"One of {', '.join(str(choice['value']) for choice in choices)}"
    return wrong


def _text_wrong(option: Json, value: Any) -> str:  # noqa: ANN401 - an unchecked JSON value
    if not isinstance(value, str):
        return "This is text"
    least, most = option.get("min_length") or 0, option.get("max_length") or _LONGEST
    if len(value) < max(least, 1 if option.get("required") else 0):
        return f"At least {max(least, 1)} characters"
    return f"At most {most} characters" if len(value) > most else ""


def _number_wrong(option: Json, value: Any) -> str:  # noqa: ANN401 - an unchecked JSON value
    if isinstance(value, bool) or not isinstance(value, int if option["type"] == _INTEGER else (int, float)):
        return "This is a whole number" if option["type"] == _INTEGER else "This is a number"
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and value < least:
        return f"At least {least}"
    if most is not None and value > most:
        return f"At most {most}"
    return "" if abs(value) <= 2**53 else "Too large a number"


def _boolean_wrong(_option: Json, value: Any) -> str:  # noqa: ANN401 - an unchecked JSON value
    return "" if isinstance(value, bool) else "True or false"
