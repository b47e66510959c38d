"""Who may use which command where."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.errors import RestError
from bot.local_discord.permissions import Permission
from bot.local_discord.seed import (
    ANA,
    APPLICATION,
    BO,
    CLASS,
    DEE,
    FILM_CLUB,
    GAMES,
    GUILD,
    LOBBY,
    PREMISES,
    PRODUCERS,
    TEACHER,
    WRITER,
    WRITERS_ROOM,
)
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import Overwrite
from tests.bot.local_discord.person import Person, Refused

from .conftest import Wire

ASK = {"name": "ask", "description": "Ask"}
MODERATE = {"name": "moderate", "description": "d", "default_member_permissions": 1 << 13}
CLOSED = {"name": "closed", "description": "d", "default_member_permissions": 0}
NSFW = {"name": "late", "description": "d", "nsfw": True}
DIRECT = {"name": "whisper", "description": "d", "contexts": [1]}
ROLE, USER, CHANNEL = 1, 2, 3


@pytest.fixture
async def named(wire: Wire) -> dict[str, str]:
    """Every command's id by its name."""
    found = await wire.registers(ASK, MODERATE, CLOSED, NSFW, DIRECT)
    return {command["name"]: command["id"] for command in found}


async def usable(person: Person, channel: str) -> set[str]:
    found = await person.call("GET", f"/people/v1/channels/{channel}/commands", user=person.user)
    return {command["name"] for command in found}


def entry(kind: int, one_id: str, *, allowed: bool) -> dict[str, Any]:
    return {"type": kind, "id": one_id, "permission": allowed}


@pytest.mark.usefixtures("named")
async def test_default_permissions_and_contexts_decide(ana: Person, bo: Person) -> None:
    everything = {"ask", "moderate", "closed"}
    assert await usable(ana, WRITERS_ROOM) == everything  # the owner of the guild
    assert await usable(bo, WRITERS_ROOM) == {"ask"}
    with pytest.raises(Refused) as refusal:
        await bo.command(WRITERS_ROOM, "moderate")
    assert refusal.value.status == 403
    assert refusal.value.body["message"] == "You do not have permission to use this command here."
    with pytest.raises(Refused) as refusal:
        await ana.command(WRITERS_ROOM, "whisper")
    assert refusal.value.body["message"] == "This command is not for servers."


@pytest.mark.usefixtures("named")
async def test_an_age_restricted_command_wants_such_a_channel(bo: Person, local: LocalDiscord) -> None:
    assert "late" not in await usable(bo, GAMES)
    local.parts.world.channels[GAMES].nsfw = True
    assert "late" in await usable(bo, GAMES)


@pytest.mark.usefixtures("named")
async def test_overwrites_of_the_channel_take_commands_away(bo: Person, local: LocalDiscord) -> None:
    no_commands = Overwrite(WRITER, 0, deny=int(Permission.USE_APPLICATION_COMMANDS))
    local.parts.world.channels[CLASS].overwrites[WRITER] = no_commands
    assert await usable(bo, CLASS) == set()
    with pytest.raises(Refused) as refusal:
        await bo.command(CLASS, "ask")
    assert (refusal.value.status, refusal.value.body["message"]) == (
        403,
        "You may not use commands in this channel.",
    )
    local.parts.world.channels[GAMES].overwrites[GUILD] = Overwrite(
        GUILD, 0, deny=int(Permission.SEND_MESSAGES)
    )
    with pytest.raises(Refused) as refusal:
        await bo.command(GAMES, "ask")
    assert refusal.value.body["message"] == "You cannot send messages in this channel."


@pytest.mark.usefixtures("named")
async def test_where_one_sees_nothing_one_does_nothing(bo: Person, wire: Wire) -> None:
    for body in (
        {"type": 2, "channel_id": PRODUCERS, "command": "ask"},
        {"type": 2, "channel_id": "12", "command": "ask"},
        {"type": 2, "command": "ask"},
    ):
        with pytest.raises(Refused) as refusal:
            await bo.interact(**body)
        assert refusal.value.status == 404
    with pytest.raises(Refused) as refusal:
        await bo.command(PREMISES, "ask")
    assert refusal.value.status == 403
    assert wire.told == []


@pytest.mark.usefixtures("named")
async def test_who_is_timed_out_uses_no_commands(bo: Person, local: LocalDiscord) -> None:
    member = local.parts.world.guilds[GUILD].members[BO]
    member.timeout_until = local.parts.clock() + 60
    with pytest.raises(Refused) as refusal:
        await bo.command(WRITERS_ROOM, "ask")
    assert refusal.value.status == 403


async def test_what_is_set_for_a_command_stands_over_its_default(
    bo: Person, named: dict[str, str], local: LocalDiscord
) -> None:
    permissions = local.parts.command_permissions
    permissions.set(GUILD, named["moderate"], [entry(ROLE, WRITER, allowed=True)])
    permissions.set(GUILD, named["ask"], [entry(ROLE, GUILD, allowed=False)])
    assert await usable(bo, WRITERS_ROOM) == {"moderate"}
    permissions.set(GUILD, named["ask"], [entry(ROLE, GUILD, allowed=False), entry(USER, BO, allowed=True)])
    assert await usable(bo, WRITERS_ROOM) == {"ask", "moderate"}
    permissions.set(GUILD, named["ask"], [])
    assert await usable(bo, WRITERS_ROOM) == {"ask", "moderate"}


