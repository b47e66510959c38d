"""Which roles, users and channels may use a command in a guild, as its managers set it.

Who then may is `people/may_use.py`. Source: "Application Command Permissions" of Discord's documentation.
"""

from __future__ import annotations

from typing import Any

from bot.local_discord.acts.commands import Commands
from bot.local_discord.errors import RestError, unknown
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.world import World
from bot.local_discord.wire.commands import command_permissions_json

__all__ = ["CHANNEL", "ROLE", "USER", "CommandPermissions"]

ROLE, USER, CHANNEL = 1, 2, 3
_MOST = 100


class CommandPermissions:
    """The permissions of commands, by guild; those under the application's id are for all of its commands."""

    def __init__(self, world: World, bus: Bus, commands: Commands) -> None:
        self._world = world
        self._bus = bus
        self._commands = commands

    def of(self, guild_id: str) -> list[Json]:
        """Those of every command that has some. Raises RestError 10004."""
        permissions = self._world.guild(guild_id).command_permissions
        return [self._json(guild_id, id_, found) for id_, found in permissions.items()]

    def get(self, guild_id: str, command_id: str) -> Json:
        """Those of one command. Raises RestError 10004, 10066 (it has none)."""
        found = self._world.guild(guild_id).command_permissions.get(command_id)
        if found is None:
            raise RestError(404, 10066, "Unknown application command permissions")
        return self._json(guild_id, command_id, found)

    def set(self, guild_id: str, command_id: str, entries: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
        """Replace those of a command (or, by its id, of the application) by `entries`; none takes them away.

        An entry is `{"id", "type": 1 role, 2 user, 3 channel, "permission": bool}`; the guild's id is
        everyone, the guild's id less one all channels. Raises RestError 10004, 10063, 50035.
        """
        guild = self._world.guild(guild_id)
        if command_id != self._world.application.id and command_id not in {
            command["id"] for command in self._commands.here(guild_id)
        }:
            raise unknown("application command")
        form, path = Form(), ("permissions",)
        read = [
            _read(form, entry, (*path, index))
            for index, entry in enumerate(form.items(entries, path, most=_MOST))
        ]
        for index, entry in enumerate(read):
            if any((entry["type"], entry["id"]) == (other["type"], other["id"]) for other in read[:index]):
                form.fail(
                    (*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"
                )
        form.check()
        if read:
            guild.command_permissions[command_id] = read
        else:
            guild.command_permissions.pop(command_id, None)
        body = self._json(guild_id, command_id, read)
        self._bus.publish(
            Event("APPLICATION_COMMAND_PERMISSIONS_UPDATE", body, Intent.ALWAYS, guild_id=guild_id)
        )
        return body

    def _json(self, guild_id: str, id_: str, permissions: list[Json]) -> Json:
        return command_permissions_json(self._world.application.id, guild_id, id_, permissions)


def _read(form: Form, entry: Json, path: Path) -> Json:
    form.one_of(entry.get("type"), (*path, "type"), (ROLE, USER, CHANNEL))
    if entry.get("permission") is None:
        form.fail((*path, "permission"), "BASE_TYPE_REQUIRED", "This field is required")
    return {
        "id": form.snowflake(entry.get("id"), (*path, "id")),
        "type": entry.get("type"),
        "permission": form.truth(entry.get("permission"), (*path, "permission")),
    }
