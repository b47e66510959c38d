"""A button pressed, a select changed: checked against the message as it stands."""

from __future__ import annotations

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.components import AUTO_SELECTS, Kind, walk
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.reply import Json

__all__ = ["bounds", "chosen_wrong", "read_press"]


def read_press(resolver: Resolver, components: list[Json], body: Json) -> Json:
    """The `data` of a component interaction. Raises PeopleError 400, 404."""
    custom_id, kind = body.get("custom_id"), body.get("component_type")
    found = next((one for one in walk(components) if custom_id and one.get("custom_id") == custom_id), None)
    if found is None or (kind is not None and kind != found["type"]):
        raise PeopleError(404, "That message has no such component.", {"custom_id": "Unknown"})
    if found.get("disabled"):
        raise PeopleError(400, "That component is disabled.", {"custom_id": "Disabled"})
    press: Json = {"custom_id": custom_id, "component_type": found["type"], "id": found["id"]}
    if found["type"] == Kind.BUTTON:
        return press
    values = body.get("values")
    wrong = chosen_wrong(found, values, resolver)
    if wrong:
        raise PeopleError(400, f"{wrong}.", {"values": wrong})
    press["values"] = values
    if found["type"] in AUTO_SELECTS:
        press["resolved"] = resolver.resolved
    return press


def bounds(component: Json) -> tuple[int, int]:
    """How many values a select, a group of checkboxes or a file upload takes."""
    least, most = component.get("min_values"), component.get("max_values")
    if most is None:
        most = len(component["options"]) if component["type"] == Kind.CHECKBOX_GROUP else 1
    return 1 if least is None else least, most


def chosen_wrong(component: Json, values: object, resolver: Resolver) -> str:
    """What is wrong with the values chosen in a select, a group or a file upload; "" if nothing is."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return "Values are a list of text"
    if len(set(values)) != len(values):
        return "A value was chosen twice"
    least, most = bounds(component)
    if len(values) < least and not (not values and component.get("required") is False):
        return f"Choose at least {least}"
    if len(values) > most:
        return f"Choose at most {most}"
    unknown = [value for value in values if not _known(component, value, resolver)]
    return f"There is no option {unknown[0]}" if unknown else ""


def _known(component: Json, value: str, resolver: Resolver) -> bool:
    kind = component["type"]
    if kind == Kind.FILE_UPLOAD:
        return resolver.resolve("attachments", value)
    if kind in AUTO_SELECTS:
        types = component.get("channel_types") or ()
        return resolver.resolve(AUTO_SELECTS[kind], value, channel_types=types)
    return any(value == option["value"] for option in component.get("options") or [])
