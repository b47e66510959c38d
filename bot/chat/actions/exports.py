"""Taking the story away as files, for the person who asks."""

from __future__ import annotations

import io
import re

import discord

from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Turn
from bot.story import Room, replay
from bot.story.document import as_json, as_markdown
from bot.story.refusals import NoSuchRoom
from bot.words import words

FORMATS = ("markdown", "json", "both")


async def export(turn: Turn, *, form: str = "both") -> None:
    """Send the room as a document: Markdown for reading, JSON with everything."""
    events = await turn.desk.rooms.events(turn.room_id)
    room = replay(events)
    if room is None:
        raise Refused(NoSuchRoom())
    say = words(room.brief.language).say
    files = []
    if form in ("markdown", "both"):
        files.append(_file(room, "md", as_markdown(events, say=say)))
    if form in ("json", "both"):
        files.append(_file(room, "json", as_json(events, say=say)))
    await turn.reply.private(Shown(text=turn.words.say("export.ready")), files=files)


def _file(room: Room, suffix: str, text: str) -> discord.File:
    name = re.sub(r"\W+", "-", room.brief.title).strip("-").lower()[:60] or "story"
    return discord.File(io.BytesIO(text.encode()), filename=f"{name}.{suffix}")
