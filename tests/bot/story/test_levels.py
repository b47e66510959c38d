"""Levels: what each is written from, moving between drafts, editing by hand, locking parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story import Room
from bot.story import refusals as no
from bot.story.commands import (
    AskAgain,
    AskRound,
    AskWork,
    ChooseStructure,
    Close,
    EditDraft,
    GoBack,
    LockPart,
    StepDraft,
    WriteNote,
)
from bot.story.levels import Level, below
from bot.story.parts import headed, parts_of
from bot.story.room import DRAFT_LIMIT
from bot.story.stale import Cause, stale_of
from bot.story.works import Work, WorkKind
from tests.bot.building import ANA, BO, adopt, after, record_take
from tests.bot.story.telling import events_of, names_of, refusal_of, with_draft, with_premise, with_takes

BEATS = "1. Opening: She digs.\n2. Turn: It is not water.\n3. Last image: She drinks."


def write(level: Level, *, takes: int = 1) -> AskRound:
    return AskRound(at=6, by=ANA, seed=9, level=level, takes=takes)


def edit(draft: int, text: str) -> EditDraft:
    return EditDraft(at=7, by=BO, draft=draft, text=text)


def step(*, back: bool, level: Level | None = None) -> StepDraft:
    return StepDraft(at=7, by=BO, back=back, level=level)


def lock(draft: int, part: int, *, locked: bool = True) -> LockPart:
    return LockPart(at=7, by=BO, draft=draft, part=part, locked=locked)


def with_beats() -> Room:
    """Draft 1 is a synopsis, draft 2 its beats."""
    return after(with_draft(), write(Level.BEATS), record_take(2, 0, BEATS), adopt(2, 0))


def test_a_level_says_what_it_is_written_from() -> None:
    room = with_beats()
    beats = room.drafts[1]
    assert (beats.level, beats.rests_on, beats.parent) == (Level.BEATS, 1, 1)
    assert room.in_force == {Level.SYNOPSIS: 1, Level.BEATS: 2}
    assert room.current == 2


@pytest.mark.parametrize(("level", "needed"), [(Level.BEATS, Level.SYNOPSIS), (Level.OUTLINE, Level.BEATS)])
def test_a_level_without_what_it_needs_says_what_to_write_first(level: Level, needed: Level) -> None:
    assert refusal_of(with_premise(), write(level)) == no.NothingAbove(level=level, needed=needed)


@pytest.mark.parametrize("level", [Level.LOGLINE, Level.SYNOPSIS])
def test_the_first_levels_need_premises_alone(level: Level) -> None:
    assert after(with_premise(), write(level)).rounds[-1].level is level


def test_a_logline_is_written_back_from_the_synopsis() -> None:
    assert after(with_draft(), write(Level.LOGLINE)).rounds[-1].source == 1


def test_the_last_level_has_none_below() -> None:
    assert [below(level) for level in Level] == [Level.SYNOPSIS, Level.BEATS, Level.OUTLINE, None]


def test_beats_are_outdated_when_the_synopsis_has_another_draft_in_force() -> None:
    room = with_beats()
    assert stale_of(room, room.drafts[1]) == ()
    room = after(room, adopt(1, 1))
    (reason,) = stale_of(room, room.drafts[1])
    assert (reason.cause, reason.number) == (Cause.DRAFT, 3)


def test_a_synopsis_is_not_outdated_by_the_logline_that_was_made_from_it() -> None:
    room = after(with_premise(), write(Level.LOGLINE), record_take(1, 0, "She digs."), adopt(1, 0))
    room = after(room, write(Level.SYNOPSIS), record_take(2, 0, "She digs a well. It is dry."), adopt(2, 0))
    assert room.drafts[1].rests_on == 1
    room = after(room, write(Level.LOGLINE), record_take(3, 0, "A digger digs."), adopt(3, 0))
    assert room.drafts[2].rests_on == 2
    assert stale_of(room, room.drafts[1]) == ()


def test_a_hand_edit_is_a_draft_of_its_own_with_its_author() -> None:
    room = after(with_draft(), edit(1, "  A woman\u200b digs.  "))
    draft = room.drafts[1]
    assert (draft.parent, draft.text, draft.adopted_by, draft.by_hand) == (1, "A woman digs.", BO.id, True)
    assert (draft.round, draft.take, room.take_of(draft)) == (None, None, None)
    assert room.text_of(draft) == "A woman digs."
    assert room.text_of(room.drafts[0]) == "A woman digs a well."
    assert room.current == 2


def test_a_hand_edit_of_a_draft_that_moved_on_is_refused() -> None:
    room = after(with_draft(), adopt(1, 1))
    assert refusal_of(room, edit(1, "Another")) == no.DraftMovedOn(seen=1, current=2)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("\u200b ", no.NoWords()),
        ("x" * (DRAFT_LIMIT + 1), no.TooLong(length=DRAFT_LIMIT + 1, limit=DRAFT_LIMIT)),
    ],
)
def test_a_hand_edit_must_be_words_that_fit(text: str, refusal: no.Refusal) -> None:
    assert refusal_of(with_draft(), edit(1, text)) == refusal


def test_a_hand_edit_that_changes_nothing_is_none() -> None:
    assert events_of(with_draft(), edit(1, " A woman digs a well. ")) == ()


def test_a_note_on_a_hand_edit_refines_it() -> None:
    room = after(with_draft(), edit(1, "By hand."), WriteNote(at=8, by=ANA, text="Darker", seed=3))
    assert room.rounds[-1].draft == 2


def test_one_goes_back_and_on_among_the_drafts_of_a_level() -> None:
    room = after(with_beats(), adopt(1, 1))  # synopses 1 and 3, beats 2
    room = after(room, step(back=True))
    assert (room.current, room.in_force[Level.SYNOPSIS]) == (1, 1)
    room = after(room, step(back=False))
    assert room.current == 3


def test_at_the_ends_of_a_level_one_is_told() -> None:
    room = with_beats()
    assert refusal_of(room, step(back=True)) == no.NoEarlierDraft(level=Level.BEATS, draft=2)
    assert refusal_of(room, step(back=False)) == no.NoLaterDraft(level=Level.BEATS, draft=2)
    assert refusal_of(room, step(back=True, level=Level.OUTLINE)) == no.NoDraftAt(level=Level.OUTLINE)
    assert refusal_of(with_takes(), step(back=True)) == no.NoDraftYet()


def test_going_to_a_draft_of_another_level_puts_it_in_force_there_alone() -> None:
    room = after(with_beats(), GoBack(at=8, by=ANA, draft=1))
    assert room.in_force == {Level.SYNOPSIS: 1, Level.BEATS: 2}
    assert room.current == 1


def test_locked_parts_go_with_every_round_on_their_draft() -> None:
    room = after(with_beats(), lock(2, 1), lock(2, 3))
    assert room.drafts[1].locked == (1, 3)
    for command in (
        write(Level.BEATS),
        WriteNote(at=8, by=ANA, text="Darker", seed=3),
        AskWork(at=8, by=ANA, seed=3, work=Work(kind=WorkKind.DARKER)),
        AskAgain(at=8, by=ANA, round=2, seed=3),
    ):
        one = after(room, command).rounds[-1]
        assert (one.draft, one.locked) == (2, (1, 3))


def test_what_is_locked_stays_locked_in_the_draft_that_follows() -> None:
    room = after(with_beats(), lock(2, 1), write(Level.BEATS), record_take(3, 0, BEATS), adopt(3, 0))
    assert room.drafts[2].locked == (1,)


def test_a_part_is_unlocked_again() -> None:
    room = after(with_beats(), lock(2, 1), lock(2, 1, locked=False))
    assert room.drafts[1].locked == ()
    assert events_of(room, lock(2, 1, locked=False)) == ()


def test_a_hand_edit_keeps_the_locks_of_the_parts_it_kept_wherever_they_went() -> None:
    room = after(with_beats(), lock(2, 1), lock(2, 2))
    room = after(room, edit(2, "1. New: Rain.\n2. Opening: She digs.\n3. Turn: It is oil."))
    assert room.drafts[-1].locked == (2,)


@pytest.mark.parametrize("part", [0, 4, -1])
def test_a_part_that_is_not_there_cannot_be_locked(part: int) -> None:
    assert refusal_of(with_beats(), lock(2, part)) == no.NoSuchPart(part=part, draft=2, parts=3)


def test_where_everything_is_locked_nothing_is_written() -> None:
    room = after(with_beats(), lock(2, 1), lock(2, 2), lock(2, 3))
    everything = no.EverythingIsLocked(draft=2)
    assert refusal_of(room, write(Level.BEATS)) == everything
    darker = AskWork(at=8, by=ANA, seed=3, work=Work(kind=WorkKind.DARKER))
    assert refusal_of(room, darker) == everything


def test_a_locked_part_cannot_be_redone_until_it_is_unlocked() -> None:
    redo = AskWork(at=8, by=ANA, seed=3, work=Work(kind=WorkKind.SENTENCE, at=2))
    room = after(with_beats(), redo)
    assert refusal_of(after(room, lock(2, 2)), redo) == no.PartIsLocked(part=2)
    again = AskAgain(at=9, by=ANA, round=3, seed=4)
    assert refusal_of(after(room, lock(2, 2)), again) == no.PartIsLocked(part=2)


def test_a_part_redone_alone_leaves_the_others_resting_on_what_they_did() -> None:
    room = after(with_beats(), adopt(1, 1), GoBack(at=7, by=ANA, draft=2))
    redo = AskWork(at=8, by=ANA, seed=3, work=Work(kind=WorkKind.SENTENCE, at=2))
    room = after(room, redo, record_take(3, 0, BEATS), adopt(3, 0))
    assert room.drafts[-1].rests_on == 1
    assert stale_of(room, room.drafts[-1])


def test_beats_written_again_rest_on_the_newest_synopsis() -> None:
    room = after(with_beats(), adopt(1, 1), AskAgain(at=8, by=ANA, round=2, seed=4))
    assert room.rounds[-1].source == 3


def test_a_structure_form_is_chosen_and_goes_with_lists_from_then_on() -> None:
    room = after(with_draft(), ChooseStructure(at=6, by=BO, structure="heros-journey"))
    assert room.structure == "heros-journey"
    assert after(room, write(Level.BEATS)).rounds[-1].structure == "heros-journey"
    assert events_of(room, ChooseStructure(at=6, by=BO, structure="heros-journey")) == ()
    unknown = ChooseStructure(at=6, by=BO, structure="nine acts")
    assert refusal_of(room, unknown) == no.NoSuchStructure(structure="nine acts")


def test_a_closed_room_takes_no_level_no_edit_and_no_lock() -> None:
    room = after(with_beats(), Close(at=9, by=ANA))
    for command in (
        write(Level.BEATS),
        edit(2, "x"),
        step(back=True),
        lock(2, 1),
        ChooseStructure(at=9, by=ANA, structure="short"),
        AskWork(at=9, by=ANA, seed=1, work=Work(kind=WorkKind.DARKER)),
    ):
        assert refusal_of(room, command) == no.RoomIsClosed()


def test_adopting_says_level_and_source_by_the_round_alone() -> None:
    assert names_of(
        events_of(after(with_draft(), write(Level.BEATS), record_take(2, 0, BEATS)), adopt(2, 0))
    ) == ["DraftAdopted"]


@pytest.mark.parametrize(
    ("line", "heading", "text"),
    [
        ("3. Midpoint: She wins.", "Midpoint", "She wins."),
        ("3) Midpoint:She wins.", "Midpoint", "She wins."),
        ("12、中点：她赢了。", "中点", "她赢了。"),
        ("She wins.", "", "She wins."),
        ("4. She says: stop. And goes.", "She says", "stop. And goes."),
        ("5. She wins. Then: nothing.", "", "She wins. Then: nothing."),
        ("6. ", "", ""),
    ],
)
def test_a_parts_heading_is_what_stands_before_its_colon(line: str, heading: str, text: str) -> None:
    (part,) = parts_of(Level.BEATS, line)
    assert (part.heading, part.text, part.line) == (heading, text, line)


@given(st.text(alphabet="ab1.：: \n。", max_size=60), st.sampled_from(Level))
def test_parts_are_slices_of_the_text_in_order(text: str, level: Level) -> None:
    parts = parts_of(level, text)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(text[part.start : part.end] == part.line for part in parts)
    ends = [0, *(part.end for part in parts)]
    assert all(part.start >= end for part, end in zip(parts, ends, strict=False))


def test_a_part_begins_as_its_language_writes_lists() -> None:
    assert headed(2, "Turn", chinese=False) == "2. Turn: "
    assert headed(2, "转", chinese=True) == "2. 转："
    assert headed(2, "", chinese=False) == "2. "
