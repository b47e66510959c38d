"""Which command a person means: by id, or by its name with the sub-command path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.command import CHAT_INPUT, SUB_COMMAND, SUB_COMMAND_GROUP
from bot.local_discord.reply import Json

__all__ = ["Found", "find_command"]

_NESTING = {SUB_COMMAND, SUB_COMMAND_GROUP}


@dataclass(frozen=True)
class Found:
    """A command, the sub-commands (as registered) down to the part that runs, and the values given to it."""

    command: Json
    steps: list[Json]
    values: Json

    @property
    def options(self) -> list[Json]:
        """The options of the part that runs."""
        return (self.steps[-1] if self.steps else self.command).get("options") or []


def find_command(commands: list[Json], body: Json) -> Found:
    """What `body` names. Raises PeopleError 404 (no such command), 400 (no such sub-command)."""
    command, path = _top(commands, body)
    values = body.get("options") or {}
    if isinstance(values, list):
        nested, values = _unnested(values)
        path = path + nested
    if not isinstance(values, dict):
        raise PeopleError(400, "Options are an object of names and values.", {"options": "Not an object"})
    if command["type"] != CHAT_INPUT:
        return Found(command, [], {})
    steps: list[Json] = []
    options = command["options"]
    for name in path:
        step = next((one for one in options if one["name"] == name and one["type"] in _NESTING), None)
        if step is None:
            raise PeopleError(
                400, f"/{command['name']} has no sub-command {name}.", {"command": "Unknown sub-command"}
            )
        steps.append(step)
        options = step.get("options") or []
    if any(one["type"] in _NESTING for one in options):
        known = ", ".join(one["name"] for one in options)
        raise PeopleError(400, f"Say which sub-command: {known}.", {"command": "Incomplete"})
    return Found(command, steps, values)


def _top(commands: list[Json], body: Json) -> tuple[Json, list[str]]:
    path = body.get("path") or []
    path = path.split() if isinstance(path, str) else path
    if not isinstance(path, list):
        raise PeopleError(400, "A path is a list of names.", {"path": "Not a list"})
    path = [str(step) for step in path]
    # A guild's command hides a global one of the same name: the last wins.
    if body.get("command_id") is not None:
        for command in commands:
            if command["id"] == str(body["command_id"]):
                return command, path
        raise PeopleError(404, "There is no such command.", {"command_id": "Unknown"})
    text = str(body.get("command") or body.get("name") or "").removeprefix("/")
    kind = body.get("command_type")
    if kind in (None, CHAT_INPUT) and text.split():
        name, *rest = text.split()
        for command in reversed(commands):
            if command["type"] == CHAT_INPUT and command["name"] == name:
                return command, rest + path
    for command in reversed(commands):
        if command["name"] == text and command["type"] != CHAT_INPUT and kind in (None, command["type"]):
            return command, []
    raise PeopleError(404, f"There is no command {text or '(none named)'}.", {"command": "Unknown"})


def _unnested(options: list[Any]) -> tuple[list[str], Json]:
    """Discord's nested list as a path and the last part's values."""
    path: list[str] = []
    while len(options) == 1 and isinstance(options[0], dict) and options[0].get("type") in tuple(_NESTING):
        path.append(str(options[0].get("name")))
        inner = options[0].get("options") or []
        options = inner if isinstance(inner, list) else []
    return path, {str(one.get("name")): one.get("value") for one in options if isinstance(one, dict)}
