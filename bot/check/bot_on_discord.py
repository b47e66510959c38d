"""Whether Discord knows the bot: its token, its servers and permissions there, its commands, the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.chat.diagnosis import SERVERS_LIMIT, Application, Diagnosis, Server, greets, signed_in
from bot.check.bounds import Bounds, within
from bot.check.compare_commands import difference
from bot.check.report import Finding, missing, ok, warning
from bot.settings import Settings

NAMED = 5  # servers or commands named in one line

_SYNC = "Run `storyroom commands sync`."


async def findings(settings: Settings, bounds: Bounds) -> list[Finding]:
    """Everything about Discord."""
    over_rest, gateway = await asyncio.gather(
        _over_rest(settings, bounds),
        within(bounds.answer, "Discord's gateway", _gateway(settings)),
    )
    return over_rest + gateway


async def _over_rest(settings: Settings, bounds: Bounds) -> list[Finding]:
    """One sign-in for everything that is asked over REST."""
    token = settings.discord_token.get_secret_value().strip()
    signing_in = signed_in(token, api=settings.discord_api, gateway=settings.discord_gateway)
    signed: list[Diagnosis] = []

    async def sign_in() -> Sequence[Finding]:
        signed.append(await stack.enter_async_context(signing_in))
        return _application(signed[0].application())

    async with AsyncExitStack() as stack:
        found = await within(bounds.answer, "Discord", sign_in())
        if signed:
            servers, commands, shards = await asyncio.gather(
                within(bounds.answer, "Discord's list of servers", _servers(signed[0], settings)),
                within(bounds.answer, "Discord's list of commands", _commands(signed[0], settings)),
                within(bounds.answer, "Discord's number of shards", _shards(signed[0], settings)),
            )
            found += servers + commands + shards
    return found


def _application(found: Application) -> list[Finding]:
    findings = [
        ok(f"The token is that of the bot {found.bot}, application “{found.name}” ({found.id})."),
        ok(f"The invitation with the least permissions: {found.invite}"),
    ]
    if found.needless:
        names = " and ".join(found.needless)
        findings.append(
            warning(f"Privileged intents are on that nothing here needs: {names}. They may be turned off.")
        )
    else:
        findings.append(ok("No privileged intent is on, and none is needed."))
    return findings


async def _servers(diagnosis: Diagnosis, settings: Settings) -> list[Finding]:
    servers = await diagnosis.servers()
    if not servers:
        return [missing("The bot is in no server. Open the invitation and choose one.")]
    more = " or more" if len(servers) == SERVERS_LIMIT else ""
    count = "1 server" if len(servers) == 1 else f"{len(servers)}{more} servers"
    findings = [ok(f"The bot is in {count}: {_few([server.name for server in servers])}.")]
    wanted = settings.discord_guild
    if wanted is not None and wanted not in {server.id for server in servers} and not more:
        findings.append(missing(f"The bot is not in the server of STORYROOM_DISCORD_GUILD, {wanted}."))
    return findings + [_permissions(server) for server in servers if server.missing]


def _permissions(server: Server) -> Finding:
    return missing(
        f"In {server.name} the bot lacks: {', '.join(server.missing)}. "
        "Give its role these, or open the invitation again."
    )


async def _shards(diagnosis: Diagnosis, settings: Settings) -> list[Finding]:
    if settings.shards == "auto":
        return []
    recommended, shards = await diagnosis.recommended_shards(), int(settings.shards)
    if recommended <= shards:
        return []
    return [
        warning(
            f"Discord recommends {recommended} shards, and STORYROOM_SHARDS is {shards}. Set it to as many, "
            "the same for every gateway process; docs/gateways.md says how to change it."
        )
    ]


async def _commands(diagnosis: Diagnosis, settings: Settings) -> list[Finding]:
    commands = await diagnosis.commands(settings.discord_guild)
    found = difference(commands.ours, commands.known)
    whose = "" if settings.discord_guild is None else f" in the server {settings.discord_guild}"
    if len(found.unknown) == found.total:
        return [missing(f"Discord was never told the commands{whose}. {_SYNC}")]
    findings = []
    if found.unknown:
        findings.append(missing(f"Discord does not know {_few(found.unknown)}{whose}. {_SYNC}"))
    if found.older:
        findings.append(
            missing(f"Discord knows {_few(found.older)}{whose} otherwise than this program does. {_SYNC}")
        )
    if found.surplus:
        findings.append(
            warning(f"Discord shows commands that this program does not have: {_few(found.surplus)}. {_SYNC}")
        )
    return findings or [ok(f"Discord knows the {found.total} commands{whose} as they are here.")]


async def _gateway(settings: Settings) -> list[Finding]:
    await greets(settings.discord_gateway)
    return [ok("Discord's gateway answers.")]


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"
