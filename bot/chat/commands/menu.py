"""The message menu "Add to the story"."""

from __future__ import annotations

from discord import Interaction, Message
from discord import app_commands as app

from bot.chat.actions import premises
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import said


def add_to_story(desk: Desk) -> app.ContextMenu:
    """The menu."""

    async def pick_up(interaction: Interaction, message: Message) -> None:
        await answer(interaction, desk, lambda turn: premises.pick_up(turn, message))

    menu = app.ContextMenu(name=said("command.add_to_story.name"), callback=pick_up)
    menu.guild_only = True
    return menu
