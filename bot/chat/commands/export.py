"""`/export`: take the story away."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import exports
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said


def export_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""

    @app.command(name=said("command.export.name"), description=said("command.export.description"))
    @app.guild_only()
    @app.rename(**options("command.export", "format"))
    @app.describe(**described("command.export", "format"))
    @app.choices(format=choices("command.export.formats", [*exports.CHOICES]))
    async def export(interaction: Interaction, format: str = "both") -> None:  # noqa: A002 - the option's name
        await answer(interaction, desk, lambda turn: exports.export(turn, form=format))

    return export
