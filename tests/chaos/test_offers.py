"""The people of a run do everything the bot offers: what is new has to be said here, or these fail."""

from __future__ import annotations

import random

import discord
from discord import app_commands as app

from bot.chat.client import StoryroomClient
from bot.chat.commands import declare
from bot.chat.desk import Desk
from bot.chat.presses import HANDLERS
from tests.bot.chat.reading import Message
from tests.chaos.forms import Pen, open_rounds, option_value
from tests.chaos.offers import ASKS, COMMANDS, LITTLE, MENUS, MODALS, PRESSES, every


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


def test_whatever_asks_for_a_round_is_something_that_people_do() -> None:
    assert every() >= ASKS >= LITTLE


def test_who_asks_for_little_asks_for_one_take_and_a_logline() -> None:
    pen = Pen(1, is_chinese=False, dice=random.Random(1), is_sparing=True)
    options = ({"name": "takes", "type": 4, "max_value": 4}, {"name": "level", "type": 3, "required": True})
    assert [option_value(each, pen, []) for each in options] == [1, "logline"]


def test_rounds_that_may_be_cancelled_are_open() -> None:
    def message(*actions: str) -> Message:
        buttons = [{"type": 2, "custom_id": f"sr1:{action}:room:1"} for action in actions]
        return {"components": [{"components": buttons}]}

    assert open_rounds([message("write", "bible"), message("cancel"), message("again", "adopt")]) == 1
