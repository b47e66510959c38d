"""Making a room from an exported JSON file.

The file is judged before a thread is made for it: nothing is left behind by a file that is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import discord

from bot.chat.actions.rooms import opened, show_rounds
from bot.chat.render.board import board
from bot.chat.render.quoting import quoted_line
from bot.chat.render.round import round_message
from bot.chat.turn import Refused, Told, Turn
from bot.story import Refusal, Room, replay
from bot.story.commands import ImportRoom
from bot.story.document import as_markdown
from bot.story.events import Event
from bot.story.importing import FILE_LIMIT, read_export, too_large
from bot.story.refusals import AlreadyARoom, UnheldExport
from bot.words import words

_READ_SECONDS = 20.0


async def import_room(turn: Turn, attachment: discord.Attachment) -> None:
    """Open the room that a file tells: in this thread, or in a new one."""
    if not attachment.filename.lower().endswith(".json"):
        raise Told("import.not_json")
    if attachment.size > FILE_LIMIT:
        raise Refused(too_large(attachment.size))
    if turn.is_in_thread and await turn.desk.rooms.read(turn.room_id) is not None:
        raise Refused(AlreadyARoom())
    found = await asyncio.to_thread(_judged, await _content(attachment))
    if isinstance(found, Refusal):
        raise Refused(found)
    events, there = found
    room = await opened(
        turn,
        there.brief.title,
        lambda thread: ImportRoom(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            room=thread,
            guild=str(turn.interaction.guild_id),
            events=events,
        ),
    )
    if room is not None:
        say = words(room.brief.language)
        notice = say.say("import.notice", who=quoted_line(turn.person.name, 60), count=len(room.people))
        await turn.desk.boards.tell(room, notice, nonce=f"{room.id}:i")
        await show_rounds(turn, room)


async def _content(attachment: discord.Attachment) -> bytes:
    try:
        async with asyncio.timeout(_READ_SECONDS):
            return await attachment.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
        raise Told("import.not_read") from None


def _judged(content: bytes) -> tuple[tuple[Event, ...], Room] | Refusal:
    """The events and the room they tell, once everything that shows a room has shown it."""
    events = read_export(content)
    if isinstance(events, Refusal):
        return events
    try:
        room = _shown(events)
    except Exception:  # noqa: BLE001 - made by hand: whatever cannot be shown is refused here, not met later
        return UnheldExport()
    return events, room


def _shown(events: Sequence[Event]) -> Room:
    room = replay(events)
    if room is None:
        raise LookupError("no room")
    as_markdown(events, say=words(room.brief.language).say)
    board(room)
    for one in room.rounds:
        round_message(room, one.number)
    return room
