"""Works on a draft: what each needs, and one clear refusal where it is not there."""

from __future__ import annotations

import pytest

from bot.story import Room
from bot.story import refusals as no
from bot.story.brief import Kind
from bot.story.commands import (
    AddNote,
    AnswerNotes,
    AskAgain,
    AskRound,
    AskWork,
    LockPart,
    PersonCommand,
    WithdrawPremise,
    WriteNote,
)
from bot.story.coverage import Point, points_of
from bot.story.levels import Level
from bot.story.noted import SENT_OF_NOTES, first_sentences, is_note_cut, notes_sent
from bot.story.rounds import Purpose
from bot.story.works import QUESTION_LIMIT, READINGS, TextRef, Work, WorkKind
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, open_room, record_take
from tests.bot.story.telling import refusal_of, with_draft, with_premise, with_takes
from tests.bot.story.test_levels import with_beats

TEXT = "Mara digs. It is dry. She digs on. Water comes."


def ask(
    kind: WorkKind,
    *,
    draft: int | None = None,
    base: TextRef | None = None,
    at: int | None = None,
    text: str | None = None,
    character: int | None = None,
    other: TextRef | None = None,
    private: bool = False,
) -> PersonCommand:
    work = Work(kind=kind, at=at, text=text, character=character, other=other, private=private)
    return AskWork(at=8, by=ANA, seed=5, work=work, draft=draft, base=base)


def drafted() -> Room:
    """Premise 1 is a character, 2 a setting; draft 1 has four sentences, take B another text."""
    return after(
        None,
        open_room(),
        add_premise("Mara, a well-digger"),
        add_premise("A dry valley", kind=Kind.SETTING),
        ask_round(),
        record_take(1, 0, TEXT),
        record_take(1, 1, "Mara fills the well. It was full."),
        adopt(1, 0),
    )


@pytest.mark.parametrize("kind", [kind for kind in WorkKind if kind not in READINGS])
def test_a_rewriting_is_a_refinement_of_the_current_draft(kind: WorkKind) -> None:
    other = TextRef(round=1, take=1) if kind is WorkKind.SPLICE else None
    asked = ask(kind, at=2, text="it rains", character=1, other=other)
    one = after(drafted(), asked).rounds[-1]
    assert (one.purpose, one.draft, one.level) == (Purpose.REFINEMENT, 1, Level.SYNOPSIS)
    assert one.work is not None
    assert one.work.kind is kind


@pytest.mark.parametrize("kind", sorted(READINGS))
def test_a_reading_has_one_take_that_cannot_be_adopted(kind: WorkKind) -> None:
    room = after(drafted(), ask(kind, text="Why?", character=1))
    one = room.rounds[-1]
    assert (one.purpose, one.takes_wanted) == (Purpose.READING, 1)
    room = after(room, record_take(2, 0, "Because."))
    assert refusal_of(room, adopt(2, 0)) == no.ReadingIsNoDraft()
    assert len(room.drafts) == 1


def test_three_endings_are_three_takes() -> None:
    assert after(drafted(), ask(WorkKind.ENDINGS)).rounds[-1].takes_wanted == 3


def test_only_readings_can_be_private() -> None:
    assert not after(drafted(), ask(WorkKind.DARKER, private=True)).rounds[-1].private
    asked = ask(WorkKind.INTERVIEW, text="Why?", character=1, private=True)
    assert after(drafted(), asked).rounds[-1].private


def test_a_private_question_is_repeated_by_nobody_else() -> None:
    asked = ask(WorkKind.INTERVIEW, text="Why?", character=1, private=True)
    room = after(drafted(), asked, record_take(2, 0, "Because."))
    assert refusal_of(room, AskAgain(at=9, by=BO, round=2, seed=1)) == no.NoSuchRound(round=2)
    assert after(room, AskAgain(at=9, by=ANA, round=2, seed=1)).rounds[-1].private


@pytest.mark.parametrize("number", [0, 5, None])
def test_a_sentence_that_is_not_there_is_named_with_how_many_there_are(number: int | None) -> None:
    gone = no.NoSuchPart(part=number or 0, draft=1, parts=4)
    assert refusal_of(drafted(), ask(WorkKind.SENTENCE, at=number)) == gone
    assert refusal_of(drafted(), ask(WorkKind.ONWARD, at=number)) == gone


def test_a_sentence_of_a_draft_that_moved_on_is_refused() -> None:
    room = after(drafted(), adopt(1, 1))
    asked = ask(WorkKind.SENTENCE, at=4, draft=1)
    assert refusal_of(room, asked) == no.DraftMovedOn(seen=1, current=2)


