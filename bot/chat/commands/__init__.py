"""The slash commands and the message menu: declared here, carried out in `bot.chat.actions`."""

from __future__ import annotations

from discord.app_commands import CommandTree

from bot.chat.commands.export import export_command
from bot.chat.commands.menu import add_to_story
from bot.chat.commands.premise import premise_group
from bot.chat.commands.room import room_group
from bot.chat.commands.synopsis import synopsis_command
from bot.chat.desk import Desk


def declare(tree: CommandTree, desk: Desk) -> None:
    """Put every command into the tree."""
    tree.add_command(room_group(desk))
    tree.add_command(premise_group(desk))
    tree.add_command(synopsis_command(desk))
    tree.add_command(export_command(desk))
    tree.add_command(add_to_story(desk))
