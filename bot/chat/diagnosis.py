"""What Discord says about this bot, over REST and by one look at the gateway; for `storyroom check`.

Nothing is changed, no interaction is answered, and the gateway is not identified to, of which a day has only
so many. It judges nothing: what is good enough is `bot.check`'s business.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from discord import Permissions
from discord.http import Route

from bot.chat.address import point_at
from bot.chat.asking import asking
from bot.chat.client import StoryroomClient
from bot.chat.commands import declare
from bot.chat.desk import Desk
from bot.chat.permissions import TO_OPEN, invite
from bot.chat.said import CatalogueTranslator
from bot.errors import SetupError

SERVERS_LIMIT = 200  # Discord names no more in one answer

_HELLO = 10  # the opcode of the gateway's first frame
_NEEDLESS = {
    "message content": ("gateway_message_content", "gateway_message_content_limited"),
    "server members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "presence": ("gateway_presence", "gateway_presence_limited"),
}


@dataclass(frozen=True, slots=True)
class Application:
    """Who the token is. `needless`: the privileged intents that are on, of which none is needed."""

    id: int
    name: str
    bot: str
    invite: str
    needless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the bot is in, and the permissions it lacks there, in Discord's words."""

    id: int
    name: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commands:
    """Payloads of commands: what would be sent, and what Discord answers."""

    ours: Sequence[Mapping[str, Any]]
    known: Sequence[Mapping[str, Any]]


class Diagnosis:
    """A bot that is signed in over REST and does nothing but read."""

    def __init__(self, client: StoryroomClient) -> None:
        self._client = client

    def application(self) -> Application:
        """Which application and bot the token belongs to."""
        found, user = self._client.application, self._client.user
        if found is None or user is None:
            raise SetupError("Discord does not say whose token this is.")
        flags = found.flags
        needless = tuple(name for name, bits in _NEEDLESS.items() if any(getattr(flags, bit) for bit in bits))
        return Application(found.id, found.name, str(user), invite(found.id), needless)

    async def servers(self) -> list[Server]:
        """The servers, at most SERVERS_LIMIT; permissions are the roles', without channels' exceptions.

        Raises:
            SetupError: Discord does not say.

        """
        with asking():
            found = await self._client.http.get_guilds(SERVERS_LIMIT, with_counts=False)
        return [_server(cast("Mapping[str, Any]", each)) for each in found]

    async def recommended_shards(self) -> int:
        """How many shards Discord recommends.

        Raises:
            SetupError: Discord does not say.

        """
        with asking():
            count, _, _ = await self._client.http.get_bot_gateway()
        return count

    async def commands(self, guild: int | None) -> Commands:
        """The commands as Discord knows them, global or a server's, and as this program has them.

        Raises:
            SetupError: Discord does not say, as for a server that the bot is not in.

        """
        # The commands are compared, never called: there is nobody at their desk.
        declare(self._client.tree, cast("Desk", None))
        ours = [
            await command.get_translated_payload(self._client.tree, CatalogueTranslator())
            for command in self._client.tree.get_commands()
        ]
        path = "/applications/{application_id}" + ("" if guild is None else "/guilds/{guild_id}")
        application = self._client.application_id
        route = Route("GET", f"{path}/commands", application_id=application, guild_id=guild or 0)
        with asking():
            # Without this, Discord leaves the localisations out.
            known = await self._client.http.request(route, params={"with_localizations": "true"})
        return Commands(ours, known)


@asynccontextmanager
async def signed_in(token: str, *, api: str, gateway: str) -> AsyncIterator[Diagnosis]:
    """Sign in over REST, and out again.

    Raises:
        SetupError: there is no token, Discord does not know it, or Discord cannot be reached.

    """
    point_at(api, gateway)
    client = StoryroomClient()
    try:
        with asking():
            await client.sign_in(token)
        yield Diagnosis(client)
    finally:
        await client.close()


async def greets(gateway: str) -> None:
    """See that the gateway says hello. It is told nothing, so that nothing is counted.

    Raises:
        SetupError: it cannot be reached, or is none.

    """
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(gateway, params={"v": "10", "encoding": "json"}) as socket,
        ):
            first = json.loads(await socket.receive_str())
    except (aiohttp.ClientError, OSError, TypeError, ValueError) as error:
        raise SetupError("Discord's gateway cannot be reached.") from error
    if not isinstance(first, dict) or first.get("op") != _HELLO:
        raise SetupError("The gateway's address does not answer as Discord's gateway does.")


def _server(found: Mapping[str, Any]) -> Server:
    held = Permissions(int(found["permissions"]))
    lacking = Permissions(0 if held.administrator else TO_OPEN.value & ~held.value)
    missing = tuple(name.replace("_", " ").title() for name, needed in lacking if needed)
    return Server(int(found["id"]), str(found["name"]), missing)
