"""`/green-light`: ask, withdraw."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import green_light
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import described, options, said
from bot.story.green_light import HOURS_LIMIT, PEOPLE_LIMIT

Quorum = app.Range[int, 1, PEOPLE_LIMIT]
Hours = app.Range[int, 1, HOURS_LIMIT]


def green_light_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.green_light.name"),
        description=said("command.green_light.description"),
        guild_only=True,
    )
    key = "command.green_light.ask"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "quorum", "hours", "lock"))
    @app.describe(**described(key, "quorum", "hours", "lock"))
    async def ask(
        interaction: Interaction,
        quorum: Quorum,
        hours: Hours | None = None,
        lock: bool = False,  # noqa: FBT001, FBT002 - Discord's option
    ) -> None:
        await answer(
            interaction,
            desk,
            lambda turn: green_light.ask(turn, quorum=quorum, hours=hours, lock=lock),
        )

    key = "command.green_light.withdraw"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    async def withdraw(interaction: Interaction) -> None:
        await answer(interaction, desk, green_light.withdraw)

    return group
