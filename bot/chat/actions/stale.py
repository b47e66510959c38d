"""Keeping a draft that rests on cards that changed."""

from __future__ import annotations

from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.turn import Turn
from bot.story.commands import StillFine
from bot.words import words


async def still_fine(turn: Turn, *, draft: int) -> None:
    """Say that a draft holds with the cards as they are now."""
    outcome = await turn.act(StillFine(at=turn.at, by=turn.person, leads=turn.leads, draft=draft))
    room = outcome.room
    if room is None or outcome.repeated:
        return await turn.reply.silent()
    if not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("stale.not_stale", draft=draft)))
    turn.desk.boards.refresh(room)
    say = words(room.brief.language)
    return await turn.reply.public(
        Shown(text=say.say("stale.fine", who=quoted_line(turn.person.name, 60), draft=draft))
    )
