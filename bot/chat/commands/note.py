"""`/note`: add, list, done, reopen, drop, assign."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord
from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import tickets
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import Named, Suggest, suggest_of
from bot.chat.desk import Desk
from bot.chat.render.tickets import option_of
from bot.chat.said import described, options, said
from bot.chat.turn import Turn
from bot.story.model import Person
from bot.story.room import NOTE_LIMIT, Room
from bot.story.text import clean_line
from bot.story.tickets import NoteStatus
from bot.words import Words

Number = app.Range[int, 1, 9999]
Text = app.Range[str, 1, NOTE_LIMIT]


def note_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.note.name"), description=said("command.note.description"), guild_only=True
    )
    key = "command.note.add"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "text", "person"))
    @app.describe(**described(key, "text", "person"))
    async def add(interaction: Interaction, text: Text, person: discord.User | None = None) -> None:
        await answer(interaction, desk, lambda turn: tickets.add(turn, text=text, person=_person(person)))

    @group.command(name=said("command.note.list.name"), description=said("command.note.list.description"))
    async def list(interaction: Interaction) -> None:  # noqa: A001 - the command's name
        await answer(interaction, desk, tickets.show)

    key = "command.note.assign"
    is_open = suggest_of(desk, _notes(is_open=True))

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "note", "person"))
    @app.describe(**described(key, "note", "person"))
    @app.autocomplete(note=is_open)
    async def assign(interaction: Interaction, note: Number, person: discord.User | None = None) -> None:
        await answer(interaction, desk, lambda turn: tickets.assign(turn, note=note, person=_person(person)))

    some: tuple[tuple[str, Suggest, Callable[[Turn, int], Awaitable[None]]], ...] = (
        ("done", is_open, lambda t, n: tickets.settle(t, note=n, status=NoteStatus.ANSWERED)),
        ("drop", is_open, lambda t, n: tickets.settle(t, note=n, status=NoteStatus.DROPPED)),
        ("reopen", suggest_of(desk, _notes(is_open=False)), lambda t, n: tickets.reopen(t, note=n)),
    )
    for name, suggest, act in some:
        group.add_command(_on_one_note(desk, f"command.note.{name}", suggest, act))
    return group


def _on_one_note(
    desk: Desk, key: str, suggest: Suggest, act: Callable[[Turn, int], Awaitable[None]]
) -> app.Command[app.Group, ..., None]:
    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "note"))
    @app.describe(**described(key, "note"))
    @app.autocomplete(note=suggest)
    async def command(interaction: Interaction, note: Number) -> None:
        await answer(interaction, desk, lambda turn: act(turn, note))

    return command


def _person(user: discord.User | None) -> Person | None:
    if user is None:
        return None
    return Person(id=str(user.id), name=clean_line(user.display_name)[:100] or user.name)


def _notes(*, is_open: bool) -> Named:
    def named(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
        del person
        return [
            (option_of(note, say), note.number)
            for note in room.notes
            if (room.status_of(note) is NoteStatus.OPEN) == is_open
        ]

    return named
