"""Taking the story away as files, for the person who asks.

Files are made in a thread, so that others are answered meanwhile. Secrets that the person may not see are not
in them.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Sequence

import discord

from bot.chat.render.shown import Picture, Shown
from bot.chat.turn import Refused, Told, Turn
from bot.documents.card import cover_card
from bot.documents.faces import undrawn
from bot.documents.forms import FORMS, document
from bot.documents.tree_picture import tree_svg
from bot.story import Room, replay
from bot.story.document import manuscript_of
from bot.story.document.viewing import log_for
from bot.story.events import Event
from bot.story.refusals import NoSuchRoom
from bot.words import words

TREE, CARD, BOTH, EVERYTHING = "tree", "card", "both", "everything"
CHOICES = (*FORMS, TREE, CARD, BOTH, EVERYTHING)

FILE_LIMIT = 10 * 1024 * 1024  # bytes of a file that Discord takes from anybody
_DRAWN = ("pdf", CARD, EVERYTHING)  # with letters out of the fonts that come with the program
_BOXES = 5  # of the letters that these lack, to name
_SEVERAL = {BOTH: ("markdown", "json"), EVERYTHING: (*FORMS, TREE, CARD)}


async def export(turn: Turn, *, form: str = BOTH) -> None:
    """Send the room as one file or several."""
    events = await turn.desk.rooms.events(turn.room_id)
    room = replay(events)
    if room is None:
        raise Refused(NoSuchRoom())
    if form == TREE and not room.drafts:
        raise Told("tree.none")
    made = await asyncio.to_thread(_made, room, log_for(events, turn.person.id), form)
    files = [discord.File(io.BytesIO(content), filename=name) for name, content in made if _fits(content)]
    too_big = ", ".join(name for name, content in made if not _fits(content))
    if not files:
        raise Told("export.too_big", files=too_big)
    text = turn.words.say("export.ready")
    if form in _DRAWN and (boxes := await asyncio.to_thread(_boxes, room)):
        text += "\n" + turn.words.say("export.boxes", letters=" ".join(boxes[:_BOXES]))
    if too_big:
        text += "\n" + turn.words.say("export.too_big", files=too_big)
    await turn.reply.private(Shown(text=text), files=files)


async def card_of(turn: Turn, room: Room) -> Picture:
    """The cover card of a room, as everybody may see it."""
    events = await turn.desk.rooms.events(room.id)
    content = await asyncio.to_thread(_card, room, events)
    return Picture(f"{_name(room)}.png", content, about=room.brief.title)


def _boxes(room: Room) -> tuple[str, ...]:
    """Letters that stand in the files as boxes."""
    told = [room.brief.title, *room.people.values(), *(card.text for card in room.premises)]
    return undrawn("".join((*told, *map(room.text_of, room.drafts))))


def _card(room: Room, events: Sequence[Event]) -> bytes:
    return cover_card(manuscript_of(log_for(events, None), say=words(room.brief.language).say))


def _made(room: Room, events: Sequence[Event], form: str) -> list[tuple[str, bytes]]:
    chosen = _SEVERAL.get(form, (form,))
    return [_one(room, events, one) for one in chosen if one != TREE or room.drafts]


def _one(room: Room, events: Sequence[Event], form: str) -> tuple[str, bytes]:
    """A file's name and content."""
    if form == CARD:
        return f"{_name(room)}.png", _card(room, events)
    if form == TREE:
        return f"{_name(room)}.svg", tree_svg(room, words(room.brief.language).say).encode()
    content = document(form, events, say=words(room.brief.language).say)
    return f"{_name(room)}.{FORMS[form]}", content


def _fits(content: bytes) -> bool:
    return len(content) <= FILE_LIMIT


def _name(room: Room) -> str:
    """A file name of the title's letters and digits."""
    return re.sub(r"\W+", "-", room.brief.title).strip("-").lower()[:60] or "story"
