"""`/structure`: the form that lists are written to, and a structure reading of a draft."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app
from discord.app_commands import locale_str

from bot.chat.actions import levels, structure
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import suggest_of
from bot.chat.desk import Desk
from bot.chat.said import described, named, options, said
from bot.story.brief import Language
from bot.story.room import Room
from bot.story.structure import Structure, structures
from bot.words import Words

Draft = app.Range[int, 1, 9999]


def structure_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    key = "command.structure"
    group = app.Group(name=said(f"{key}.name"), description=said(f"{key}.description"), guild_only=True)

    @group.command(name=said(f"{key}.form.name"), description=said(f"{key}.form.description"))
    @app.rename(**options(f"{key}.form", "form"))
    @app.describe(**described(f"{key}.form", "form"))
    @app.choices(form=[app.Choice(name=_name(each), value=each.id) for each in structures().values()])
    async def form(interaction: Interaction, form: str | None = None) -> None:
        await answer(interaction, desk, lambda turn: levels.structure(turn, form))

    @group.command(name=said(f"{key}.reading.name"), description=said(f"{key}.reading.description"))
    @app.rename(**options(f"{key}.reading", "draft"))
    @app.describe(**described(f"{key}.reading", "draft"))
    @app.autocomplete(draft=suggest_of(desk, _drafts))
    async def reading(interaction: Interaction, draft: Draft | None = None) -> None:
        await answer(interaction, desk, lambda turn: structure.read(turn, draft=draft))

    return group


def _name(form: Structure) -> locale_str:
    return named(form.name[Language.ENGLISH], form.name[Language.CHINESE])


def _drafts(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
    del person
    return [
        (say.say("works.draft", draft=draft.number, text=room.text_of(draft)[:80]), draft.number)
        for draft in room.drafts
    ]
