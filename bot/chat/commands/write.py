"""`/write`: a level of the story, and what can be done to its draft."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import levels
from bot.chat.actions.levels import Act
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.story.levels import Level
from bot.story.rounds import TAKES_LIMIT

Takes = app.Range[int, 1, TAKES_LIMIT]


def write_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    key = "command.write"

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "level", "act", "takes"))
    @app.describe(**described(key, "level", "act", "takes"))
    @app.choices(level=choices("level", [*Level]), act=choices("act", [*Act]))
    async def write(
        interaction: Interaction, level: str, act: str = Act.WRITE.value, takes: Takes | None = None
    ) -> None:
        await answer(
            interaction, desk, lambda turn: levels.write(turn, Level(level), act=Act(act), takes=takes)
        )

    return write
