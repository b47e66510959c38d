"""Rounds: asked for by people, filled by the worker."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import AskAgain, AskRound, FailRound, PlaceRound, RecordTake, WriteNote
from bot.story.decide.room import closed
from bot.story.events import Event, NoteWritten, RoundAsked, RoundFailed, RoundPlaced, TakeWritten
from bot.story.refusals import Refusal
from bot.story.room import NOTE_LIMIT, PRESETS, Room
from bot.story.rounds import (
    DIAL_PRESETS,
    DIAL_RANGES,
    OPEN_ROUNDS_LIMIT,
    ROUNDS_LIMIT,
    TAKES_LIMIT,
    Dials,
    Purpose,
    RoundStatus,
)
from bot.story.text import clean


def ask(room: Room, command: AskRound) -> tuple[Event, ...] | Refusal:
    """Ask for takes of a synopsis."""
    if refusal := _cannot_ask(room):
        return refusal
    takes, preset = PRESETS[room.preset]
    takes = takes if command.takes is None else command.takes
    if not 1 <= takes <= TAKES_LIMIT:
        return no.TakesOutOfRange(limit=TAKES_LIMIT)
    turned = {
        name: value
        for name in ("temperature", "top_k", "top_p")
        if (value := getattr(command, name)) is not None
    }
    dials = DIAL_PRESETS[command.preset or preset].model_copy(update=turned)
    if refusal := _out_of_range(dials):
        return refusal
    return (
        RoundAsked(
            at=command.at,
            by=command.by,
            round=len(room.rounds) + 1,
            purpose=Purpose.SYNOPSIS,
            takes=takes,
            dials=dials,
            seed=command.seed,
            premises=_in_force(room),
        ),
    )


def ask_again(room: Room, command: AskAgain) -> tuple[Event, ...] | Refusal:
    """Ask for another round like an earlier one, from the premises as they are now."""
    if refusal := _cannot_ask(room):
        return refusal
    earlier = room.round(command.round)
    if earlier is None:
        return no.NoSuchRound(round=command.round)
    return (
        RoundAsked(
            at=command.at,
            by=command.by,
            round=len(room.rounds) + 1,
            purpose=earlier.purpose,
            takes=earlier.takes_wanted,
            dials=earlier.dials,
            seed=command.seed,
            premises=_in_force(room),
            draft=earlier.draft,
            note=earlier.note,
            again_of=earlier.number,
        ),
    )


def write_note(room: Room, command: WriteNote) -> tuple[Event, ...] | Refusal:
    """Give a note on the current draft and ask for its refinement."""
    if refusal := _cannot_ask(room):
        return refusal
    draft = room.draft(room.current)
    if draft is None:
        return no.NoDraftYet()
    if command.draft is not None and command.draft != draft.number:
        return no.DraftMovedOn(seen=command.draft, current=draft.number)
    text = clean(command.text)
    if not text:
        return no.NoWords()
    if len(text) > NOTE_LIMIT:
        return no.TooLong(length=len(text), limit=NOTE_LIMIT)
    number = len(room.notes) + 1
    takes, preset = PRESETS[room.preset]
    return (
        NoteWritten(at=command.at, by=command.by, note=number, text=text, draft=draft.number),
        RoundAsked(
            at=command.at,
            by=command.by,
            round=len(room.rounds) + 1,
            purpose=Purpose.REFINEMENT,
            takes=min(takes, 2),  # a refinement is compared with its draft, not with a field of others
            dials=DIAL_PRESETS[preset],
            seed=command.seed,
            premises=_in_force(room),
            draft=draft.number,
            note=number,
        ),
    )


def place(room: Room, command: PlaceRound) -> tuple[Event, ...] | Refusal:
    """Record where a round is shown."""
    one = room.round(command.round)
    if one is None:
        return no.NoSuchRound(round=command.round)
    if one.message == command.message:
        return ()
    return (RoundPlaced(at=command.at, round=command.round, message=command.message),)


def record_take(room: Room, command: RecordTake) -> tuple[Event, ...] | Refusal:
    """Keep a finished take. A locked room keeps what was under way: nothing written is lost."""
    one = room.round(command.round)
    if one is None:
        return no.NoSuchRound(round=command.round)
    if one.status is not RoundStatus.OPEN or not 0 <= command.take < one.takes_wanted:
        return no.RoundIsOver()
    if one.take(command.take) is not None:
        return ()
    return (
        TakeWritten(
            at=command.at,
            round=command.round,
            take=command.take,
            text=command.text,
            receipt=command.receipt,
        ),
    )


def fail(room: Room, command: FailRound) -> tuple[Event, ...] | Refusal:
    """Give a round up; the takes it has stay."""
    one = room.round(command.round)
    if one is None:
        return no.NoSuchRound(round=command.round)
    if one.status is not RoundStatus.OPEN:
        return no.RoundIsOver()
    return (RoundFailed(at=command.at, round=command.round, reason=command.reason),)


def _cannot_ask(room: Room) -> Refusal | None:
    if refusal := closed(room):
        return refusal
    if not room.premises_in_force:
        return no.NothingToWriteFrom()
    if len(room.open_rounds) >= OPEN_ROUNDS_LIMIT:
        return no.TooManyRounds(limit=OPEN_ROUNDS_LIMIT)
    if len(room.rounds) >= ROUNDS_LIMIT:
        return no.RoomIsFull(limit=ROUNDS_LIMIT)
    return None


def _in_force(room: Room) -> tuple[int, ...]:
    return tuple(premise.id for premise in room.premises_in_force)


def _out_of_range(dials: Dials) -> Refusal | None:
    for name, (low, high) in DIAL_RANGES.items():
        value = getattr(dials, name)
        if value is not None and not low <= value <= high:
            return no.DialOutOfRange(dial=name, low=low, high=high)
    return None
