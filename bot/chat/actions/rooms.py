"""Opening a room, its board, locking, closing and opening again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import discord
from discord import ChannelType, Thread

from bot.chat.actions.exports import card_of
from bot.chat.permissions import TO_OPEN, may, missing_permissions
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Picture, Shown
from bot.chat.turn import Refused, Told, Turn
from bot.rooms import Outcome
from bot.story.brief import Brief
from bot.story.commands import Close, Lock, OpenRoom, PersonCommand, Reopen
from bot.story.decide.room import check_title
from bot.story.refusals import AlreadyARoom
from bot.story.room import Preset, Room
from bot.story.text import clean_line
from bot.words import words

_ROUNDS_IN_SIGHT = 3  # older ones have long scrolled by
_ARCHIVE_MINUTES: Final = 10_080  # of silence, before Discord archives the thread: a week


async def open_room(turn: Turn, *, brief: Brief, preset: Preset) -> None:
    """Make this thread a room, or start one in a new thread."""
    turn.typed = brief.title
    if refusal := check_title(clean_line(brief.title)):
        raise Refused(refusal)
    await opened(
        turn,
        clean_line(brief.title),
        lambda thread: OpenRoom(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            room=thread,
            guild=str(turn.interaction.guild_id),
            preset=preset,
            brief=brief,
        ),
    )


async def opened(turn: Turn, title: str, command: Callable[[str], PersonCommand]) -> Room | None:
    """Open a room by a command for the thread of that id; None where this was done before."""
    if turn.interaction.guild_id is None:
        raise Told("error.not_here")
    if not may(turn.interaction, TO_OPEN):
        missing = missing_permissions(turn.interaction, turn.words, TO_OPEN)
        raise Told("error.no_permission", permissions=missing)
    if turn.is_in_thread and await turn.desk.rooms.read(turn.room_id) is not None:
        raise Refused(AlreadyARoom())
    if not await turn.desk.rooms.claim(turn.operation):
        return None  # the same interaction again: the first delivery makes the thread
    try:
        thread = await _thread(turn, title)
        outcome = await turn.act(command(str(thread.id)), room=str(thread.id))
    except BaseException:
        await turn.desk.rooms.unclaim(turn.operation)
        raise
    await turn.reply.private(Shown(text=turn.words.say("board.made", thread=thread.mention)))
    return await _welcome(turn, outcome.room) if outcome.room else None


async def show_board(turn: Turn) -> None:
    """Post the board afresh and pin it; rounds that Discord did not show in time are shown too."""
    room = await turn.room()
    await turn.reply.private(Shown(text=turn.words.say("board.shown")))
    room = await turn.desk.boards.replace(room, nonce=f"b{turn.operation}")
    await show_rounds(turn, room)


async def show_rounds(turn: Turn, room: Room) -> None:
    """Show the newest rounds, each in a message of its own, where they have none yet."""
    for one in room.rounds[-_ROUNDS_IN_SIGHT:]:
        room = await turn.desk.rounds.place(room, one.number)
    await _redraw_rounds(turn, room)


async def lock(turn: Turn, *, draft: int | None = None) -> None:
    """Settle the story."""
    outcome = await turn.act(Lock(at=turn.at, by=turn.person, leads=turn.leads, draft=draft))
    pictures = (await card_of(turn, outcome.room),) if outcome.room and outcome.events else ()
    await _announce(turn, outcome, "locked.notice", pictures)


async def close(turn: Turn) -> None:
    """Close the room."""
    outcome = await turn.act(Close(at=turn.at, by=turn.person, leads=turn.leads))
    await _announce(turn, outcome, "locked.closed")


async def reopen(turn: Turn) -> None:
    """Open the room again."""
    outcome = await turn.act(Reopen(at=turn.at, by=turn.person, leads=turn.leads))
    await _announce(turn, outcome, "locked.reopened")


async def _announce(turn: Turn, outcome: Outcome, key: str, pictures: tuple[Picture, ...] = ()) -> None:
    room = outcome.room
    if room is None:
        return
    say = words(room.brief.language)
    notice = say.say(key, who=quoted_line(turn.person.name, 60), draft=room.current or 0)
    turn.desk.boards.refresh(room)
    await turn.reply.public(Shown(text=notice, pictures=pictures))
    await _redraw_rounds(turn, room)  # their buttons follow the room


async def _redraw_rounds(turn: Turn, room: Room) -> None:
    for one in room.rounds[-_ROUNDS_IN_SIGHT:]:
        await turn.desk.rounds.refresh(room, one.number)


async def _thread(turn: Turn, title: str) -> Thread:
    channel = turn.interaction.channel
    if isinstance(channel, Thread):
        return channel
    if not isinstance(channel, discord.TextChannel):
        raise Told("error.no_threads_here")
    return await channel.create_thread(
        name=title, type=ChannelType.public_thread, auto_archive_duration=_ARCHIVE_MINUTES
    )


async def _welcome(turn: Turn, room: Room) -> Room:
    """The board; the room is open whether or not it can be posted (`/room board` posts it later)."""
    return await turn.desk.boards.place(room, nonce=f"{room.id}:b")
