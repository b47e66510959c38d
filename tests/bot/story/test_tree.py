"""The tree of drafts: every draft once, below what it grew from, and readable however many there are."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story.levels import Level
from bot.story.room import Draft, Room
from bot.story.tree import Tree, stem_of, tree_of
from tests.bot.story.telling import opened


def room_of(parents: list[int | None], *, current: int | None = None) -> Room:
    """A room whose drafts were written by hand; `parents` gives each one's."""
    drafts = tuple(
        Draft(number=number, parent=parent, text=f"Text {number}.", adopted_by="1", revision=number + 2)
        for number, parent in enumerate(parents, start=1)
    )
    here = current or (len(drafts) or None)
    return opened().model_copy(update={"drafts": drafts, "current": here})


parents = st.lists(st.integers(0, 1000), max_size=60).map(
    lambda draws: [None if at == 0 or draw % 7 == 0 else draw % at + 1 for at, draw in enumerate(draws)]
)


def told(tree: Tree) -> list[str]:
    """The rows as text: the lane, the drafts, the row above."""
    ends = [[str(draft.number) for draft in row.drafts[:1] + row.drafts[1:][-1:]] for row in tree.rows]
    return [f"{'  ' * row.lane}{'-'.join(numbers)}" for row, numbers in zip(tree.rows, ends, strict=True)]


def test_branches_stand_beside_the_line_that_goes_on() -> None:
    tree = tree_of(room_of([None, 1, 1, 2, 3, None], current=5))
    assert told(tree) == ["1", "  2", "  4", "3", "5", "6"]
    assert [row.above for row in tree.rows] == [None, 0, 1, 0, 3, None]


def test_a_level_that_was_written_from_another_grows_from_it() -> None:
    room = room_of([None, 1])
    beats = Draft(number=3, rests_on=2, text="1. A.", adopted_by="1", revision=9, level=Level.BEATS)
    tree = tree_of(room.model_copy(update={"drafts": (*room.drafts, beats), "current": 3}))
    assert told(tree) == ["1", "2", "3"]
    assert tree.rows[2].above == 1


def test_a_long_line_becomes_a_stretch() -> None:
    tree = tree_of(room_of([None, *range(1, 60)]), rows=5)
    assert told(tree) == ["1-56", "57", "58", "59", "60"]
    assert tree.hidden == 56
    assert [row.above for row in tree.rows] == [None, 0, 1, 2, 3]


def test_a_room_without_drafts_has_no_rows() -> None:
    assert tree_of(room_of([])).rows == ()


@settings(deadline=None)
@given(parents, st.integers(1, 60), st.integers(3, 50))
def test_every_draft_stands_once_below_what_it_grew_from(
    given_parents: list[int | None], current: int, rows: int
) -> None:
    count = len(given_parents)
    room = room_of(given_parents, current=min(current, count) or None)
    tree = tree_of(room, rows=rows)
    numbers = [draft.number for row in tree.rows for draft in row.drafts]
    assert sorted(numbers) == list(range(1, count + 1))
    assert len(tree.rows) <= rows
    row_of = {draft.number: at for at, row in enumerate(tree.rows) for draft in row.drafts}
    for at, row in enumerate(tree.rows):
        assert row.stem in {stem_of(draft) for draft in row.drafts}
        assert row.above == (None if row.stem is None else row_of[row.stem])
        assert row.above is None or row.above < at
        assert row.above is None or tree.rows[row.above].lane <= row.lane
    shown = {row.draft.number for row in tree.rows if row.draft}
    assert room.current is None or room.current in shown


def test_two_hundred_drafts_are_told_at_once() -> None:
    room = room_of([None, *((number * 7) % number + 1 if number % 3 else number for number in range(1, 200))])
    began = time.perf_counter()
    tree = tree_of(room)
    assert time.perf_counter() - began < 1
    assert len(tree.rows) <= 40
