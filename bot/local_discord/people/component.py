"""A button pressed, a select changed: checked against the message as it stands."""

from __future__ import annotations

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.components import AUTO_SELECTS, Kind, walk
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.reply import Json

__all__ = ["chosen_wrong", "read_press"]


def read_press(resolver: Resolver, components: list[Json], body: Json) -> Json:
    """The `data` of a component interaction. Raises PeopleError 400, 404."""
    custom_id = body.get("custom_id")
    found = next((one for one in walk(components) if custom_id and one.get("custom_id") == custom_id), None)
    if found is None or body.get("component_type") not in {None, found["type"]}:
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


def chosen_wrong(component: Json, values: object, resolver: Resolver) -> str:
    """What is wrong with the values chosen in a select or a group of checkboxes; "" if nothing is."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return "Values are a list of text"
    if len(set(values)) != len(values):
        return "A value was chosen twice"
    least = component.get("min_values", 1)
    most = component.get(
        "max_values", len(component.get("options") or []) if component["type"] == Kind.CHECKBOX_GROUP else 1
    )
    if len(values) < least and not (not values and component.get("required") is False):
        return f"Choose at least {least}"
    if len(values) > most:
        return f"Choose at most {most}"
    kind = AUTO_SELECTS.get(component["type"])
    if kind is not None:
        unknown = [value for value in values if not resolver.resolve(kind, value)]
    else:
        unknown = [
            value for value in values if value not in [one["value"] for one in component.get("options") or []]
        ]
    return f"There is no option {unknown[0]}" if unknown else ""
