"""The application's commands as registered: global and guild, with ids that survive a bulk overwrite.

Limits: "Application Commands" of Discord's documentation.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.local_discord.errors import RestError, unknown
from bot.local_discord.forms.command import read_command
from bot.local_discord.forms.form import Form
from bot.local_discord.reply import Json
from bot.local_discord.state.world import World

__all__ = ["Commands"]

_CHAT_INPUT_LIMIT = 100
_DEFAULTS: Json = {
    "type": 1,
    "name_localizations": None,
    "description": "",
    "description_localizations": None,
    "options": [],
    "default_member_permissions": None,
    "dm_permission": True,
    "nsfw": False,
    "contexts": None,
    "integration_types": [0],
}


class Commands:
    """Commands by scope: "" is global, else a guild's id. `changed` is called after every change."""

    def __init__(self, world: World, make_id: Callable[[], str], changed: Callable[[], None]) -> None:
        self._application_id = world.application.id
        self._make_id = make_id
        self._changed = changed
        self._scopes = world.commands

    def all(self) -> list[Json]:
        """Every command, global first."""
        return [command for scope in sorted(self._scopes) for command in self.of(scope)]

    def here(self, guild_id: str | None) -> list[Json]:
        """The commands that may be used in a guild, or (None) in direct messages: global first."""
        return self.of("") + (self.of(guild_id) if guild_id else [])

    def of(self, scope: str) -> list[Json]:
        """The commands of one scope, in order of registration."""
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: str, command_id: str) -> Json:
        """One command, or RestError 10063."""
        try:
            return self._scopes[scope][command_id]
        except KeyError:
            raise unknown("application command") from None

    def overwrite(self, scope: str, bodies: list[Json]) -> list[Json]:
        """Replace a scope's commands; a command that keeps type and name keeps its id."""
        form = Form()
        names: set[tuple[int, str]] = set()
        for index, body in enumerate(bodies):
            read_command(form, body, (index,))
            key = _key(body)
            if key in names:
                form.fail(
                    (index, "name"),
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique",
                )
            names.add(key)
        form.check()
        if sum(_key(body)[0] == 1 for body in bodies) > _CHAT_INPUT_LIMIT:
            raise RestError(
                400, 30032, f"Maximum number of application commands reached ({_CHAT_INPUT_LIMIT})."
            )
        ids = {_key(command): command["id"] for command in self.of(scope)}
        commands = [self._command(scope, body, ids.get(_key(body))) for body in bodies]
        self._scopes[scope] = {command["id"]: command for command in commands}
        self._changed()
        return commands

    def create(self, scope: str, body: Json) -> tuple[Json, bool]:
        """Register one command, replacing one of the same type and name; and whether it is new."""
        form = Form()
        read_command(form, body, ())
        form.check()
        ids = {_key(command): command["id"] for command in self.of(scope)}
        known = ids.get(_key(body))
        command = self._command(scope, body, known)
        self._scopes.setdefault(scope, {})[command["id"]] = command
        self._changed()
        return command, known is None

    def edit(self, scope: str, command_id: str, body: Json) -> Json:
        """Change one command."""
        merged = {**self.get(scope, command_id), **body}
        form = Form()
        read_command(form, merged, ())
        form.check()
        command = self._command(scope, merged, command_id)
        self._scopes[scope][command_id] = command
        self._changed()
        return command

    def delete(self, scope: str, command_id: str) -> None:
        """Remove one command."""
        self.get(scope, command_id)
        del self._scopes[scope][command_id]
        self._changed()

    def _command(self, scope: str, body: Json, command_id: str | None) -> Json:
        command = {key: body.get(key, default) for key, default in _DEFAULTS.items()}
        command["options"] = command["options"] or []
        command["integration_types"] = command["integration_types"] or [0]
        permissions = command["default_member_permissions"]
        command["default_member_permissions"] = None if permissions is None else str(permissions)
        command |= {
            "id": command_id or self._make_id(),
            "application_id": self._application_id,
            "version": self._make_id(),
            "name": body["name"],
        }
        if scope:
            command["guild_id"] = scope
        return command


def _key(body: Json) -> tuple[int, str]:
    kind = body.get("type", 1)
    return (kind if isinstance(kind, int) else 1, str(body.get("name")))
