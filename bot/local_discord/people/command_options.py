"""The values of a command's options: checked as Discord's client checks them, in Discord's nested form."""

from __future__ import annotations

from typing import Any

from bot.local_discord.errors import PeopleError
from bot.local_discord.people.find_command import Found
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.reply import Json

__all__ = ["read_options"]

_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10
_THINGS = {6: "users", 7: "channels", 8: "roles", 9: "mentionables", 11: "attachments"}
_LONGEST = 6000


def read_options(resolver: Resolver, found: Found, *, focused: str | None) -> list[Json]:
    """The `options` of an interaction; `resolver` collects their things.

    While one is `focused`, all may be unfinished.

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
            typed = "" if value is None else value
            given.append({"type": option["type"], "name": name, "value": typed, "focused": True})
        elif value is not None:
            is_thing = option["type"] in _THINGS
            given.append({"type": option["type"], "name": name, "value": str(value) if is_thing else value})
        if name == focused and not isinstance(value, (str, int, float, type(None))):
            errors[f"options.{name}"] = "This is one value"
        if name != focused and (wrong := _wrong(option, value, resolver, unfinished=focused is not None)):
            errors[f"options.{name}"] = wrong
    if errors:
        first = next(iter(errors))
        raise PeopleError(400, f"{first.removeprefix('options.')}: {errors[first]}.", errors)
    for step in reversed(found.steps):
        given = [{"type": step["type"], "name": step["name"], "options": given}]
    return given


def _wrong(option: Json, value: Any, resolver: Resolver, *, unfinished: bool) -> str:  # noqa: ANN401 - an unchecked JSON value
    """What is wrong with a value; "" if nothing is."""
    if value is None:
        return "This option is required" if option.get("required") and not unfinished else ""
    if not isinstance(value, (str, int, float)):
        return "This is one value"
    if unfinished:
        return ""
    kind = option["type"]
    if kind in _THINGS:
        types = option.get("channel_types") or ()
        is_there = resolver.resolve(_THINGS[kind], str(value), channel_types=types)
        return "" if is_there else f"There is nothing here with the id {value}"
    checks = {_STRING: _text_wrong, _INTEGER: _number_wrong, _NUMBER: _number_wrong, _BOOLEAN: _boolean_wrong}
    wrong = checks[kind](option, value)
    choices = option.get("choices") or []
    if not wrong and choices and value not in [choice["value"] for choice in choices]:
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
