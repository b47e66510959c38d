"""A structure reading of a draft, for the person who asks."""

from __future__ import annotations

from bot.chat.render.structure import reading_shown
from bot.chat.turn import Refused, Turn
from bot.story.refusals import NoDraftYet, NoSuchDraft
from bot.story.structure.reading import structure_reading


async def read(turn: Turn, *, draft: int | None = None) -> None:
    """Say where a draft shows each element of structure, with the sentence, or that none does."""
    room = await turn.room()
    if draft is None and room.current is None:
        raise Refused(NoDraftYet(), room)
    one = room.draft(room.current if draft is None else draft)
    if one is None:
        raise Refused(NoSuchDraft(draft=draft or 0), room)
    await turn.reply.private(reading_shown(room, one, structure_reading(room, one), turn.words))
