"""The tree of drafts in words: what each row is, how it stands, all of it for who cannot see it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.story.levels import Level
from bot.story.room import Draft, Room
from bot.story.rounds import LETTERS
from bot.story.saying import Say, named
from bot.story.tree import Row, Tree

_NAME = 24  # characters of a name in a row


class Mark(StrEnum):
    """How a draft stands, the most telling first."""

    CANON = "canon"
    CURRENT = "current"
    IN_FORCE = "in_force"
    RUNNER_UP = "runner_up"
    TAKEN_BACK = "taken_back"
    STALE = "stale"


_WORDS: Final = {
    Mark.CANON: "tree.canon",
    Mark.CURRENT: "tree.current",
    Mark.IN_FORCE: "tree.in_force",
    Mark.RUNNER_UP: "tree.runner_up",
    Mark.TAKEN_BACK: "tree.taken_back",
    Mark.STALE: "tree.stale",
}
_LEVELS: Final = {
    Level.LOGLINE: "level.logline",
    Level.SYNOPSIS: "level.synopsis",
    Level.BEATS: "level.beats",
    Level.OUTLINE: "level.outline",
}


def draft_label(room: Room, draft: Draft, say: Say) -> str:
    """What a draft is, in plain characters on one line."""
    name = named(room, draft.adopted_by)
    name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    values = {"draft": draft.number, "level": say(_LEVELS[draft.level]), "name": name}
    if draft.round is None or draft.take is None:
        return say("tree.by_hand", **values)
    return say("tree.draft", round=draft.round, letter=LETTERS[draft.take], **values)


def row_label(room: Room, row: Row, say: Say) -> str:
    """What a row is: its draft, or how many drafts."""
    if row.draft is not None:
        return draft_label(room, row.draft, say)
    numbers = [draft.number for draft in row.drafts]
    return say("tree.stretch", count=len(numbers), first=min(numbers), last=max(numbers))


def marks_of(room: Room, row: Row) -> tuple[Mark, ...]:
    """How a row's draft stands; nothing for a stretch."""
    draft = row.draft
    if draft is None:
        return ()
    standing = {
        Mark.CANON: draft.number == room.canon,
        Mark.CURRENT: draft.number == room.current,
        Mark.IN_FORCE: draft.number != room.current and draft.number in room.in_force.values(),
        Mark.RUNNER_UP: draft.lost_to is not None,
        Mark.TAKEN_BACK: draft.taken_back,
        Mark.STALE: row.stale,
    }
    return tuple(mark for mark, holds in standing.items() if holds)


def mark_words(row: Row, mark: Mark, say: Say) -> str:
    """A mark in words."""
    return say(_WORDS[mark], draft=row.draft.lost_to if row.draft else None)


def tree_about(room: Room, tree: Tree, say: Say) -> str:
    """The picture of the tree for who cannot see it."""
    told = []
    for row in tree.rows:
        label = row_label(room, row, say)
        label += "".join(f" [{mark_words(row, mark, say)}]" for mark in marks_of(room, row))
        told.append(label if row.stem is None else say("tree.about_row", label=label, stem=row.stem))
    rows = say("document.semicolon").join(told)
    return say("tree.about", count=len(room.drafts), title=room.brief.title, rows=rows)
