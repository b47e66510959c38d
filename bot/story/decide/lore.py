"""Which cards a round is written from, whoever asks for it: lore that nobody names or pinned stays out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.story.brief import Kind
from bot.story.events import Event, NoteWritten, RoundAsked
from bot.story.lore import cards_of_round
from bot.story.room import Room
from bot.story.works import TextRef


def with_their_lore(room: Room, decision: Sequence[Event]) -> tuple[Event, ...]:
    """The events, each round among them with the lore that it is about and no other."""
    if not any(card.kind is Kind.LORE for card in room.premises_in_force):
        return tuple(decision)
    return tuple(
        _with_its_lore(room, event, decision) if isinstance(event, RoundAsked) else event
        for event in decision
    )


def _with_its_lore(room: Room, asked: RoundAsked, decision: Sequence[Event]) -> RoundAsked:
    allowed = set(cards_of_round(room, *_about(room, asked, decision)))
    return asked.model_copy(update={"premises": tuple(n for n in asked.premises if n in allowed)})


def _about(room: Room, asked: RoundAsked, decision: Sequence[Event]) -> Iterator[str]:
    """What the round is made of besides the brief."""
    yield from (room.text_of(draft) for draft in map(room.draft, (asked.draft, asked.source)) if draft)
    yield from (note.text for note in map(room.note, {asked.note, *asked.notes}) if note)
    yield from (event.text for event in decision if isinstance(event, NoteWritten))
    if asked.work and asked.work.text:
        yield asked.work.text
    if asked.work and asked.work.other:
        yield _text_of(room, asked.work.other)


def _text_of(room: Room, text: TextRef) -> str:
    if draft := room.draft(text.draft):
        return room.text_of(draft)
    one = room.round(text.round) if text.round is not None else None
    take = one.take(text.take) if one and text.take is not None else None
    return take.text if take else ""
