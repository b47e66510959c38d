"""How many application commands a request would add: Discord counts new ones, 200 a day and scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.local_discord.acts.commands import Commands
from bot.local_discord.limits.table import shape

__all__ = ["new_commands"]

_ROUTES = {
    f"{method} {path}"
    for method in ("PUT", "POST")
    for path in ("/applications/{}/commands", "/applications/{}/guilds/{}/commands")
}


def new_commands(commands: Commands, route: str, where: Mapping[str, str], body: Any) -> int:  # noqa: ANN401 - any JSON
    """The number of commands in `body` that are not registered, by type and name."""
    if shape(route) not in _ROUTES:
        return 0
    sent = [one for one in (body if isinstance(body, list) else [body]) if isinstance(one, dict)]
    known = {(str(one["type"]), str(one["name"])) for one in commands.of(where.get("guild_id", ""))}
    return sum((str(one.get("type", 1)), str(one.get("name"))) not in known for one in sent)
