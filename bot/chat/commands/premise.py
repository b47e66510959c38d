"""`/premise`: add, edit, withdraw."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import cards, premises
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import own, suggest_cards
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.story.brief import Kind


def premise_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.premise.name"), description=said("command.premise.description"), guild_only=True
    )
    kinds = choices("kind", [*Kind])

    mine = suggest_cards(desk, own)

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
    @app.autocomplete(premise=mine)
    async def edit(interaction: Interaction, premise: app.Range[int, 1, 9999]) -> None:
        await answer(interaction, desk, lambda turn: premises.ask_for_change(turn, premise=premise))

    @group.command(
        name=said("command.premise.withdraw.name"), description=said("command.premise.withdraw.description")
    )
    @app.rename(**options("command.premise.withdraw", "premise"))
    @app.describe(**described("command.premise.withdraw", "premise"))
    @app.autocomplete(premise=mine)
    async def withdraw(interaction: Interaction, premise: app.Range[int, 1, 9999]) -> None:
        await answer(interaction, desk, lambda turn: cards.delete(turn, number=premise))

    return group
