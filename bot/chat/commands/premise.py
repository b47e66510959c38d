"""`/premise`: add, edit, withdraw."""

from __future__ import annotations

import asyncio

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import premises
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.render.quoting import plain_line
from bot.chat.said import choices, described, options, said
from bot.errors import StoreError
from bot.story.brief import Kind
from bot.words import words

_SUGGESTIONS = 25
_SUGGEST_SECONDS = 2.0  # Discord drops suggestions after three


def premise_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.premise.name"), description=said("command.premise.description"), guild_only=True
    )
    kinds = choices("kind", [*Kind])

    async def own(interaction: Interaction, current: str) -> list[app.Choice[int]]:
        """Suggest the person's own premises, those that hold what was typed."""
        try:
            async with asyncio.timeout(_SUGGEST_SECONDS):
                room = await desk.rooms.read(str(interaction.channel_id))
        except (StoreError, TimeoutError):
            return []
        say = words(interaction.locale.value)
        mine = (
            one for one in (room.premises_in_force if room else ()) if one.author == str(interaction.user.id)
        )
        named = [
            (f"{one.id} · {say.say(f'kind.{one.kind}')} · {plain_line(one.text, 90)}", one.id) for one in mine
        ]
        found = [(name, number) for name, number in named if current.casefold() in name.casefold()]
        return [
            app.Choice(name=plain_line(name, 100), value=number) for name, number in found[-_SUGGESTIONS:]
        ]

    @group.command(name=said("command.premise.add.name"), description=said("command.premise.add.description"))
    @app.rename(**options("command.premise.add", "kind", "text"))
    @app.describe(**described("command.premise.add", "kind", "text"))
    @app.choices(kind=kinds)
    async def add(interaction: Interaction, kind: str, text: str) -> None:
        await answer(interaction, desk, lambda turn: premises.add(turn, kind=Kind(kind), text=text))

    @group.command(
        name=said("command.premise.edit.name"), description=said("command.premise.edit.description")
    )
    @app.rename(**options("command.premise.edit", "premise"))
    @app.describe(**described("command.premise.edit", "premise"))
    @app.autocomplete(premise=own)
    async def edit(interaction: Interaction, premise: app.Range[int, 1, 9999]) -> None:
        await answer(interaction, desk, lambda turn: premises.ask_for_change(turn, premise=premise))

    @group.command(
        name=said("command.premise.withdraw.name"), description=said("command.premise.withdraw.description")
    )
    @app.rename(**options("command.premise.withdraw", "premise"))
    @app.describe(**described("command.premise.withdraw", "premise"))
    @app.autocomplete(premise=own)
    async def withdraw(interaction: Interaction, premise: app.Range[int, 1, 9999]) -> None:
        await answer(interaction, desk, lambda turn: premises.withdraw(turn, premise=premise))

    return group
