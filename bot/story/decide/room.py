"""Opening, locking, closing and opening again."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.brief import TITLE_LIMIT, TONE_LIMIT
from bot.story.commands import Close, Lock, OpenRoom, PersonCommand, PlaceBoard, Reopen
from bot.story.events import BoardPlaced, Event, RoomClosed, RoomLocked, RoomOpened, RoomReopened
from bot.story.model import MemberId
from bot.story.refusals import Refusal
from bot.story.room import Room, RoomStatus
from bot.story.text import clean_line


def open_room(room: Room | None, command: OpenRoom) -> tuple[Event, ...] | Refusal:
    """Open a room in a thread that is none yet."""
    if room is not None:
        return no.AlreadyARoom()
    title = clean_line(command.brief.title)
    tone = clean_line(command.brief.tone or "") or None
    if refusal := check_title(title):
        return refusal
    if tone is not None and len(tone) > TONE_LIMIT:  # normalising can lengthen a text
        return no.TooLong(length=len(tone), limit=TONE_LIMIT)
    brief = command.brief.model_copy(update={"title": title, "tone": tone})
    return (
        RoomOpened(
            at=command.at,
            by=command.by,
            room=command.room,
            guild=command.guild,
            preset=command.preset,
            brief=brief,
        ),
    )


def check_title(title: str) -> Refusal | None:
    """Why a cleaned title will not do; asked before a thread is made for it."""
    if not title:
        return no.NoWords()
    if len(title) > TITLE_LIMIT:
        return no.TooLong(length=len(title), limit=TITLE_LIMIT)
    return None


def place_board(room: Room, command: PlaceBoard) -> tuple[Event, ...] | Refusal:
    """Record where the board is."""
    if room.board == command.message:
        return ()
    return (BoardPlaced(at=command.at, message=command.message),)


def lock(room: Room, command: Lock) -> tuple[Event, ...] | Refusal:
    """Make the current draft canon."""
    if refusal := closed(room) or led(room, command):
        return refusal
    if room.current is None:
        return no.NoDraftYet()
    if command.draft is not None and command.draft != room.current:
        return no.DraftMovedOn(seen=command.draft, current=room.current)
    return (RoomLocked(at=command.at, by=command.by, draft=room.current),)


def close(room: Room, command: Close) -> tuple[Event, ...] | Refusal:
    """End the room without a canon."""
    if refusal := closed(room) or led(room, command):
        return refusal
    return (RoomClosed(at=command.at, by=command.by),)


def reopen(room: Room, command: Reopen) -> tuple[Event, ...] | Refusal:
    """Take work again."""
    if room.status is RoomStatus.OPEN:
        return no.RoomIsOpen()
    if refusal := led(room, command):
        return refusal
    return (RoomReopened(at=command.at, by=command.by),)


def closed(room: Room) -> Refusal | None:
    """Why the room takes no work, if it takes none."""
    match room.status:
        case RoomStatus.LOCKED:
            return no.RoomIsLocked()
        case RoomStatus.CLOSED:
            return no.RoomIsClosed()
        case RoomStatus.OPEN:
            return None


def led(room: Room, command: PersonCommand) -> Refusal | None:
    """Why who sends this may not lead the room, if they may not."""
    return led_by(room, command.by.id, leads=command.leads)


def led_by(room: Room, member: MemberId, *, leads: bool) -> Refusal | None:
    """Why this person may not lead the room, if they may not; `leads`: a moderator."""
    if leads or member in leaders(room):
        return None
    return no.OnlyTheOpener(opener=room.name_of(room.opened_by))


def leaders(room: Room) -> tuple[MemberId, ...]:
    """Who leads a room besides moderators: its opener, and who imported it, as its opener may not be here."""
    return (room.opened_by, *(one.by.id for one in room.imports[-1:]))
