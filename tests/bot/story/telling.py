"""Short ways to ask a room for something and to look at the answer."""

from __future__ import annotations

from collections.abc import Iterable

from bot.story import Room, decide, replay
from bot.story.brief import Premise
from bot.story.commands import Command
from bot.story.events import Event
from bot.story.model import Person
from bot.story.refusals import Refusal
from tests.bot.building import add_premise, adopt, after, ask_round, open_room, record_take

CAI = Person(id="3", name="Cai 蔡")


def refusal_of(room: Room | None, command: Command) -> Refusal:
    decision = decide(room, command)
    assert isinstance(decision, Refusal), decision
    return decision


def events_of(room: Room | None, command: Command) -> tuple[Event, ...]:
    decision = decide(room, command)
    assert not isinstance(decision, Refusal), decision
    return decision


def story_of(*commands: Command) -> tuple[Room, tuple[Event, ...]]:
    """A room and its events, after commands that must all be carried out."""
    room: Room | None = None
    told: list[Event] = []
    for command in commands:
        events = events_of(room, command)
        room = replay(events, room)
        told += events
    assert room is not None
    return room, tuple(told)


def opened(*commands: Command) -> Room:
    return after(None, open_room(), *commands)


def with_premise(*commands: Command) -> Room:
    return opened(add_premise("A well-digger"), *commands)


def with_takes(*commands: Command) -> Room:
    """A room with one written round of two takes."""
    return with_premise(ask_round(), record_take(1, 0), record_take(1, 1, "A man fills a well."), *commands)


def with_draft(*commands: Command) -> Room:
    return with_takes(adopt(1, 0), *commands)


def names_of(events: Iterable[Event]) -> list[str]:
    return [event.type for event in events]


def untold(room: Room) -> tuple[Premise, ...]:
    """The cards without when the model was last told another secret, which not everybody may know."""
    return tuple(card.model_copy(update={"told": None}) for card in room.premises)
