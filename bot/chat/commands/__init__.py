"""The slash commands and the message menu: declared here, carried out in `bot.chat.actions`."""

from __future__ import annotations

from discord.app_commands import CommandTree

from bot.chat.commands.ballot import ballot_group
from bot.chat.commands.card import bible_command, card_group
from bot.chat.commands.export import export_command
from bot.chat.commands.green_light import green_light_group
from bot.chat.commands.imports import import_command
from bot.chat.commands.menu import add_to_story
from bot.chat.commands.note import note_group
from bot.chat.commands.premise import premise_group
from bot.chat.commands.readings import coverage_command, interview_command, previously_command
from bot.chat.commands.rewrite import rewrite_group
from bot.chat.commands.room import room_group
from bot.chat.commands.structure import structure_group
from bot.chat.commands.synopsis import synopsis_command
from bot.chat.commands.tree import tree_commands
from bot.chat.commands.why import why_command
from bot.chat.commands.write import write_command
from bot.chat.desk import Desk


def declare(tree: CommandTree, desk: Desk) -> None:
    """Put every command into the tree."""
    tree.add_command(room_group(desk))
    tree.add_command(premise_group(desk))
    tree.add_command(bible_command(desk))
    tree.add_command(card_group(desk))
    tree.add_command(synopsis_command(desk))
    tree.add_command(write_command(desk))
    tree.add_command(rewrite_group(desk))
    tree.add_command(interview_command(desk))
    tree.add_command(coverage_command(desk))
    tree.add_command(previously_command(desk))
    tree.add_command(structure_group(desk))
    tree.add_command(ballot_group(desk))
    tree.add_command(note_group(desk))
    tree.add_command(green_light_group(desk))
    tree.add_command(export_command(desk))
    tree.add_command(import_command(desk))
    tree.add_command(why_command(desk))
    for command in tree_commands(desk):
        tree.add_command(command)
    tree.add_command(add_to_story(desk))
