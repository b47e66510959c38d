"""Suggestions while one types: what holds what was typed; of cards, never anything of a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import structlog
from discord import Interaction
from discord import app_commands as app

from bot.chat.desk import Desk
from bot.chat.render.quoting import plain_line
from bot.errors import StoreError
from bot.story.bible import FRAME
from bot.story.brief import Premise
from bot.story.room import Room
from bot.words import Words, words

Suggest: TypeAlias = Callable[[Interaction, str], Coroutine[Any, Any, list[app.Choice[int]]]]

_SUGGESTIONS = 25
_SUGGEST_SECONDS = 2.0  # Discord drops suggestions after three


Named: TypeAlias = Callable[[Room, Words, str], list[tuple[str, int]]]
"""What may be suggested in a room to a person, with its number, the best last."""


def suggest_cards(desk: Desk, which: Callable[[Premise, str], bool], *, frame: bool = False) -> Suggest:
    """Suggest the room's cards in force that fit the person; with `frame`, the frame of the story too."""

    def cards(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
        named = [(f"{FRAME} · {say.say('card.frame')}", FRAME)] if frame else []
        named += [
            (" · ".join(filter(None, (str(one.id), say.say(f"kind.{one.kind}"), one.name, one.text))), one.id)
            for one in room.premises_in_force
            if which(one, person)
        ]
        return named

    return suggest_of(desk, cards)


def suggest_of(desk: Desk, named: Named) -> Suggest:
    """Suggest numbered things of the room by their names."""

    async def suggest(interaction: Interaction, current: str) -> list[app.Choice[int]]:
        channel = str(interaction.channel_id)
        # In a task of its own, which ends with it.
        structlog.contextvars.bind_contextvars(operation=str(interaction.id), room=channel)
        try:
            async with asyncio.timeout(_SUGGEST_SECONDS):
                room = await desk.rooms.read(channel)
        except (StoreError, TimeoutError):
            return []
        if room is None:
            return []
        every = named(room, words(interaction.locale.value), str(interaction.user.id))
        sought = current.casefold()
        found = [(name, number) for name, number in every if sought in name.casefold()]
        return [
            app.Choice(name=plain_line(name, 100), value=number) for name, number in found[-_SUGGESTIONS:]
        ]

    return suggest


def own(card: Premise, person: str) -> bool:
    """Whether the card is the person's."""
    return card.author == person


def editable(card: Premise, person: str) -> bool:
    """Whether the person may edit the card, but for a lock."""
    return card.author == person or card.open


def anyones(card: Premise, person: str) -> bool:
    """Every card."""
    del person
    return not card.withdrawn
