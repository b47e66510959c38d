"""Notes as tickets: open until a draft answers them or somebody settles them, and several at once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import Room
from bot.story import refusals as no
from bot.story.commands import (
    AddNote,
    AnswerNotes,
    AskAgain,
    AssignNote,
    Lock,
    ReopenNote,
    SettleNote,
    WriteNote,
)
from bot.story.decide.tickets import NOTES_TOGETHER
from bot.story.refusals import Refusal
from bot.story.room import NOTE_LIMIT, Note
from bot.story.tickets import NoteStatus
from tests.bot.building import ANA, BO, adopt, after, record_take
from tests.bot.story.telling import CAI, events_of, names_of, refusal_of, with_draft, with_takes


def note(text: str = "Darker.", **given: Any) -> AddNote:
    return AddNote.model_validate({"at": 6, "by": BO, "text": text, **given})


def settle(number: int, status: NoteStatus = NoteStatus.ANSWERED, **given: Any) -> SettleNote:
    return SettleNote.model_validate({"at": 7, "by": BO, "note": number, "status": status, **given})


def status(room: Room, number: int) -> NoteStatus:
    found = room.note(number)
    assert found is not None
    return room.status_of(found)


def test_a_note_is_open_until_a_draft_from_its_refinement_is_adopted() -> None:
    room = after(with_draft(), WriteNote(at=6, by=BO, text="Darker.", seed=1))
    assert status(room, 1) is NoteStatus.OPEN
    room = after(room, record_take(2, 0, "Darker text."), record_take(2, 1, "Another."))
    assert status(room, 1) is NoteStatus.OPEN
    room = after(room, adopt(2, 1))
    assert (status(room, 1), room.answer_of(room.notes[0])) == (NoteStatus.ANSWERED, 2)


def test_several_notes_ride_on_one_refinement_and_again_keeps_them() -> None:
    room = after(with_draft(), note("Darker."), note("Shorter."), note("Kinder."))
    room = after(room, AnswerNotes(at=8, by=ANA, notes=(3, 1, 3), seed=4))
    one = room.rounds[-1]
    assert (one.note, one.answers, one.draft) == (3, (3, 1), 1)
    room = after(room, AskAgain(at=9, by=ANA, round=one.number, seed=5))
    assert room.rounds[-1].answers == (3, 1)
    room = after(room, record_take(3, 0, "A text."), adopt(3, 0))
    assert [status(room, number) for number in (1, 2, 3)] == [
        NoteStatus.ANSWERED,
        NoteStatus.OPEN,
        NoteStatus.ANSWERED,
    ]
    assert [each.number for each in room.open_notes] == [2]


def test_a_note_that_is_opened_again_needs_another_draft() -> None:
    room = after(with_draft(), WriteNote(at=6, by=BO, text="Darker.", seed=1), record_take(2, 0, "Dark."))
    room = after(room, record_take(2, 1, "Darker."), adopt(2, 0), ReopenNote(at=9, by=BO, note=1))
    assert status(room, 1) is NoteStatus.OPEN
    room = after(room, adopt(2, 1))
    assert room.answer_of(room.notes[0]) == 3


def test_a_note_is_settled_by_hand_and_by_who_may() -> None:
    room = after(with_draft(), note(assigned=CAI))
    assert room.people[CAI.id] == CAI.name
    stranger = settle(1).model_copy(update={"by": ANA.model_copy(update={"id": "9"})})
    assert refusal_of(room, stranger) == no.NotYourNote(author="Bo")
    for allowed in (
        settle(1),
        settle(1, by=CAI),
        settle(1, by=ANA),
        stranger.model_copy(update={"leads": True}),
    ):
        assert status(after(room, allowed), 1) is NoteStatus.ANSWERED
    done = after(room, settle(1))
    assert done.answer_of(done.notes[0]) == 1
    assert events_of(done, settle(1)) == (), "it is so already"
    assert refusal_of(done, settle(1, NoteStatus.DROPPED)) == no.NoteIsSettled(note=1)
    dropped = after(room, settle(1, NoteStatus.DROPPED))
    assert (status(dropped, 1), dropped.answer_of(dropped.notes[0])) == (NoteStatus.DROPPED, None)
    assert names_of(events_of(dropped, settle(1, NoteStatus.OPEN))) == ["NoteReopened"]
    assert refusal_of(room, ReopenNote(at=1, by=BO, note=1)) == no.NoteIsOpen(note=1)


def test_a_note_is_given_to_somebody_and_to_nobody() -> None:
    room = after(with_draft(), note(), AssignNote(at=7, by=CAI, note=1, assigned=ANA))
    assert room.notes[0].assigned == ANA.id
    assert events_of(room, AssignNote(at=8, by=BO, note=1, assigned=ANA)) == ()
    assert after(room, AssignNote(at=8, by=BO, note=1)).notes[0].assigned is None
    assert refusal_of(after(room, settle(1)), AssignNote(at=8, by=BO, note=1)) == no.NoteIsSettled(note=1)


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [
        ((), no.NoNotes()),
        ((9,), no.NoSuchNote(note=9)),
        ((1, 2), no.NoteIsSettled(note=2)),
        (tuple(range(1, NOTES_TOGETHER + 2)), no.TooManyNotes(limit=NOTES_TOGETHER)),
    ],
)
def test_notes_that_cannot_be_answered_are_refused(numbers: tuple[int, ...], refusal: Refusal) -> None:
    room = after(with_draft(), note("One."), note("Two."), settle(2))
    assert refusal_of(room, AnswerNotes(at=8, by=ANA, notes=numbers, seed=4)) == refusal


def test_a_note_has_words_and_a_draft_and_four_thousand_characters_at_most() -> None:
    room = with_draft()
    assert refusal_of(room, note("\u200b")) == no.NoWords()
    assert refusal_of(room, note("x" * (NOTE_LIMIT + 1))) == no.TooLong(
        length=NOTE_LIMIT + 1, limit=NOTE_LIMIT
    )
    assert after(room, note("x" * NOTE_LIMIT)).notes[0].text == "x" * 4000
    assert refusal_of(with_takes(), note()) == no.NoDraftYet()
    assert refusal_of(after(room, Lock(at=9, by=ANA)), note()) == no.RoomIsLocked()


def test_a_note_stored_before_notes_were_tickets_is_read_as_it_was() -> None:
    room = after(with_draft(), WriteNote(at=6, by=BO, text="Darker.", seed=1), record_take(2, 0, "Dark."))
    old = [Note.model_validate({"number": 1, "text": "Darker.", "author": "2", "draft": 1})]
    room = after(room.model_copy(update={"notes": tuple(old)}), adopt(2, 0))
    assert status(room, 1) is NoteStatus.ANSWERED
