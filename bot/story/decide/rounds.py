"""Rounds: asked for by people, filled by the worker."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import (
    AskAgain,
    AskRound,
    CancelRound,
    FailRound,
    PersonCommand,
    PlaceRound,
    RecordTake,
    WriteNote,
)
from bot.story.decide.characters import character_gone
from bot.story.decide.levels import kept, source_of, unwritten
from bot.story.decide.locked import everything_is_locked, unfit
from bot.story.decide.room import closed, leaders, led
from bot.story.events import Event, NoteWritten, RoundAsked, RoundFailed, RoundPlaced, TakeWritten
from bot.story.levels import LISTS
from bot.story.lore import cards_of_round
from bot.story.refusals import Refusal
from bot.story.room import NOTE_LIMIT, PRESETS, Draft, Room
from bot.story.rounds import (
    CANCELLED,
    DIAL_PRESETS,
    DIAL_RANGES,
    OPEN_ROUNDS_LIMIT,
    ROUNDS_LIMIT,
    TAKES_LIMIT,
    Dials,
    Purpose,
    Round,
    RoundStatus,
)
from bot.story.text import clean


def ask(room: Room, command: AskRound) -> tuple[Event, ...] | Refusal:
    """Ask for takes of a level, written afresh around what is locked at it."""
    if refusal := cannot_ask(room) or unwritten(room, command.level):
        return refusal
    before = kept(room, command.level)
    if isinstance(before, Refusal):
        return before
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
            premises=premises_now(room),
            level=command.level,
            draft=before.number if before else None,
            locked=before.locked if before else (),
            source=_number(source_of(room, command.level)),
            structure=room.structure if command.level in LISTS else None,
        ),
    )


def ask_again(room: Room, command: AskAgain) -> tuple[Event, ...] | Refusal:
    """Ask for another round like an earlier one, from the premises as they are now."""
    if refusal := cannot_ask(room):
        return refusal
    earlier = room.round(command.round)
    if earlier is None or (earlier.private and earlier.asked_by != command.by.id):
        return no.NoSuchRound(round=command.round)
    afresh = earlier.purpose is Purpose.SYNOPSIS
    before = kept(room, earlier.level) if afresh else room.draft(earlier.draft)
    if isinstance(before, Refusal):
        return before
    if refusal := _out_of_reach(room, earlier, before):
        return refusal
    return (
        RoundAsked(
            at=command.at,
            by=command.by,
            round=len(room.rounds) + 1,
            purpose=earlier.purpose,
            takes=earlier.takes_wanted,
            dials=earlier.dials,
            seed=command.seed,
            premises=premises_now(room),
            draft=before.number if before else None,
            note=earlier.note,
            notes=earlier.notes,
            again_of=earlier.number,
            level=earlier.level,
            work=earlier.work,
            source=_number(source_of(room, earlier.level)) if afresh or earlier.source else None,
            locked=before.locked if before and earlier.purpose is not Purpose.READING else (),
            structure=room.structure if earlier.level in LISTS else None,
        ),
    )


def write_note(room: Room, command: WriteNote) -> tuple[Event, ...] | Refusal:
    """Give a note on the current draft and ask for its refinement."""
    if refusal := cannot_ask(room):
        return refusal
    draft = room.draft(room.current)
    if draft is None:
        return no.NoDraftYet()
    if command.draft is not None and command.draft != draft.number:
        return no.DraftMovedOn(seen=command.draft, current=draft.number)
    text = clean(command.text)
    if not text:
        return no.NoWords()
    too_long = no.TooLong(length=len(text), limit=NOTE_LIMIT) if len(text) > NOTE_LIMIT else None
    if refusal := too_long or everything_is_locked(room, draft):
        return refusal
    number = len(room.notes) + 1
    return (
        NoteWritten(at=command.at, by=command.by, note=number, text=text, draft=draft.number),
        refinement(room, command, draft, notes=(number,), seed=command.seed),
    )


def refinement(
    room: Room, command: PersonCommand, draft: Draft, *, notes: tuple[int, ...], seed: int
) -> RoundAsked:
    """A round that refines a draft on these notes, of which there is one at least."""
    takes, preset = PRESETS[room.preset]
    return RoundAsked(
        at=command.at,
        by=command.by,
        round=len(room.rounds) + 1,
        purpose=Purpose.REFINEMENT,
        takes=min(takes, 2),  # a refinement is compared with its draft, not with a field of others
        dials=DIAL_PRESETS[preset],
        seed=seed,
        premises=premises_now(room),
        draft=draft.number,
        note=notes[0],
        notes=notes if len(notes) > 1 else (),
        level=draft.level,
        source=draft.rests_on,
        locked=draft.locked,
        structure=room.structure if draft.level in LISTS else None,
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


def cancel(room: Room, command: CancelRound) -> tuple[Event, ...] | Refusal:
    """Take a round back: who asked for it, or who leads the room, if the round is not one person's own."""
    one = room.round(command.round)
    if one is None or (one.private and one.asked_by != command.by.id):
        return no.NoSuchRound(round=command.round)
    if None not in (command.message, one.message) and command.message != one.message:
        return no.NotItsMessage(round=one.number)
    if refusal := _over(room, one):
        return refusal
    if one.asked_by != command.by.id and led(room, command):
        leader, asker = leaders(room)[-1], room.name_of(one.asked_by)  # an opener may not be here
        if leader == one.asked_by:
            return no.OnlyTheAsker(round=one.number, asker=asker)
        return no.NotYourRound(round=one.number, asker=asker, leader=room.name_of(leader))
    return (RoundFailed(at=command.at, by=command.by, round=one.number, reason=CANCELLED),)


def _over(room: Room, one: Round) -> Refusal | None:
    """How a round ended that is to be taken back, if it did."""
    if one.status is RoundStatus.WRITTEN:
        return no.AlreadyWritten(round=one.number)
    if one.failure == CANCELLED and one.cancelled_by is not None:
        return no.AlreadyCancelled(round=one.number, who=room.name_of(one.cancelled_by))
    return no.RoundIsOver() if one.status is RoundStatus.FAILED else None


def cannot_ask(room: Room) -> Refusal | None:
    """Why nobody can ask for a round now, if nobody can."""
    if refusal := closed(room):
        return refusal
    if not cards_of_round(room):
        return no.NothingToWriteFrom()
    if len(room.open_rounds) >= OPEN_ROUNDS_LIMIT:
        return no.TooManyRounds(limit=OPEN_ROUNDS_LIMIT)
    if len(room.rounds) >= ROUNDS_LIMIT:
        return no.RoomIsFull(limit=ROUNDS_LIMIT)
    return None


def _out_of_reach(room: Room, earlier: Round, draft: Draft | None) -> Refusal | None:
    """Why a round cannot be asked for once more as things are: its person is gone, its parts are locked."""
    work = earlier.work
    if work is not None and work.character is not None and (refusal := character_gone(room, work)):
        return refusal
    if draft is None or earlier.purpose is Purpose.SYNOPSIS:  # a round afresh: see `kept`
        return None
    return everything_is_locked(room, draft) if work is None else unfit(room, draft, work)


def _number(draft: Draft | None) -> int | None:
    return draft.number if draft else None


def premises_now(room: Room) -> tuple[int, ...]:
    """The premises that a round is written from that is asked for now."""
    return tuple(premise.id for premise in room.premises_in_force)


def _out_of_range(dials: Dials) -> Refusal | None:
    for name, (low, high) in DIAL_RANGES.items():
        value = getattr(dials, name)
        if value is not None and not low <= value <= high:
            return no.DialOutOfRange(dial=name, low=low, high=high)
    return None
