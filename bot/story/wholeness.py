"""Whether a room could have come about by the rules: for rooms that were told to us and not decided here.

Replaying catches what cannot follow. This looks at the result: every number in its place, every reference to
something that is there, every text within its limit and without invisible characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Protocol

from bot.story.ballots.ballot import BALLOTS_LIMIT, Ballot, Candidate
from bot.story.ballots.result import Result
from bot.story.brief import PREMISES_LIMIT, Premise
from bot.story.green_light import LIGHTS_LIMIT
from bot.story.room import DRAFT_LIMIT, Draft, Room, RoomStatus
from bot.story.rounds import DIAL_RANGES, ROUNDS_LIMIT, Dials, Round
from bot.story.text import clean, clean_line
from bot.story.works import TextRef, Work, WorkKind


def holds_together(room: Room) -> bool:
    """Whether everything in a room fits everything else.

    Raises:
        ValidationError: a value is not what its field takes; replaying does not look at those.

    """
    Room.model_validate(room.model_dump())
    return all(_checks(room))


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


def _checks(room: Room) -> Iterator[bool]:
    yield [one.id for one in room.premises] == list(range(1, len(room.premises) + 1))
    for things in (room.rounds, room.notes, room.drafts, room.ballots, room.lights):
        yield _in_order(things)
    yield len(room.premises_in_force) <= PREMISES_LIMIT
    yield len(room.rounds) <= ROUNDS_LIMIT
    yield len(room.ballots) <= BALLOTS_LIMIT
    yield len(room.lights) <= LIGHTS_LIMIT
    yield clean_line(room.brief.title) == room.brief.title
    yield (room.status is RoomStatus.LOCKED) == (room.canon is not None)
    drafts = (room.canon, room.current, *room.in_force.values(), *(one.draft for one in room.lights))
    yield all(_has_draft(room, number) for number in drafts)
    yield all(_premise(one) for one in room.premises)
    yield all(_round(room, one) for one in room.rounds)
    yield all(_draft(room, one) for one in room.drafts)
    yield all(_ballot(room, one) for one in room.ballots)
    yield all(clean(note.text) == note.text for note in room.notes)
    yield all(_has_draft(room, note.draft) for note in room.notes)
    yield all(room.note(number) is not None for light in room.lights for number in light.notes)


def _in_order(things: Sequence[_Numbered]) -> bool:
    return [one.number for one in things] == list(range(1, len(things) + 1))


def _has_draft(room: Room, number: int | None) -> bool:
    return number is None or room.draft(number) is not None


def _premise(one: Premise) -> bool:
    return bool(one.text.strip()) and clean(one.text) == one.text and clean_line(one.name) == one.name


def _round(room: Room, one: Round) -> bool:
    takes = [take.number for take in one.takes]
    work = one.work
    return (
        len(set(takes)) == len(takes)
        and all(0 <= take < one.takes_wanted for take in takes)
        and all(len(take.text) <= DRAFT_LIMIT for take in one.takes)
        and all(_dials(dials) for dials in (one.dials, *(take.receipt.dials for take in one.takes)))
        and all(room.premise(number) is not None for number in one.premises)
        and _has_draft(room, one.draft)
        and _has_draft(room, one.source)
        and (one.note is None or room.note(one.note) is not None)
        and (one.again_of is None or 0 < one.again_of < one.number)
        and (work is None or _work(room, work))
    )


def _work(room: Room, work: Work) -> bool:
    """What a kind of work does not look at may be anything."""
    if work.kind in (WorkKind.INTERVIEW, WorkKind.VIEWPOINT):
        return work.character is None or room.premise(work.character) is not None
    if work.kind is WorkKind.SPLICE:
        return all(ref is None or _text(room, ref) for ref in (work.base, work.other))
    return True


def _dials(dials: Dials) -> bool:
    turned = ((getattr(dials, name), bounds) for name, bounds in DIAL_RANGES.items())
    return all(value is None or low <= value <= high for value, (low, high) in turned)


def _text(room: Room, ref: TextRef) -> bool:
    if ref.draft is not None:
        return room.draft(ref.draft) is not None
    return ref.round is not None and ref.take is not None and _has_take(room, ref.round, ref.take)


def _has_take(room: Room, number: int, take: int) -> bool:
    one = room.round(number)
    return one is not None and one.take(take) is not None


def _draft(room: Room, one: Draft) -> bool:
    """Its text is there, and what it comes from is older."""
    earlier = (one.parent, one.rests_on)
    if one.text is not None:
        has_text = bool(one.text.strip()) and len(one.text) <= DRAFT_LIMIT
    else:
        has_text = one.round is not None and one.take is not None and _has_take(room, one.round, one.take)
    return (
        has_text
        and all(number is None or 0 < number < one.number for number in earlier)
        and _has_draft(room, one.lost_to)
    )


def _ballot(room: Room, one: Ballot) -> bool:
    return (
        (one.round is None or room.round(one.round) is not None)
        and all(_candidate(room, one, candidate) for candidate in one.candidates)
        and (one.result is None or _result(one.result, len(one.candidates)))
        and (one.adopted is None or 0 <= one.adopted < len(one.candidates))
        and (one.closing is None) == (one.result is None)
        and all(each.sheet.fits(len(one.candidates)) for each in one.sheets)
    )


def _result(result: Result, candidates: int) -> bool:
    """Every candidate has its standing and every pair its count, or nobody voted."""
    every = set(range(candidates))
    standing = sorted(one.candidate for one in result.standings)
    pairs = {frozenset((pair.one, pair.two)) for pair in result.pairs}
    return (
        standing in ([], sorted(every))
        and pairs in (set(), {frozenset(pair) for pair in combinations(every, 2)})
        and bool(pairs) >= bool(standing)
        and {*result.apart, *result.level} <= every
    )


def _candidate(room: Room, one: Ballot, candidate: Candidate) -> bool:
    if candidate.draft is not None:
        return room.draft(candidate.draft) is not None
    return one.round is not None and candidate.take is not None and _has_take(room, one.round, candidate.take)