def test_a_single_sentence_has_no_other_ending() -> None:
    assert refusal_of(with_draft(), ask(WorkKind.ENDINGS)) == no.TooFewSentences(draft=1)


def test_without_a_draft_there_is_nothing_to_rewrite_or_to_report_on() -> None:
    for kind in WorkKind:
        if kind is WorkKind.INTERVIEW:
            continue
        asked = ask(kind, at=1, text="x", character=1, other=TextRef(round=1, take=0))
        assert refusal_of(with_takes(), asked) == no.NoDraftYet(), kind


def test_a_character_can_be_asked_before_there_is_a_draft() -> None:
    room = after(with_premise(), ask(WorkKind.INTERVIEW, text="Who are you?", character=1))
    assert room.rounds[-1].draft is None


def test_a_character_that_was_withdrawn_cannot_be_asked_or_looked_through() -> None:
    room = after(drafted(), WithdrawPremise(at=7, by=ANA, premise=1))
    for kind in (WorkKind.INTERVIEW, WorkKind.VIEWPOINT):
        assert refusal_of(room, ask(kind, text="Why?", character=1)) == no.CharacterIsGone(premise=1)


def test_an_interview_is_not_repeated_with_somebody_who_has_gone() -> None:
    asked = ask(WorkKind.INTERVIEW, text="Why?", character=1)
    room = after(drafted(), asked, record_take(2, 0, "Because."), WithdrawPremise(at=7, by=ANA, premise=1))
    again = AskAgain(at=9, by=ANA, round=2, seed=1)
    assert refusal_of(room, again) == no.CharacterIsGone(premise=1)


def test_only_a_character_can_be_asked() -> None:
    assert refusal_of(drafted(), ask(WorkKind.INTERVIEW, text="?!", character=2)) == no.NotACharacter(
        premise=2
    )
    assert refusal_of(drafted(), ask(WorkKind.INTERVIEW, text="?!", character=9)) == no.NoSuchPremise(
        premise=9
    )
    assert refusal_of(drafted(), ask(WorkKind.VIEWPOINT)) == no.NoSuchPremise(premise=0)


@pytest.mark.parametrize("kind", [WorkKind.INTERVIEW, WorkKind.WHAT_IF])
def test_a_question_is_cleaned_and_has_a_length(kind: WorkKind) -> None:
    one = after(drafted(), ask(kind, text=" Why\u202e? ", character=1)).rounds[-1]
    assert one.work is not None
    assert one.work.text == "Why?"
    assert refusal_of(drafted(), ask(kind, text="\u200b", character=1)) == no.NoWords()
    length = QUESTION_LIMIT + 1
    too_long = no.TooLong(length=length, limit=QUESTION_LIMIT)
    assert refusal_of(drafted(), ask(kind, text="x" * length, character=1)) == too_long


@pytest.mark.parametrize(
    ("base", "other"),
    [
        (None, TextRef(draft=1)),
        (None, TextRef(round=1, take=0)),  # the take that draft 1 was
        (TextRef(round=1, take=1), TextRef(round=1, take=1)),
        (TextRef(round=1, take=0), TextRef(draft=1)),
    ],
)
def test_a_text_cannot_be_spliced_with_itself(base: TextRef | None, other: TextRef) -> None:
    assert refusal_of(drafted(), ask(WorkKind.SPLICE, base=base, other=other)) == no.SpliceWithItself()


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (None, no.NoSuchRound(round=0)),
        (TextRef(draft=7), no.NoSuchDraft(draft=7)),
        (TextRef(round=9, take=0), no.NoSuchRound(round=9)),
        (TextRef(round=1, take=3), no.NotWrittenYet(letter="D")),
        (TextRef(round=1, take=9), no.NotWrittenYet(letter="?")),
        (TextRef(round=1), no.NotWrittenYet(letter="?")),
    ],
)
def test_a_splice_needs_a_second_text_that_is_there(other: TextRef | None, refusal: no.Refusal) -> None:
    assert refusal_of(drafted(), ask(WorkKind.SPLICE, other=other)) == refusal


def test_two_takes_are_spliced_before_any_is_adopted() -> None:
    room = with_takes()
    asked = ask(WorkKind.SPLICE, base=TextRef(round=1, take=0), other=TextRef(round=1, take=1))
    one = after(room, asked).rounds[-1]
    assert one.draft is None
    assert one.work is not None
    assert (one.work.base, one.work.other) == (TextRef(round=1, take=0), TextRef(round=1, take=1))


