"""Showing whose a draft is, to the person who asks."""

from __future__ import annotations

import asyncio

from bot.chat.render.credits import disclosure_message, sentences_message, shares_message
from bot.chat.turn import Refused, Told, Turn
from bot.documents.credit_sheet import credit_png
from bot.story.credit import DraftSheet, credit_of, standing_draft, were_changed, wordings_of
from bot.story.refusals import NoSuchDraft
from bot.story.room import Draft, Room


async def show(turn: Turn, *, draft: int | None = None) -> None:
    """Everybody's share of a draft, with a picture."""
    room = await turn.room()
    found = _draft(room, draft)
    say = turn.words
    sheet = await _sheet(turn, room, found)
    png = await asyncio.to_thread(credit_png, room, sheet, say.say)
    await turn.reply.private(shares_message(room, sheet, say, png))


async def show_sentences(turn: Turn, *, draft: int, page: int) -> None:
    """A page of the sentences, each with whose it is."""
    room = await turn.room()
    sheet = await _sheet(turn, room, _draft(room, draft))
    await turn.reply.private(sentences_message(room, sheet, page, turn.words))


async def show_disclosure(turn: Turn, *, draft: int) -> None:
    """The disclosure text, to be copied."""
    room = await turn.room()
    sheet = await _sheet(turn, room, _draft(room, draft))
    await turn.reply.private(disclosure_message(room, sheet, turn.words))


async def _sheet(turn: Turn, room: Room, draft: Draft) -> DraftSheet:
    """The credit of a draft; where cards were changed, with their earlier words out of the log."""
    if not were_changed(room):
        return await asyncio.to_thread(credit_of, room, draft)
    events = await turn.desk.rooms.events(room.id)
    return await asyncio.to_thread(lambda: credit_of(room, draft, wordings_of(events)))


def _draft(room: Room, number: int | None) -> Draft:
    if number is None:
        draft = standing_draft(room)
        if draft is None:
            raise Told("credits.none")
        return draft
    if (draft := room.draft(number)) is None:
        raise Refused(NoSuchDraft(draft=number))
    return draft
