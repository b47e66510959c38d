"""What a person filled into a modal: checked against its components, and put in Discord's form."""

from __future__ import annotations

from typing import Any

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.components import AUTO_SELECTS, Kind, walk
from bot.local_discord.people.component import bounds, chosen_wrong
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.reply import Json

__all__ = ["read_fields"]

_LONGEST = 4000


def read_fields(resolver: Resolver, modal: Json, body: Json) -> Json:
    """The `data` of a modal submit. Raises PeopleError 400 with `fields.CUSTOM_ID` for each wrong value."""
    fields = body["fields"] if "fields" in body else _from_components(body.get("components"))
    if not isinstance(fields, dict):
        raise PeopleError(400, "Fields are an object of custom ids and values.", {"fields": "Not an object"})
    inputs = {one["custom_id"]: one for one in walk(modal["components"]) if "custom_id" in one}
    errors = {f"fields.{key}": "Unknown field" for key in fields if key not in inputs}
    filled: dict[str, Json] = {}
    for custom_id, component in inputs.items():
        key, value = _value(component, fields.get(custom_id))
        wrong = _wrong(component, value, resolver)
        if wrong:
            errors[f"fields.{custom_id}"] = wrong
        filled[custom_id] = {
            "type": component["type"],
            "id": component["id"],
            "custom_id": custom_id,
            key: value,
        }
    if errors:
        first = next(iter(errors))
        raise PeopleError(400, f"{first.removeprefix('fields.')}: {errors[first]}.", errors)
    components = [_filled(part, filled) for part in modal["components"]]
    submit: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolver.resolved:
        submit["resolved"] = resolver.resolved
    return submit


def _value(component: Json, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - an unchecked JSON value
    """The key a component's value goes under, and the value; what was not touched has its default."""
    kind = component["type"]
    if kind == Kind.TEXT_INPUT:
        return "value", component.get("value") or "" if value is None else value
    if kind == Kind.CHECKBOX:
        return "value", bool(component.get("default")) if value is None else value
    if kind in AUTO_SELECTS:
        defaults = [str(one["id"]) for one in component.get("default_values") or []]
    else:
        defaults = [one["value"] for one in component.get("options") or [] if one.get("default")]
    if kind == Kind.RADIO_GROUP:
        return "value", next(iter(defaults), None) if value is None else value
    return "values", defaults if value is None else value


def _wrong(component: Json, value: Any, resolver: Resolver) -> str:  # noqa: ANN401 - an unchecked JSON value
    kind = component["type"]
    is_required = component.get("required") is not False
    if kind == Kind.TEXT_INPUT:
        return _text_wrong(component, value, is_required=is_required)
    if kind == Kind.CHECKBOX:
        return "" if isinstance(value, bool) else "True or false"
    if kind == Kind.RADIO_GROUP:
        if value is None:
            return "This field is required" if is_required else ""
        known = [one["value"] for one in component["options"]]
        return "" if value in known else f"There is no option {value}"
    if value == [] and is_required and bounds(component)[0]:
        return "This field is required"
    return chosen_wrong({**component, "required": False} if value == [] else component, value, resolver)


def _text_wrong(component: Json, value: Any, *, is_required: bool) -> str:  # noqa: ANN401 - an unchecked JSON value
    if not isinstance(value, str):
        return "This is text"
    if not value.strip() and is_required:
        return "This field is required"
    least, most = component.get("min_length") or 0, component.get("max_length") or _LONGEST
    if value and len(value) < least:
        return f"At least {least} characters"
    return f"At most {most:,} characters" if len(value) > most else ""


def _filled(part: Json, filled: dict[str, Json]) -> Json:
    base: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == Kind.ROW:
        return {**base, "components": [filled[one["custom_id"]] for one in part["components"]]}
    if part["type"] == Kind.LABEL:
        return {**base, "component": filled[part["component"]["custom_id"]]}
    return base


def _from_components(components: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
    """The fields in Discord's own form."""
    if not isinstance(components, list):
        raise PeopleError(400, "A modal is submitted with fields.", {"fields": "Required"})
    found: Json = {}
    for part in components:
        if not isinstance(part, dict):
            continue
        inner = part.get("components")
        for one in [*(inner if isinstance(inner, list) else []), part.get("component")]:
            if isinstance(one, dict):
                found[str(one.get("custom_id"))] = one.get("values", one.get("value"))
    return found
