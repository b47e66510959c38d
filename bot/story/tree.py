"""The tree of drafts as rows from top to bottom: the line that stands runs straight down, branches beside it.

Rooms may have 200 drafts. What a person looks for is always there: the current draft, the canon, what is in
force at each level, where branches part; long stretches of the rest become one row that says how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.story.credit.room import standing_draft
from bot.story.room import Draft, Room
from bot.story.stale import stale_of

ROWS = 40  # of a tree that can still be read


@dataclass(frozen=True)
class Row:
    """One draft, or, where there are several, a stretch of drafts that is not told one by one.

    `lane` is how far from the left it stands; `stem` is the draft it grew from and `above` that one's row,
    both None for a root. Of a stretch it is the stem of its leftmost draft.
    """

    drafts: tuple[Draft, ...]
    lane: int
    stem: int | None = None
    above: int | None = None
    stale: bool = False

    @property
    def draft(self) -> Draft | None:
        """The draft, where it is a single one."""
        return self.drafts[0] if len(self.drafts) == 1 else None


@dataclass(frozen=True)
class Tree:
    """The rows of a room's tree."""

    rows: tuple[Row, ...]
    current: int | None
    canon: int | None

    @property
    def hidden(self) -> int:
        """How many drafts are not told one by one."""
        return sum(len(row.drafts) for row in self.rows if row.draft is None)


def tree_of(room: Room, *, rows: int = ROWS) -> Tree:
    """A room's tree in at most so many rows, or as many as what must be shown needs."""
    placed = list(_placed(room))
    told = _told(room, [draft for draft, _ in placed], rows)
    found: list[Row] = []
    row_of: dict[int, int] = {}
    for group in _groups(placed, told):
        drafts = tuple(draft for draft, _ in group)
        leftmost, lane = min(group, key=lambda one: one[1])
        stem = stem_of(leftmost)
        above = row_of.get(stem) if stem is not None else None
        stale = len(drafts) == 1 and bool(stale_of(room, drafts[0]))
        row_of |= {draft.number: len(found) for draft in drafts}
        found.append(Row(drafts=drafts, lane=lane, stem=stem, above=above, stale=stale))
    return Tree(rows=tuple(found), current=room.current, canon=room.canon)


def stem_of(draft: Draft) -> int | None:
    """What a draft grew from: the draft it refines, or that of another level it was written from."""
    return draft.parent if draft.parent is not None else draft.rests_on


def _placed(room: Room) -> Iterator[tuple[Draft, int]]:
    """Every draft with its lane: branches first, then what goes straight on."""
    children: dict[int | None, list[Draft]] = {}
    for draft in room.drafts:
        children.setdefault(stem_of(draft), []).append(draft)
    line = _standing_line(room)
    waiting = [(draft, 0) for draft in reversed(children.get(None, []))]
    while waiting:
        draft, lane = waiting.pop()
        yield draft, lane
        grown = children.get(draft.number, [])
        if grown:
            on = next((one for one in grown if one.number in line), grown[-1])
            waiting.append((on, lane))
            waiting += [(one, lane + 1) for one in reversed(grown) if one is not on]


def _standing_line(room: Room) -> set[int]:
    """The draft that stands and all it grew from."""
    line: set[int] = set()
    draft = standing_draft(room)
    while draft is not None and draft.number not in line:
        line.add(draft.number)
        draft = room.draft(stem_of(draft))
    return line


def _told(room: Room, drafts: Sequence[Draft], rows: int) -> set[int]:
    """The drafts that have a row of their own: all, or, where they are too many, those that matter most."""
    told = {draft.number for draft in drafts}
    stems = [stem for draft in drafts if (stem := stem_of(draft)) is not None]
    forks = {stem for stem in stems if stems.count(stem) > 1}
    line = _standing_line(room)

    def weight(draft: Draft) -> tuple[bool, bool, bool, int]:
        leaf = draft.number not in stems
        return draft.number in forks, draft.number in line, leaf or draft.lost_to is not None, draft.number

    order = [draft.number for draft in drafts]
    for draft in sorted(drafts, key=weight):
        if _rows_of(order, told) <= rows:
            break
        if draft.number not in {room.current, room.canon, *room.in_force.values()}:
            told.discard(draft.number)
    return told


def _rows_of(order: Sequence[int], told: set[int]) -> int:
    return sum(len(list(run)) if is_told else 1 for is_told, run in groupby(order, key=told.__contains__))


def _groups(placed: Sequence[tuple[Draft, int]], told: set[int]) -> Iterator[list[tuple[Draft, int]]]:
    """What becomes a row each: a draft, or a stretch of those that are not told."""
    for is_told, run in groupby(placed, key=lambda one: one[0].number in told):
        if is_told:
            yield from ([one] for one in run)
        else:
            yield list(run)
