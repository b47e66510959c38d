"""Notes on screen: as a list, as options to choose from, and what a draft answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import SelectOption
from discord.ui import Select, View

from bot.chat.custom_ids import CustomId
from bot.chat.render.components import button
from bot.chat.render.quoting import plain_line, quoted_line
from bot.chat.render.shown import Row, Shown
from bot.story.decide.tickets import NOTES_TOGETHER
from bot.story.room import Note, Room, RoomStatus
from bot.story.tickets import NoteStatus
from bot.words import Words

PAGE: Final = 10  # notes of one message
_LINE: Final = 90  # characters of a note's words in the list: ten notes with their names fit a message


def notes_list(room: Room, page: int, say: Words) -> Shown:
    """A page of the notes, the open ones first, then the newest; with a select of open ones to answer."""
    if not room.notes:
        return Shown(text=say.say("ticket.list_empty"))
    settled = [note for note in reversed(room.notes) if room.status_of(note) is not NoteStatus.OPEN]
    notes = [*reversed(room.open_notes), *settled]
    pages = -(-len(notes) // PAGE)
    page = min(max(page, 0), pages - 1)
    lines = [f"**{say.say('ticket.list')}**"]
    lines += [note_line(room, note, say) for note in notes[page * PAGE : (page + 1) * PAGE]]
    rows: list[Row] = []
    if room.open_notes and room.status is RoomStatus.OPEN and room.current is not None:
        lines.append(say.say("ticket.choose"))
        rows.append([_choice(room, room.open_notes, say)])
    if pages > 1:
        rows.append(
            [
                button(say, room, "notes_newer", page - 1, disabled=page == 0),
                button(say, room, "notes_more", page + 1, disabled=page == pages - 1),
            ]
        )
    return Shown(text="\n".join(lines), rows=tuple(rows))


def note_line(room: Room, note: Note, say: Words) -> str:
    """A note with its status, on one line."""
    values: dict[str, object] = {
        "note": note.number,
        "text": quoted_line(note.text, _LINE),
        "author": quoted_line(room.name_of(note.author), 40),
    }
    match room.status_of(note):
        case NoteStatus.DROPPED:
            return say.say("ticket.line_dropped", **values)
        case NoteStatus.ANSWERED:
            draft = room.answer_of(note)
            key = "ticket.line_done" if draft is None else "ticket.line_answered"
            return say.say(key, draft=draft, **values)
        case NoteStatus.OPEN if note.assigned is not None:
            person = quoted_line(room.name_of(note.assigned), 40)
            return say.say("ticket.line_for", person=person, **values)
    return say.say("ticket.line_open", **values)


def option_of(note: Note, say: Words) -> str:
    """A note as an option of a select or a suggestion, in plain characters."""
    return plain_line(say.say("ticket.option", note=note.number, text=note.text[:200]), 100)


def numbers(notes: Sequence[int], say: Words) -> str:
    """Numbers of notes, listed."""
    return say.say("document.comma").join(map(str, notes))


def answers_line(room: Room, draft: int, say: Words) -> str:
    """Which notes a draft answers, as a sentence; nothing where it answers none."""
    answered = [note.number for note in room.notes if room.answer_of(note) == draft and not note.settled]
    return say.count("ticket.answers", len(answered), numbers=numbers(answered, say)) if answered else ""


def _choice(room: Room, notes: Sequence[Note], say: Words) -> Select[View]:
    some = notes[-25:]
    return Select(
        custom_id=str(CustomId("notes_answered", room.id, 0)),
        placeholder=say.say("menu.choose"),
        options=[SelectOption(label=option_of(note, say), value=str(note.number)) for note in some],
        max_values=min(len(some), NOTES_TOGETHER),
    )
