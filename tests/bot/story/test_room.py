"""Opening, locking, closing and opening again: by the opener or who leads, and told plainly otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.story import Room, decide, evolve, replay
from bot.story import commands as c
from bot.story import events as e
from bot.story import refusals as no
from bot.story.brief import TITLE_LIMIT, TONE_LIMIT, Brief, Kind
from bot.story.evolve import BrokenLog, replayed
from bot.story.levels import Level
from bot.story.model import Person
from bot.story.room import RoomStatus
from bot.story.rounds import Dial
from bot.words import LANGUAGES, words
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, open_room, record_take
from tests.bot.story.telling import (
    events_of,
    names_of,
    opened,
    refusal_of,
    story_of,
    with_draft,
    with_premise,
    with_takes,
)


@pytest.mark.parametrize(
    "command",
    [
        add_premise("A well-digger"),
        ask_round(),
        adopt(1, 0),
        record_take(1, 0),
        c.WithdrawPremise(at=1, by=ANA, premise=1),
        c.Lock(at=1, by=ANA),
        c.Close(at=1, by=ANA),
        c.Reopen(at=1, by=ANA),
        c.GoBack(at=1, by=ANA, draft=1),
        c.WriteNote(at=1, by=ANA, text="x", seed=1),
        c.PlaceBoard(at=1, message="m"),
    ],
)
def test_a_thread_that_is_no_room_says_so_to_everything(command: c.Command) -> None:
    assert decide(None, command) == no.NoSuchRoom()


def test_a_room_is_opened_once() -> None:
    assert refusal_of(opened(), open_room()) == no.AlreadyARoom()


@pytest.mark.parametrize("title", [" ", "\u200b", "\u202e\u2066", "\n\t"])
def test_a_title_without_visible_words_is_refused(title: str) -> None:
    assert decide(None, open_room(brief=Brief(title=title))) == no.NoWords()


def test_a_title_that_is_too_long_never_becomes_a_command() -> None:
    with pytest.raises(ValidationError):
        Brief(title="x" * (TITLE_LIMIT + 1))


def test_a_title_or_tone_that_composing_lengthens_is_measured_afterwards() -> None:
    title = Brief(title="\u0958" * TITLE_LIMIT)
    assert decide(None, open_room(brief=title)) == no.TooLong(length=2 * TITLE_LIMIT, limit=TITLE_LIMIT)
    tone = Brief(title="x", tone="\u0958" * TONE_LIMIT)
    assert decide(None, open_room(brief=tone)) == no.TooLong(length=2 * TONE_LIMIT, limit=TONE_LIMIT)


def test_a_title_is_one_tidy_line() -> None:
    room = after(None, open_room(brief=Brief(title=" The\u202e\n Well ", tone="\u200b")))
    assert (room.brief.title, room.brief.tone) == ("The Well", None)


def test_only_the_opener_or_who_leads_ends_a_room() -> None:
    room = with_draft()
    only = no.OnlyTheOpener(opener="Ana")
    assert refusal_of(room, c.Lock(at=6, by=BO)) == only
    assert refusal_of(room, c.Close(at=6, by=BO)) == only
    assert after(room, c.Lock(at=6, by=BO, leads=True)).status is RoomStatus.LOCKED
    assert after(room, c.Close(at=6, by=BO, leads=True)).status is RoomStatus.CLOSED


def test_only_the_opener_or_who_leads_opens_a_room_again() -> None:
    room = with_draft(c.Lock(at=6, by=ANA))
    assert refusal_of(room, c.Reopen(at=7, by=BO)) == no.OnlyTheOpener(opener="Ana")
    assert after(room, c.Reopen(at=7, by=BO, leads=True)).status is RoomStatus.OPEN


def test_locking_makes_the_current_draft_canon() -> None:
    room = with_draft(adopt(1, 1), c.GoBack(at=6, by=BO, draft=1), c.Lock(at=7, by=ANA, draft=1))
    assert (room.canon, room.status) == (1, RoomStatus.LOCKED)


def test_locking_needs_a_draft() -> None:
    assert refusal_of(with_takes(), c.Lock(at=6, by=ANA)) == no.NoDraftYet()


def test_locking_another_draft_than_one_saw_is_refused() -> None:
    room = with_draft(adopt(1, 1))
    assert refusal_of(room, c.Lock(at=6, by=ANA, draft=1)) == no.DraftMovedOn(seen=1, current=2)


def test_a_room_that_is_over_is_not_ended_again() -> None:
    locked, closed = with_draft(c.Lock(at=6, by=ANA)), opened(c.Close(at=6, by=ANA))
    for command in (c.Lock(at=7, by=ANA), c.Close(at=7, by=ANA)):
        assert refusal_of(locked, command) == no.RoomIsLocked()
        assert refusal_of(closed, command) == no.RoomIsClosed()


def test_an_open_room_is_not_opened_again() -> None:
    assert refusal_of(opened(), c.Reopen(at=7, by=BO)) == no.RoomIsOpen()


def test_opening_again_unmakes_the_canon_and_keeps_the_draft() -> None:
    room = with_draft(c.Lock(at=6, by=ANA), c.Reopen(at=7, by=ANA))
    assert (room.canon, room.current, room.status) == (None, 1, RoomStatus.OPEN)


def test_the_board_is_placed_once_a_message() -> None:
    room = opened(c.PlaceBoard(at=2, message="m"))
    assert events_of(room, c.PlaceBoard(at=3, message="m")) == ()
    assert after(room, c.PlaceBoard(at=3, message="n")).board == "n"


def test_a_room_knows_people_by_the_name_they_last_had() -> None:
    renamed = Person(id=BO.id, name="Bo the Bold")
    room = opened(add_premise("Rain", by=BO), add_premise("Sun", by=renamed))
    assert room.name_of(BO.id) == "Bo the Bold"
    assert room.name_of("99") == "99"


def test_every_refusal_has_words_for_its_values_in_every_language() -> None:
    asked = {
        kind
        for kind in vars(no).values()
        if isinstance(kind, type) and issubclass(kind, no.Refusal) and kind is not no.Refusal
    }
    samples: dict[Any, Any] = {str: "A", int: 1, float: 0.5, Level: Level.BEATS, Dial: Dial.TOP_K}
    for kind in asked:
        values = {name: samples[field.annotation] for name, field in kind.model_fields.items()}
        for language in LANGUAGES:
            assert words(language).say(f"refusal.{kind(**values).code}", **kind(**values).values())


def test_a_log_that_does_not_begin_with_an_opening_is_broken() -> None:
    room, log = story_of(open_room(), add_premise("Rain"))
    with pytest.raises(BrokenLog):
        replay(log[1:])
    with pytest.raises(BrokenLog):
        evolve(room, log[0])
    with pytest.raises(BrokenLog):
        replayed([])


@pytest.mark.parametrize(
    "event",
    [
        e.RoomOpened.model_validate({**open_room().model_dump(exclude={"leads"}), "by": None}),
        e.PremiseAdded(at=1, premise=1, kind=Kind.THEME, text="x"),
        e.NoteWritten(at=1, note=1, text="x", draft=1),
    ],
)
def test_an_event_that_nobody_did_is_broken(event: e.Event) -> None:
    before: Room | None = None if isinstance(event, e.RoomOpened) else with_premise()
    with pytest.raises(BrokenLog):
        evolve(before, event)


def test_a_room_replays_from_a_snapshot_as_from_nothing() -> None:
    room, log = story_of(open_room(), add_premise("Rain"), ask_round(takes=1), record_take(1, 0), adopt(1, 0))
    halfway = replay(log[:3])
    assert replay(log[3:], halfway) == replay(log) == room
    assert names_of(log)[-1] == "DraftAdopted"
    assert room.revision == len(log)
