"""Secrets: who keeps them, who sees them, and that a log taken away has none that its reader may not know."""

from __future__ import annotations

import pytest

from bot.story import commands as c
from bot.story import refusals as no
from bot.story import replay
from bot.story.bible import SECRET_LIMIT, SHARED_LIMIT, Scope
from bot.story.brief import Kind
from bot.story.events import EVENTS, Event, Withheld
from bot.story.model import Person
from bot.story.secrets import events_seen_by, room_seen_by
from tests.bot.building import ANA, BO, add_premise, after, open_room
from tests.bot.story.telling import CAI, events_of, opened, refusal_of, story_of, untold, with_draft

DEAD = "She is dead already"


def keep(text: str | None = DEAD, *, by: Person = ANA, **more: object) -> c.KeepSecret:
    return c.KeepSecret.model_validate({"at": 3, "by": by, "premise": 1, "text": text, **more})


def test_a_secret_is_its_authors_alone_until_it_is_shared() -> None:
    room = opened(add_premise("Mara"), keep())
    secret = room.premises[0].secret
    assert secret is not None
    assert (secret.scope, secret.owner, secret.model) == (Scope.MINE, ANA.id, False)
    assert [secret.seen_by(viewer) for viewer in (ANA.id, BO.id, None)] == [True, False, False]


def test_a_secret_is_shared_with_people_with_the_model_or_with_both() -> None:
    room = opened(add_premise("Mara"), keep())
    told = after(room, keep(None, model=True)).premises[0].secret
    assert told is not None
    assert (told.scope, told.text, told.seen_by(BO.id)) == (Scope.MODEL, DEAD, False)
    both = after(room, keep(None, shared_with=(BO.id, ANA.id, BO.id), model=True)).premises[0].secret
    assert both is not None
    assert (both.scope, both.shared_with, both.model) == (Scope.SHARED, (BO.id,), True)
    assert both.seen_by(BO.id)
    assert not both.seen_by(CAI.id)


def test_only_the_author_has_a_secret_on_a_card_even_on_an_open_one() -> None:
    room = opened(add_premise("Mara"), c.OpenCard(at=3, by=ANA, premise=1), keep())
    assert refusal_of(room, keep("Mine", by=BO)) == no.NotYours(author="Ana")
    assert refusal_of(room, c.DropSecret(at=4, by=BO, premise=1, leads=True)) == no.NotYours(author="Ana")
    edited = after(room, c.EditPremise(at=4, by=BO, premise=1, text="Mara, a spy", secret="Mine"))
    assert edited.premises[0].secret == room.premises[0].secret


def test_an_edit_changes_the_secrets_words_and_not_whom_it_is_for() -> None:
    room = opened(add_premise("Mara"), keep(shared_with=(BO.id,), model=True))
    edited = after(room, c.EditPremise(at=4, by=ANA, premise=1, text="Mara", secret="She lives"))
    secret = edited.premises[0].secret
    assert secret is not None
    assert (secret.text, secret.shared_with, secret.model) == ("She lives", (BO.id,), True)
    assert edited.premises[0].version == room.premises[0].version, "the card's own words are as they were"
    emptied = after(room, c.EditPremise(at=4, by=ANA, premise=1, text="Mara", secret=" \u200b"))
    assert emptied.premises[0].secret is None


def test_sharing_a_secret_that_is_none_is_refused() -> None:
    assert refusal_of(opened(add_premise("Mara")), keep(None, model=True)) == no.NoSecret(premise=1)


@pytest.mark.parametrize("text", ["", "\u200b \n"])
def test_a_secret_without_words_is_refused(text: str) -> None:
    assert refusal_of(opened(add_premise("Mara")), keep(text)) == no.NoWords()


def test_a_secret_has_a_length_and_a_circle() -> None:
    room = opened(add_premise("Mara"))
    long = no.TooLong(length=SECRET_LIMIT + 1, limit=SECRET_LIMIT)
    assert refusal_of(room, keep("x" * (SECRET_LIMIT + 1))) == long
    crowd = tuple(map(str, range(100, 101 + SHARED_LIMIT)))
    assert refusal_of(room, keep(shared_with=crowd)) == no.TooManyToldASecret(limit=SHARED_LIMIT)


def test_a_lock_keeps_a_secrets_words_but_not_its_owner_from_taking_it_back() -> None:
    room = opened(add_premise("Mara", by=BO), keep(by=BO, model=True), c.LockCard(at=4, by=ANA, premise=1))
    assert refusal_of(room, keep("Another", by=BO)) == no.CardIsLocked(premise=1, who="Ana")
    alone = after(room, keep(None, by=BO)).premises[0].secret
    assert alone is not None
    assert not alone.model
    assert after(room, c.DropSecret(at=5, by=BO, premise=1)).premises[0].secret is None


def test_a_secret_is_taken_off_in_a_room_that_is_over_too() -> None:
    room = with_draft(keep(), c.Lock(at=6, by=ANA))
    assert after(room, c.DropSecret(at=7, by=ANA, premise=1)).premises[0].secret is None
    assert events_of(with_draft(), c.DropSecret(at=7, by=ANA, premise=1)) == ()


def test_a_picked_up_card_brings_no_secret_of_who_picked_it_up() -> None:
    command = c.AddPremise(
        at=2, by=BO, kind=Kind.TWIST, text="The well was a door", author=CAI, secret="Bo's own"
    )
    assert opened(command).premises[0].secret is None


def log() -> tuple[Event, ...]:
    """Ana's secret: kept, told in other words, shared with Bo."""
    _, events = story_of(
        open_room(),
        add_premise("Mara"),
        add_premise("A valley", kind=Kind.SETTING, by=BO),
        keep("First words"),
        keep("Second words", model=True),
        keep(None, shared_with=(BO.id,), model=True),
        c.KeepSecret(at=8, by=BO, premise=2, text="Bo's alone"),
    )
    return events


def test_an_owner_takes_all_their_words_away_and_others_what_is_shared_with_them_now() -> None:
    assert secrets_in(events_seen_by(log(), ANA.id)) == ["First words", "Second words", "Second words"]
    assert secrets_in(events_seen_by(log(), BO.id)) == ["Second words", "Bo's alone"]
    assert secrets_in(events_seen_by(log(), CAI.id)) == []
    assert secrets_in(events_seen_by(log(), None)) == []


def test_what_is_withheld_keeps_its_place_and_says_nothing() -> None:
    seen = events_seen_by(log(), CAI.id)
    withheld = [event for event in seen if isinstance(event, Withheld)]
    assert len(seen) == len(log())
    assert len(withheld) == 4
    assert all(set(event.model_dump(exclude_none=True)) == {"at", "type"} for event in withheld)
    assert [EVENTS.validate_json(EVENTS.dump_json(event)) for event in seen] == list(seen)


def test_a_log_without_secrets_replays_to_the_room_without_them() -> None:
    room = replay(log())
    assert room is not None
    for viewer in (ANA.id, BO.id, CAI.id, None):
        seen = replay(events_seen_by(log(), viewer))
        assert seen is not None
        assert untold(seen) == untold(room_seen_by(room, viewer))
        assert seen.revision == room.revision


def test_who_is_no_longer_told_takes_nothing_away() -> None:
    room, events = story_of(open_room(), add_premise("Mara"), keep(shared_with=(BO.id,)), keep(None))
    assert secrets_in(events_seen_by(events, BO.id)) == []
    assert room_seen_by(room, BO.id).premises[0].secret is None


def secrets_in(events: tuple[Event, ...]) -> list[str]:
    return [event.text for event in events if event.type == "SecretKept"]