def test_a_list_cannot_be_spliced_and_a_reading_neither() -> None:
    room = with_beats()
    assert refusal_of(room, ask(WorkKind.SPLICE, other=TextRef(draft=1))) == no.OnlyProse(level=Level.BEATS)
    room = after(drafted(), ask(WorkKind.COVERAGE), record_take(2, 0, "Strengths:"))
    assert refusal_of(room, ask(WorkKind.SPLICE, other=TextRef(round=2, take=0))) == no.ReadingIsNoDraft()


def test_a_work_at_a_level_keeps_the_level() -> None:
    one = after(with_beats(), ask(WorkKind.DARKER)).rounds[-1]
    assert one.level is Level.BEATS
    room = after(with_draft(), AskRound(at=6, by=ANA, seed=2, takes=1, level=Level.LOGLINE))
    room = after(room, record_take(2, 0, "She digs."), adopt(2, 0), ask(WorkKind.FUNNIER))
    assert room.rounds[-1].level is Level.LOGLINE


def test_a_report_has_only_points_that_cite_a_sentence_there_is() -> None:
    report = "Strengths:\n- [2] It is dry.\n- [9] Nowhere.\n- It is nice.\n- [0] No.\n优点：\n- [1] 好。"
    assert list(points_of(report, 4)) == [Point(2, "It is dry."), Point(1, "好。")]


def noted(text: str) -> Room:
    return after(drafted(), WriteNote(at=8, by=ANA, text=text, seed=3))


def test_a_short_note_is_sent_whole() -> None:
    room = noted("Darker. Much darker.")
    assert notes_sent(room, room.rounds[-1]) == ("Darker. Much darker.",)
    assert not is_note_cut(room, room.rounds[-1])


def test_of_a_note_of_4000_characters_the_first_whole_sentences_are_sent() -> None:
    text = "The ending is too neat. " * 170
    room = noted(text[:4000].rstrip())
    (sent,) = notes_sent(room, room.rounds[-1])
    assert 0 < len(sent) <= max(SENT_OF_NOTES.values())
    assert sent.endswith("The ending is too neat.")
    assert is_note_cut(room, room.rounds[-1])
    assert room.notes[-1].text == text[:4000].rstrip(), "nothing of it is lost"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("One. Two. Three.", 9, "One. Two."),
        ("一句。两句。三句。", 6, "一句。两句。"),
        ("endless words without end", 10, "endless w…"),
        ("fits", 4, "fits"),
    ],
)
def test_a_text_is_cut_behind_a_sentence(text: str, limit: int, kept: str) -> None:
    assert first_sentences(text, limit) == kept


def locked(room: Room, *parts: int) -> Room:
    return after(room, *(LockPart(at=9, by=BO, draft=1, part=part, locked=True) for part in parts))


EVERYTHING = no.EverythingIsLocked(draft=1)
TAKE_B = TextRef(round=1, take=1)


@pytest.mark.parametrize(
    ("parts", "asked"),
    [
        ((3, 4), ask(WorkKind.ENDINGS)),
        ((3, 4), ask(WorkKind.ONWARD, at=3)),
        ((4,), ask(WorkKind.ONWARD, at=4)),
        ((1, 2, 3, 4), ask(WorkKind.DARKER)),
        ((1, 2, 3, 4), ask(WorkKind.SPLICE, other=TAKE_B)),
        ((1, 2, 3, 4), WriteNote(at=8, by=ANA, text="Darker.", seed=3)),
        ((1, 2, 3, 4), AnswerNotes(at=8, by=ANA, notes=(1,), seed=3)),
    ],
)
def test_where_all_that_would_be_written_is_locked_nobody_can_ask_for_it(
    parts: tuple[int, ...], asked: PersonCommand
) -> None:
    room = after(drafted(), AddNote(at=7, by=ANA, text="Kinder."))
    assert refusal_of(locked(room, *parts), asked) == EVERYTHING
    less = locked(room, *parts[1:])
    assert len(after(less, asked).rounds) == 2
    again = AskAgain(at=9, by=ANA, round=2, seed=4)
    room = after(room, asked)
    assert len(after(room, again).rounds) == 3
    assert refusal_of(locked(room, *parts), again) == EVERYTHING


def test_what_writes_nothing_again_is_asked_for_though_all_is_locked() -> None:
    room = locked(drafted(), 1, 2, 3, 4)
    for kind in (WorkKind.GO_ON, WorkKind.COVERAGE):
        assert len(after(room, ask(kind)).rounds) == 2
