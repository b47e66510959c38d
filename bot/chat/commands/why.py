"""`/why`: what was sent for a take."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import why as actions
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import described, options, said
from bot.story.rounds import LETTERS, ROUNDS_LIMIT

RoundNumber = app.Range[int, 1, ROUNDS_LIMIT]


def why_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    key = "command.why"

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "take", "round"))
    @app.describe(**described(key, "take", "round"))
    @app.choices(take=[app.Choice(name=letter, value=letter) for letter in LETTERS])
    async def why(
        interaction: Interaction,
        take: str,
        round: RoundNumber | None = None,  # noqa: A002 - the option's name
    ) -> None:
        await answer(interaction, desk, lambda turn: actions.show(turn, round_number=round, letter=take))

    return why
