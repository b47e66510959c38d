"""`/import`: bring a story back."""

from __future__ import annotations

from discord import Attachment, Interaction
from discord import app_commands as app

from bot.chat.actions import imports
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import described, options, said


def import_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""

    @app.command(name=said("command.import.name"), description=said("command.import.description"))
    @app.guild_only()
    @app.rename(**options("command.import", "file"))
    @app.describe(**described("command.import", "file"))
    async def bring(interaction: Interaction, file: Attachment) -> None:
        await answer(interaction, desk, lambda turn: imports.import_room(turn, file))

    return bring
