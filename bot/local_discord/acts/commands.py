"""The application's commands as registered: global and guild, with ids that survive a bulk overwrite.

Limits: "Application Commands" of Discord's documentation; 15 menus of each kind: its OpenAPI document.
How many may be created in a day is `limits/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.local_discord.errors import RestError, unknown
from bot.local_discord.forms.command import CHAT_INPUT, MESSAGE_MENU, USER_MENU, read_command
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.world import World

__all__ = ["Commands"]

_LIMITS = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}


class Commands:
    """Commands by scope: "" is global, else a guild's id. `changed` is called after every change."""

    def __init__(self, world: World, make_id: Callable[[], str], changed: Callable[[], None]) -> None:
        self._world = world
        self._make_id = make_id
        self._changed = changed
        self._scopes = world.commands

    def all(self) -> list[Json]:
        """Every command, global first."""
        return [command for scope in sorted(self._scopes) for command in self.of(scope)]

    def here(self, guild_id: str | None) -> list[Json]:
        """The commands in a guild, or (None) in direct messages: global first. Where the bot is not: none."""
        if guild_id is None:
            return self.of("")
        guild = self._world.guilds.get(guild_id)
        if guild is None or self._world.application.bot_id not in guild.members:
            return []
        return self.of("") + self.of(guild_id)

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
        """Replace a scope's commands; a command that keeps its id, or type and name, keeps its id.

        Raises RestError 50035 (fields), 30032 (too many).
        """
        form = Form()
        taken: set[tuple[int, str]] = set()
        read: list[Json] = []
        for index, body in enumerate(bodies):
            command = read_command(form, body, (index,), of_guild=bool(scope))
            read.append(command)
            if command and _key(command) in taken:
                _name_taken(form, (index, "name"))
            taken.add(_key(command) if command else (0, ""))
        form.check()
        _check_number(read)
        known = {_key(command): command["id"] for command in self.of(scope)}
        ids: list[str | None] = []
        for body, command in zip(bodies, read, strict=True):
            given = str(body.get("id"))
            found = given if given in self._scopes.get(scope, {}) else known.get(_key(command))
            ids.append(None if found in ids else found)
        kept = [self._kept(scope, command, id_) for command, id_ in zip(read, ids, strict=True)]
        gone = self._scopes.get(scope, {}).keys() - {command["id"] for command in kept}
        self._scopes[scope] = {command["id"]: command for command in kept}
        self._forget(gone)
        self._changed()
        return kept

    def create(self, scope: str, body: Json) -> tuple[Json, bool]:
        """Register one command, replacing one of the same type and name; and whether it is new.

        Raises RestError 50035 (fields), 30032 (too many).
        """
        form = Form()
        command = read_command(form, body, of_guild=bool(scope))
        form.check()
        ids = {_key(each): each["id"] for each in self.of(scope)}
        known = ids.get(_key(command))
        if known is None:
            _check_number([*self.of(scope), command])
        kept = self._kept(scope, command, known)
        self._scopes.setdefault(scope, {})[kept["id"]] = kept
        self._changed()
        return kept, known is None

    def edit(self, scope: str, command_id: str, body: Json) -> Json:
        """Change one command. Raises RestError 10063, 50035."""
        before = self.get(scope, command_id)
        form = Form()
        command = read_command(form, {**before, **body, "type": before["type"]}, of_guild=bool(scope))
        others = {_key(each) for each in self.of(scope) if each["id"] != command_id}
        if command and _key(command) in others:
            _name_taken(form, ("name",))
        form.check()
        kept = self._kept(scope, command, command_id)
        self._scopes[scope][command_id] = kept
        self._changed()
        return kept

    def delete(self, scope: str, command_id: str) -> None:
        """Remove one command. Raises RestError 10063."""
        self.get(scope, command_id)
        del self._scopes[scope][command_id]
        self._forget({command_id})
        self._changed()

    def _forget(self, gone: Iterable[str]) -> None:
        """Drop the permissions of commands that are no more."""
        for guild in self._world.guilds.values():
            for command_id in gone:
                guild.command_permissions.pop(command_id, None)

    def _kept(self, scope: str, command: Json, command_id: str | None) -> Json:
        kept: Json = {
            "id": command_id or self._make_id(),
            "application_id": self._world.application.id,
            "version": self._make_id(),
            **command,
        }
        return {**kept, "guild_id": scope} if scope else kept


def _key(command: Json) -> tuple[int, str]:
    return (command["type"], command["name"])


def _name_taken(form: Form, path: Path) -> None:
    form.fail(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")


def _check_number(commands: list[Json]) -> None:
    for kind, most in _LIMITS.items():
        if sum(command["type"] == kind for command in commands) > most:
            raise RestError(400, 30032, f"Maximum number of application commands reached ({most})")