async def test_of_two_roles_the_one_that_allows_is_enough(
    bo: Person, named: dict[str, str], local: LocalDiscord
) -> None:
    local.parts.world.guilds[GUILD].members[BO].roles.append(TEACHER)
    entries = [entry(ROLE, WRITER, allowed=False), entry(ROLE, TEACHER, allowed=True)]
    local.parts.command_permissions.set(GUILD, named["closed"], entries)
    assert "closed" in await usable(bo, WRITERS_ROOM)


async def test_channels_are_allowed_one_by_one_or_all(
    bo: Person, named: dict[str, str], local: LocalDiscord
) -> None:
    everywhere = str(int(GUILD) - 1)
    entries = [entry(CHANNEL, everywhere, allowed=False), entry(CHANNEL, GAMES, allowed=True)]
    local.parts.command_permissions.set(GUILD, named["ask"], entries)
    assert "ask" in await usable(bo, GAMES)
    assert "ask" not in await usable(bo, WRITERS_ROOM)


async def test_what_is_set_for_the_application_narrows_only(
    bo: Person, named: dict[str, str], local: LocalDiscord
) -> None:
    permissions = local.parts.command_permissions
    permissions.set(GUILD, APPLICATION, [entry(ROLE, WRITER, allowed=True)])
    assert await usable(bo, WRITERS_ROOM) == {"ask"}
    permissions.set(GUILD, APPLICATION, [entry(ROLE, WRITER, allowed=False)])
    assert await usable(bo, WRITERS_ROOM) == set()
    permissions.set(GUILD, named["ask"], [entry(ROLE, WRITER, allowed=True)])
    assert await usable(bo, WRITERS_ROOM) == {"ask"}


async def test_what_was_set_goes_with_its_command(
    wire: Wire, named: dict[str, str], local: LocalDiscord
) -> None:
    for name in ("ask", "closed"):
        local.parts.command_permissions.set(GUILD, named[name], [entry(USER, DEE, allowed=True)])
    await wire.asks.rest("DELETE", f"/applications/{APPLICATION}/commands/{named['ask']}")
    assert list(local.parts.world.guilds[GUILD].command_permissions) == [named["closed"]]
    await wire.asks.rest("PUT", f"/applications/{APPLICATION}/commands", json=[])
    assert local.parts.world.guilds[GUILD].command_permissions == {}


async def test_a_guilds_command_is_known_in_that_guild_alone(ana: Person, wire: Wire) -> None:
    await wire.registers({"name": "here", "description": "d"}, guild=FILM_CLUB)
    assert await usable(ana, LOBBY) == {"here"}
    assert await usable(ana, WRITERS_ROOM) == set()
    with pytest.raises(Refused) as refusal:
        await ana.command(WRITERS_ROOM, "here")
    assert refusal.value.status == 404


async def test_the_bot_reads_permissions_and_does_not_set_them(
    wire: Wire, named: dict[str, str], local: LocalDiscord
) -> None:
    base = f"/applications/{APPLICATION}/guilds/{GUILD}/commands"
    assert (await wire.asks.rest("GET", f"{base}/permissions")).body == []
    one = await wire.asks.rest("GET", f"{base}/{named['ask']}/permissions")
    assert (one.status, one.body["code"]) == (404, 10066)
    local.parts.command_permissions.set(GUILD, named["ask"], [entry(USER, DEE, allowed=True)])
    expected = {
        "id": named["ask"],
        "application_id": APPLICATION,
        "guild_id": GUILD,
        "permissions": [entry(USER, DEE, allowed=True)],
    }
    assert (await wire.asks.rest("GET", f"{base}/permissions")).body == [expected]
    assert (await wire.asks.rest("GET", f"{base}/{named['ask']}/permissions")).body == expected
    put = await wire.asks.rest("PUT", f"{base}/{named['ask']}/permissions", json={"permissions": []})
    assert (put.status, put.body["code"]) == (403, 20001)


@pytest.mark.parametrize(
    "entries",
    [
        "all",
        [7],
        [{"type": 4, "id": ANA, "permission": True}],
        [{"type": 2, "id": "ana", "permission": True}],
        [{"type": 2, "id": ANA}],
        [{"type": 2, "id": ANA, "permission": True}] * 2,
    ],
)
async def test_permissions_that_are_none_are_refused(
    named: dict[str, str], local: LocalDiscord, entries: object
) -> None:
    with pytest.raises(RestError) as refusal:
        local.parts.command_permissions.set(GUILD, named["ask"], entries)
    assert refusal.value.code == 50035
    assert local.parts.world.guilds[GUILD].command_permissions == {}
