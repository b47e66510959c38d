"""Every component and modal, routed by its custom id. Nothing is remembered: a restart changes nothing.

discord.py could route them too, but its stores are kept in the process and its callbacks' errors are only
logged; here all of them pass through one boundary. Each family of actions has its table in a module here.
"""

from __future__ import annotations

from typing import Final

from discord import Interaction, InteractionType

from bot.chat.boundary import answer
from bot.chat.custom_ids import parse
from bot.chat.desk import Desk
from bot.chat.presses import (
    ballots,
    cards,
    drafts,
    green_light,
    levels,
    premises,
    rooms,
    rounds,
    tickets,
    tree,
    works,
)
from bot.chat.presses.reading import Handler, Unreadable, carried, fields
from bot.chat.turn import Told, Turn

HANDLERS: Final[dict[str, Handler]] = {
    **premises.HANDLERS,
    **cards.HANDLERS,
    **rounds.HANDLERS,
    **levels.HANDLERS,
    **works.HANDLERS,
    **drafts.HANDLERS,
    **ballots.HANDLERS,
    **tickets.HANDLERS,
    **green_light.HANDLERS,
    **tree.HANDLERS,
    **rooms.HANDLERS,
}


async def on_interaction(interaction: Interaction, desk: Desk) -> None:
    """Answer a press, a choice or a submitted modal; commands are the command tree's."""
    if interaction.type in (InteractionType.component, InteractionType.modal_submit):
        await answer(interaction, desk, _route)


async def _route(turn: Turn) -> None:
    custom_id = parse(carried(turn).get("custom_id", ""))
    handler = HANDLERS.get(custom_id.action) if custom_id else None
    if custom_id is None or handler is None:
        turn.typed = "\n".join(fields(turn).values())
        raise Told("error.old_button")
    try:
        await handler(turn, custom_id)
    except Unreadable:
        raise Told("error.old_button") from None
