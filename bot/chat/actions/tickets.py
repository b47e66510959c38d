"""Notes as tickets: written for later, listed, answered together, settled, given to somebody."""

from __future__ import annotations

from bot.chat.actions.rounds import show_waiting
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.render.tickets import notes_list, numbers
from bot.chat.turn import Turn
from bot.rooms import Outcome
from bot.story.commands import AddNote, AnswerNotes, AssignNote, ReopenNote, SettleNote
from bot.story.events import NoteWritten, RoundAsked
from bot.story.model import Person
from bot.story.room import Note
from bot.story.tickets import NoteStatus
from bot.words import words

_QUOTED = MESSAGE_LIMIT - 400


async def add(turn: Turn, *, text: str, person: Person | None = None) -> None:
    """Write a note for later."""
    turn.typed = text
    outcome = await turn.act(
        AddNote(at=turn.at, by=turn.person, leads=turn.leads, text=text, assigned=person)
    )
    written = next((each for each in outcome.events if isinstance(each, NoteWritten)), None)
    note = outcome.room.note(written.note) if outcome.room and written else None
    if note is None:
        return await turn.reply.silent()
    return await _notice(turn, outcome, "ticket.added" if person is None else "ticket.added_for", note)


async def show(turn: Turn, *, page: int = 0) -> None:
    """List the notes, to the person alone."""
    room = await turn.room()
    await turn.reply.in_place(notes_list(room, page, turn.words))


async def settle(turn: Turn, *, note: int, status: NoteStatus) -> None:
    """Say that a note is answered, or drop it."""
    outcome = await turn.act(
        SettleNote(at=turn.at, by=turn.person, leads=turn.leads, note=note, status=status)
    )
    await _changed(turn, outcome, "ticket.done" if status is NoteStatus.ANSWERED else "ticket.dropped", note)


async def reopen(turn: Turn, *, note: int) -> None:
    """Open a settled note again."""
    outcome = await turn.act(ReopenNote(at=turn.at, by=turn.person, leads=turn.leads, note=note))
    await _changed(turn, outcome, "ticket.reopened", note)


async def assign(turn: Turn, *, note: int, person: Person | None) -> None:
    """Give a note to somebody, or to nobody; they are named and not pinged."""
    outcome = await turn.act(
        AssignNote(at=turn.at, by=turn.person, leads=turn.leads, note=note, assigned=person)
    )
    await _changed(turn, outcome, "ticket.unassigned" if person is None else "ticket.assigned", note)


async def answer(turn: Turn, *, notes: tuple[int, ...]) -> None:
    """Ask for a refinement that answers these notes."""
    outcome = await turn.act(
        AnswerNotes(at=turn.at, by=turn.person, leads=turn.leads, notes=notes, seed=turn.desk.seed())
    )
    room = outcome.room
    asked = next((each for each in outcome.events if isinstance(each, RoundAsked)), None)
    if room is None or asked is None:
        return await turn.reply.silent()
    say = words(room.brief.language)
    text = say.count(
        "ticket.answering",
        len(notes),
        who=quoted_line(turn.person.name, 60),
        numbers=numbers(notes, say),
    )
    await turn.reply.public(Shown(text=text))
    await show_waiting(turn, room, asked.round)
    return None


async def _changed(turn: Turn, outcome: Outcome, key: str, number: int) -> None:
    if outcome.repeated:
        return await turn.reply.silent()
    note = outcome.room.note(number) if outcome.room else None
    if note is None or not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("ticket.same")))
    return await _notice(turn, outcome, key, note)


async def _notice(turn: Turn, outcome: Outcome, key: str, note: Note) -> None:
    room = outcome.room
    if room is None:
        return
    say = words(room.brief.language)
    text = say.say(
        key,
        who=quoted_line(turn.person.name, 60),
        note=note.number,
        draft=note.draft,
        person=quoted_line(room.name_of(note.assigned), 60) if note.assigned else "",
        text=quoted(note.text, _QUOTED),
    )
    turn.desk.boards.refresh(room)
    await turn.reply.public(Shown(text=text))
