"""Comparing two drafts or takes, for who asks alone."""

from __future__ import annotations

import asyncio
import re

import discord

from bot.chat.render.comparing import Compared, comparison, comparison_pages
from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Told, Turn
from bot.documents.comparison import comparison_html
from bot.story.diff import Change, compare
from bot.story.refusals import NoDraftYet
from bot.story.room import Room
from bot.story.rounds import LETTERS
from bot.story.tree import stem_of
from bot.story.works import TextRef
from bot.words import Words

_DRAFT = re.compile(r"\s*#?(\d{1,5})\s*")
_TAKE = re.compile(rf"\s*(\d{{1,5}})\s*([{LETTERS}])\s*", re.IGNORECASE)


async def show(turn: Turn, *, a: str = "", b: str = "", page: int | None = None) -> None:
    """Compare two texts; what is not said is the current draft, and the draft that the later one grew from.

    `page` is given where a page is turned.
    """
    room = await turn.room()
    later = _ref(room, turn, b) if b else _current(room)
    earlier = _ref(room, turn, a) if a else _stem(room, later)
    if earlier == later:
        raise Told("compare.itself")
    say = turn.words
    names = name_of(earlier, say), name_of(later, say)
    pieces = await asyncio.to_thread(compare, room.text_at(earlier), room.text_at(later))
    if all(piece.change is Change.KEPT for piece in pieces):
        raise Told("compare.same", a=names[0], b=names[1])
    compared = Compared(names, (typed(earlier), typed(later)), pieces)
    shown = comparison(room, compared, page or 0, say)
    if page is not None:
        return await turn.reply.in_place(shown)
    await turn.reply.private(shown)
    if len(comparison_pages(pieces)) > 1:
        html = comparison_html(names, pieces, say.say, language=say.language)
        file = discord.File(html, filename="comparison.html")
        await turn.reply.private(Shown(text=say.say("compare.file")), files=[file])
    return None


def name_of(ref: TextRef, say: Words) -> str:
    """What a text is called."""
    if ref.draft is not None:
        return say.say("compare.draft", draft=ref.draft)
    return say.say("compare.take", round=ref.round, letter=LETTERS[ref.take or 0])


def typed(ref: TextRef) -> str:
    """A text as people type it: `3` for a draft, `2B` for a take."""
    return str(ref.draft) if ref.draft is not None else f"{ref.round}{LETTERS[ref.take or 0]}"


def _ref(room: Room, turn: Turn, text: str) -> TextRef:
    if (found := _DRAFT.fullmatch(text)) and room.draft(int(found[1])):
        return TextRef(draft=int(found[1]))
    if found := _TAKE.fullmatch(text):
        one, take = room.round(int(found[1])), LETTERS.index(found[2].upper())
        if one and one.take(take) and (not one.private or one.asked_by == turn.person.id):
            return TextRef(round=one.number, take=take)
    raise Told("compare.unknown", text=re.sub(r"[^\w ]", "", text)[:20])


def _current(room: Room) -> TextRef:
    if room.current is None:
        raise Refused(NoDraftYet())
    return TextRef(draft=room.current)


def _stem(room: Room, later: TextRef) -> TextRef:
    draft = room.draft(later.draft)
    if draft is None:  # a take: of the draft that its round refines, or else the current one
        one = room.round(later.round or 0)
        return TextRef(draft=one.draft) if one and one.draft is not None else _current(room)
    stem = stem_of(draft)
    if stem is None:
        raise Told("compare.first", draft=draft.number)
    return TextRef(draft=stem)
