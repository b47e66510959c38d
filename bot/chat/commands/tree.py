"""`/tree`, `/compare`, `/undo` and `/credits`: readings of the drafts, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import comparing, crediting, tree, undoing
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import suggest_of
from bot.chat.desk import Desk
from bot.chat.render.quoting import plain_line
from bot.chat.said import described, options, said
from bot.errors import StoreError
from bot.story.acts import acts_of
from bot.story.commands import PersonCommand
from bot.story.decide.undoing import may_undo
from bot.story.evolve import BrokenLog
from bot.story.model import Person
from bot.story.room import Room
from bot.story.rounds import LETTERS
from bot.story.tree_saying import draft_label
from bot.words import Words, words

_Command: TypeAlias = app.Command[app.Group, ..., None]
_Texts: TypeAlias = Callable[[Interaction, str], Coroutine[Any, Any, list[app.Choice[str]]]]

Text = app.Range[str, 1, 20]
Number = app.Range[int, 1, 99999]

_SUGGESTIONS = 25
_SUGGEST_SECONDS = 2.0  # Discord drops suggestions after three


def tree_commands(desk: Desk) -> tuple[_Command, ...]:
    """The commands."""
    return (_tree(desk), _compare(desk), _undo(desk), _credits(desk))


def _tree(desk: Desk) -> _Command:
    @app.command(name=said("command.tree.name"), description=said("command.tree.description"))
    @app.guild_only()
    async def show(interaction: Interaction) -> None:
        await answer(interaction, desk, tree.show)

    return show


def _compare(desk: Desk) -> _Command:
    key = "command.compare"
    texts = _suggest_texts(desk)

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "a", "b"))
    @app.describe(**described(key, "a", "b"))
    @app.autocomplete(a=texts, b=texts)
    async def compare(interaction: Interaction, a: Text = "", b: Text = "") -> None:
        await answer(interaction, desk, lambda turn: comparing.show(turn, a=a, b=b))

    return compare


def _undo(desk: Desk) -> _Command:
    key = "command.undo"

    async def acts(interaction: Interaction, current: str) -> list[app.Choice[int]]:
        """Suggest what the person may take back, the last first."""
        try:
            async with asyncio.timeout(_SUGGEST_SECONDS):
                log = await desk.rooms.events(str(interaction.channel_id))
            found = await asyncio.to_thread(acts_of, log)
        except (StoreError, TimeoutError, BrokenLog):
            return []
        say = words(interaction.locale.value)
        asks = PersonCommand(
            at=0,
            by=Person(id=str(interaction.user.id), name=""),
            leads=interaction.permissions.manage_threads,
        )
        named = [
            (say.say("undo.option", who=one.by.name, what=undoing.said_of(found, one, say)), one.revision)
            for one in reversed(found)
            if not one.undone and may_undo(found[-1].after, asks, one)
        ]
        fitting = [(name, act) for name, act in named if current.casefold() in name.casefold()]
        return [app.Choice(name=plain_line(name, 100), value=act) for name, act in fitting[:_SUGGESTIONS]]

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "act"))
    @app.describe(**described(key, "act"))
    @app.autocomplete(act=acts)
    async def undo(interaction: Interaction, act: Number | None = None) -> None:
        await answer(interaction, desk, lambda turn: undoing.undo(turn, act=act))

    return undo


def _credits(desk: Desk) -> _Command:
    key = "command.credits"

    def drafts(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
        del person
        return [(draft_label(room, draft, say.say), draft.number) for draft in room.drafts]

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "draft"))
    @app.describe(**described(key, "draft"))
    @app.autocomplete(draft=suggest_of(desk, drafts))
    async def show(interaction: Interaction, draft: Number | None = None) -> None:
        await answer(interaction, desk, lambda turn: crediting.show(turn, draft=draft))

    return show


def _suggest_texts(desk: Desk) -> _Texts:
    """Suggest drafts and takes by what one types for them, the newest first."""

    async def suggest(interaction: Interaction, current: str) -> list[app.Choice[str]]:
        try:
            async with asyncio.timeout(_SUGGEST_SECONDS):
                room = await desk.rooms.read(str(interaction.channel_id))
        except (StoreError, TimeoutError):
            return []
        say = words(interaction.locale.value)
        named = _texts(room, str(interaction.user.id), say) if room else []
        fitting = [(name, typed) for name, typed in named if current.casefold() in name.casefold()]
        return [app.Choice(name=plain_line(name, 100), value=typed) for name, typed in fitting[:_SUGGESTIONS]]

    return suggest


def _texts(room: Room, person: str, say: Words) -> list[tuple[str, str]]:
    named = [
        (f"{draft_label(room, draft, say.say)}: {room.text_of(draft)[:100]}", str(draft.number))
        for draft in reversed(room.drafts)
    ]
    for one in reversed(room.rounds):
        if not one.private or one.asked_by == person:
            for take in one.takes:
                name = say.say("compare.take", round=one.number, letter=LETTERS[take.number])
                named.append((f"{name}: {take.text[:100]}", f"{one.number}{LETTERS[take.number]}"))
    return named
