"""The people of a run do everything the bot offers: what is new has to be said here, or these fail."""

from __future__ import annotations

import discord
from discord import app_commands as app

from bot.chat.client import StoryroomClient
from bot.chat.commands import declare
from bot.chat.desk import Desk
from bot.chat.presses import HANDLERS
from tests.chaos.offers import COMMANDS, MENUS, MODALS, PRESSES


async def tree() -> app.CommandTree[StoryroomClient]:
    client = StoryroomClient()
    desk: Desk = object.__new__(Desk)  # declared at it, never called
    declare(client.tree, desk)
    return client.tree


async def test_every_slash_command_is_done_by_somebody() -> None:
    declared = {
        each.qualified_name for each in (await tree()).walk_commands() if isinstance(each, app.Command)
    }
    assert declared == set(COMMANDS)


async def test_every_menu_is_used_by_somebody() -> None:
    found = await tree()
    kinds = (discord.AppCommandType.message, discord.AppCommandType.user)
    assert {each.qualified_name for kind in kinds for each in found.get_commands(type=kind)} == set(MENUS)


def test_every_button_is_pressed_and_every_form_filled_in_by_somebody() -> None:
    assert set(HANDLERS) == set(PRESSES) | set(MODALS)
    assert not set(PRESSES) & set(MODALS)
