"""What tests of messages share: where they go, what is forbidden, and the code of a refusal."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.local_discord.seed import GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

MESSAGES = f"/channels/{WRITERS_ROOM}/messages"


def forbid(local: LocalDiscord, *permissions: discord.Permissions, channel: str = WRITERS_ROOM) -> None:
    """Take permissions from everyone in the channel."""
    deny = 0
    for one in permissions:
        deny |= one.value
    here = local.parts.world.channels[channel]
    local.parts.places.guilds.set_overwrites(here, {here.guild_id or "": (0, deny)})


def only(**permission: bool) -> discord.Permissions:
    return discord.Permissions(**permission)


async def code_of(attempt: Any) -> int:
    with pytest.raises(discord.HTTPException) as refusal:
        await attempt
    return refusal.value.code


def bot_role(local: LocalDiscord) -> str:
    guild = local.parts.world.guilds[GUILD]
    return next(role.id for role in guild.roles.values() if role.bot_id)
