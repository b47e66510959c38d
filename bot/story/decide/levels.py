"""Levels: what each is written from, moving between its drafts, changing one by hand, keeping its parts."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import ChooseStructure, EditDraft, LockPart, StepDraft
from bot.story.decide.room import closed
from bot.story.events import DraftChosen, DraftEdited, Event, PartsLocked, StructureChosen
from bot.story.levels import NEEDED, RESTS_ON, Level
from bot.story.parts import parts_of
from bot.story.refusals import Refusal
from bot.story.room import DRAFT_LIMIT, Draft, Room
from bot.story.structure import structures
from bot.story.text import clean


def source_of(room: Room, level: Level) -> Draft | None:
    """The draft of another level that a text of this level is written from, if there is one."""
    found = (draft for each in RESTS_ON[level] if (draft := room.draft_at(each)))
    return next(found, None)


def unwritten(room: Room, level: Level) -> Refusal | None:
    """Why a level cannot be written yet, if it cannot."""
    needed = NEEDED.get(level)
    if needed is not None and room.draft_at(needed) is None:
        return no.NothingAbove(level=level, needed=needed)
    return None


def kept(room: Room, level: Level) -> Draft | Refusal | None:
    """The draft of a level whose locked parts the next one keeps; None where nothing is locked."""
    draft = room.draft_at(level)
    if draft is None or not draft.locked:
        return None
    if len(draft.locked) == len(parts_of(level, room.text_of(draft))):
        return no.EverythingIsLocked(draft=draft.number)
    return draft


def step(room: Room, command: StepDraft) -> tuple[Event, ...] | Refusal:
    """Go one draft back or on among those of a level."""
    if refusal := closed(room):
        return refusal
    current = room.draft(room.current)
    if current is None:
        return no.NoDraftYet()
    level = command.level or current.level
    there = room.draft_at(level)
    if there is None:
        return no.NoDraftAt(level=level)
    numbers = [draft.number for draft in room.drafts if draft.level is level]
    at = numbers.index(there.number) + (-1 if command.back else 1)
    if at < 0:
        return no.NoEarlierDraft(level=level, draft=there.number)
    if at == len(numbers):
        return no.NoLaterDraft(level=level, draft=there.number)
    return (DraftChosen(at=command.at, by=command.by, draft=numbers[at]),)


def edit(room: Room, command: EditDraft) -> tuple[Event, ...] | Refusal:
    """Change a draft by hand: its text, as typed, becomes a draft of its own."""
    draft = closed(room) or in_force(room, command.draft)
    if isinstance(draft, Refusal):
        return draft
    text = clean(command.text)
    if not text:
        return no.NoWords()
    if len(text) > DRAFT_LIMIT:
        return no.TooLong(length=len(text), limit=DRAFT_LIMIT)
    if text == clean(room.text_of(draft)):
        return ()
    return (
        DraftEdited(at=command.at, by=command.by, draft=len(room.drafts) + 1, parent=draft.number, text=text),
    )


def lock_part(room: Room, command: LockPart) -> tuple[Event, ...] | Refusal:
    """Keep a part as it is, or let it go."""
    draft = closed(room) or in_force(room, command.draft)
    if isinstance(draft, Refusal):
        return draft
    if refusal := no_such_part(room, draft, command.part):
        return refusal
    others = {part for part in draft.locked if part != command.part}
    parts = tuple(sorted(others | {command.part} if command.locked else others))
    if parts == draft.locked:
        return ()
    return (PartsLocked(at=command.at, by=command.by, draft=draft.number, parts=parts),)


def choose_structure(room: Room, command: ChooseStructure) -> tuple[Event, ...] | Refusal:
    """Choose the structure form of what is written from now on."""
    if refusal := closed(room):
        return refusal
    if command.structure not in structures():
        return no.NoSuchStructure(structure=command.structure[:40])
    if command.structure == room.structure:
        return ()
    return (StructureChosen(at=command.at, by=command.by, structure=command.structure),)


def in_force(room: Room, number: int) -> Draft | Refusal:
    """The draft of that number, if its level has no other in force."""
    draft = room.draft(number)
    if draft is None:
        return no.NoSuchDraft(draft=number)
    newest = room.draft_at(draft.level)
    if newest is not None and newest.number != number:
        return no.DraftMovedOn(seen=number, current=newest.number)
    return draft


def no_such_part(room: Room, draft: Draft, part: int) -> Refusal | None:
    """Why there is no such part in a draft, if there is none."""
    count = len(parts_of(draft.level, room.text_of(draft)))
    return None if 1 <= part <= count else no.NoSuchPart(part=part, draft=draft.number, parts=count)
