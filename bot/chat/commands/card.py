"""`/card`: add, edit, secret, lock, unlock, pin, history, delete; and `/bible`, the overview."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import cards, secrets
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import Suggest, anyones, editable, own, suggest_cards
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.chat.turn import Turn
from bot.story.brief import Kind

Number = app.Range[int, 0, 9999]


def card_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.card.name"), description=said("command.card.description"), guild_only=True
    )
    key = "command.card.add"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "kind"))
    @app.describe(**described(key, "kind"))
    @app.choices(kind=choices("kind", [*Kind]))
    async def add(interaction: Interaction, kind: str) -> None:
        await answer(interaction, desk, lambda turn: cards.ask_for_new(turn, kind=Kind(kind)))

    key = "command.card.pin"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "card", "pinned"))
    @app.describe(**described(key, "card", "pinned"))
    @app.autocomplete(card=suggest_cards(desk, anyones))
    async def pin(interaction: Interaction, card: Number, pinned: bool = True) -> None:  # noqa: FBT001, FBT002 - Discord's option
        await answer(interaction, desk, lambda turn: cards.pin(turn, number=card, pinned=pinned))

    every = suggest_cards(desk, anyones, frame=True)
    some: tuple[tuple[str, Suggest, Callable[[Turn, int], Awaitable[None]]], ...] = (
        ("edit", suggest_cards(desk, editable, frame=True), lambda t, n: cards.ask_for_change(t, number=n)),
        ("secret", suggest_cards(desk, own), lambda t, n: secrets.show(t, number=n)),
        ("lock", every, lambda t, n: cards.lock(t, number=n)),
        ("unlock", every, lambda t, n: cards.unlock(t, number=n)),
        ("history", every, lambda t, n: cards.show_history(t, number=n)),
        ("delete", suggest_cards(desk, own), lambda t, n: cards.delete(t, number=n)),
    )
    for name, suggest, act in some:
        group.add_command(_on_one_card(desk, f"command.card.{name}", suggest, act))
    return group


def bible_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The overview."""
    key = "command.bible"

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "kind"))
    @app.describe(**described(key, "kind"))
    @app.choices(kind=choices("kind", [*Kind]))
    async def bible(interaction: Interaction, kind: str = "") -> None:
        asked = Kind(kind) if kind else None
        await answer(interaction, desk, lambda turn: cards.show_bible(turn, kind=asked))

    return bible


def _on_one_card(
    desk: Desk, key: str, suggest: Suggest, act: Callable[[Turn, int], Awaitable[None]]
) -> app.Command[app.Group, ..., None]:
    """A command that names a card and nothing else."""

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "card"))
    @app.describe(**described(key, "card"))
    @app.autocomplete(card=suggest)
    async def command(interaction: Interaction, card: Number) -> None:
        await answer(interaction, desk, lambda turn: act(turn, card))

    return command
