"""Cards: who may change, lock, pin and open them, and what of them is kept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import commands as c
from bot.story import refusals as no
from bot.story import replay
from bot.story.bible import ALIASES_LIMIT, DETAIL_LIMIT, FRAME, NAME_LIMIT, Details
from bot.story.brief import Form, Kind, Length, Rating
from bot.story.card_history import card_as_of, history_of
from bot.story.events import PremiseAdded, PremiseEdited
from bot.story.model import Person
from bot.story.room import Room
from tests.bot.building import ANA, BO, add_premise, after, open_room
from tests.bot.story.telling import (
    CAI,
    events_of,
    names_of,
    opened,
    refusal_of,
    story_of,
    with_draft,
    with_premise,
)


def card(text: str = "Mara, a well-digger", *, by: Person = ANA, **more: object) -> c.AddPremise:
    given = {"at": 2, "by": by, "kind": Kind.CHARACTER, "text": text, **more}
    return c.AddPremise.model_validate(given)


def edit(text: str, *, by: Person = ANA, premise: int = 1, **more: object) -> c.EditPremise:
    return c.EditPremise.model_validate({"at": 9, "by": by, "premise": premise, "text": text, **more})


def frame(*, by: Person = ANA, tone: str = "dry", **more: object) -> c.ChangeFrame:
    given = {"at": 9, "by": by, "form": Form.HOUR, "length": Length.LONG, "tone": tone, **more}
    return c.ChangeFrame.model_validate(given)


def test_a_character_has_a_want_a_need_and_a_flaw() -> None:
    drives = Details(want="water", need=" to be\nforgiven ", flaw="she lies")
    room = opened(card(details=drives))
    assert room.premises[0].details == Details(want="water", need="to be forgiven", flaw="she lies")
    changed = after(room, edit("Mara, a well-digger", details=drives.model_copy(update={"want": "rain"})))
    assert changed.premises[0].details == Details(want="rain", need="to be forgiven", flaw="she lies")


def test_what_an_edit_does_not_name_stays() -> None:
    room = opened(card(name="Mara", aliases=("the digger",), details=Details(flaw="she lies")))
    changed = after(room, edit("Mara, a diviner")).premises[0]
    assert (changed.name, changed.aliases) == ("Mara", ("the digger",))
    assert changed.details == Details(flaw="she lies")


def test_other_names_are_tidied_and_counted() -> None:
    names = (" the  digger ", "the digger", "\u200b", "M.")
    assert opened(card(aliases=names)).premises[0].aliases == ("the digger", "M.")
    crowd = tuple(f"name {number}" for number in range(ALIASES_LIMIT + 1))
    assert refusal_of(opened(), card(aliases=crowd)) == no.TooManyNames(limit=ALIASES_LIMIT)


@pytest.mark.parametrize(
    ("more", "limit"),
    [
        ({"name": "x" * (NAME_LIMIT + 1)}, NAME_LIMIT),
        ({"aliases": ("x" * (NAME_LIMIT + 1),)}, NAME_LIMIT),
        ({"details": {"want": "\u0958" * (DETAIL_LIMIT // 2 + 1)}}, DETAIL_LIMIT),
    ],
)
def test_a_part_that_is_too_long_is_told_by_how_much(more: dict[str, Any], limit: int) -> None:
    refusal = refusal_of(opened(), card(**more))
    assert isinstance(refusal, no.TooLong)
    assert refusal.limit == limit < refusal.length


@pytest.mark.parametrize(
    "text", ["They all wait for the rain to come back to the valley and it does not", "!", "井"]
)
def test_lore_needs_a_name_to_be_called_by(text: str) -> None:
    assert refusal_of(opened(), card(text, kind=Kind.LORE)) == no.LoreWithoutAName()
    room = opened(card(text, kind=Kind.LORE, name="The Guild"))
    assert room.premises[0].name == "The Guild"


def test_an_open_card_is_edited_by_everybody_and_withdrawn_by_its_author() -> None:
    room = opened(card())
    assert refusal_of(room, edit("Mara, a spy", by=BO)) == no.NotYours(author="Ana")
    assert refusal_of(room, c.OpenCard(at=3, by=BO, premise=1)) == no.NotYours(author="Ana")
    room = after(room, c.OpenCard(at=3, by=ANA, premise=1))
    changed = after(room, edit("Mara, a spy", by=BO))
    assert changed.premises[0].text == "Mara, a spy"
    assert changed.premises[0].author == ANA.id
    withdrawing = c.WithdrawPremise(at=5, by=BO, premise=1)
    assert refusal_of(changed, withdrawing) == no.NotYours(author="Ana")
    shut = after(changed, c.OpenCard(at=6, by=ANA, premise=1, open=False))
    assert refusal_of(shut, edit("Mara, a ghost", by=BO)) == no.NotYours(author="Ana")


def test_a_locked_card_stays_as_it_is_and_says_who_locked_it() -> None:
    room = opened(card(by=BO), c.LockCard(at=3, by=ANA, premise=1))
    locked = no.CardIsLocked(premise=1, who="Ana")
    assert refusal_of(room, edit("Mara, a spy", by=BO)) == locked
    assert refusal_of(room, c.WithdrawPremise(at=4, by=BO, premise=1)) == locked
    assert refusal_of(room, c.UnlockCard(at=4, by=BO, premise=1)) == locked
    assert refusal_of(room, c.LockCard(at=4, by=BO, premise=1)) == locked
    unlocked = after(room, c.UnlockCard(at=4, by=ANA, premise=1), edit("Mara, a spy", by=BO))
    assert unlocked.premises[0].text == "Mara, a spy"


def test_an_author_locks_their_own_card_and_a_moderator_any() -> None:
    room = opened(card(by=BO))
    stranger = c.LockCard(at=3, by=CAI, premise=1)
    assert refusal_of(room, stranger) == no.NotYourCard(premise=1, author="Bo")
    moderator = stranger.model_copy(update={"leads": True})
    assert after(room, moderator).premises[0].locked_by == CAI.id
    assert after(room, c.LockCard(at=3, by=BO, premise=1)).premises[0].locked_by == BO.id


def test_locking_and_pinning_what_is_so_already_changes_nothing() -> None:
    room = opened(card(), c.LockCard(at=3, by=ANA, premise=1), c.PinCard(at=3, by=BO, premise=1))
    assert events_of(room, c.LockCard(at=4, by=ANA, premise=1)) == ()
    assert events_of(room, c.PinCard(at=4, by=ANA, premise=1)) == ()
    assert events_of(room, c.OpenCard(at=4, by=ANA, premise=1, open=False)) == ()
    unlocked = after(room, c.UnlockCard(at=4, by=ANA, premise=1))
    assert events_of(unlocked, c.UnlockCard(at=5, by=ANA, premise=1)) == ()


def test_who_typed_on_an_older_version_is_told_and_may_then_overwrite() -> None:
    room = opened(card(), c.OpenCard(at=3, by=ANA, premise=1))
    seen = room.premises[0].version
    room = after(room, edit("Mara, a spy", by=BO, seen=seen))
    late = edit("Mara, a ghost", seen=seen)
    assert refusal_of(room, late) == no.ChangedMeanwhile(premise=1, who="Bo")
    assert events_of(room, edit("Mara, a spy", seen=seen)) == (), "both typed the same"
    again = late.model_copy(update={"seen": room.premises[0].version})
    assert after(room, again).premises[0].text == "Mara, a ghost"


def test_an_edit_from_before_versions_were_seen_is_carried_out() -> None:
    room = opened(card(), edit("Mara, a spy"))
    assert after(room, edit("Mara, a ghost")).premises[0].text == "Mara, a ghost"


def test_a_cards_history_has_every_wording_with_who_and_when() -> None:
    _, told = story_of(
        open_room(),
        card(details=Details(want="water")),
        c.OpenCard(at=3, by=ANA, premise=1),
        edit("Mara, a spy", by=BO),
        c.KeepSecret(at=9, by=ANA, premise=1, text="She is dead"),
        c.LockCard(at=10, by=ANA, premise=1),
    )
    steps = history_of(told, 1)
    assert [(step.event, step.by.name, step.at) for step in steps] == [
        ("PremiseAdded", "Ana", 2),
        ("CardOpened", "Ana", 3),
        ("PremiseEdited", "Bo", 9),
        ("CardLocked", "Ana", 10),
    ]
    assert all("dead" not in step.model_dump_json() for step in steps)
    first = card_as_of(told, 1, 2)
    assert first is not None
    assert first.text == "Mara, a well-digger"
    assert card_as_of(told, 1, 3) is None, "opening a card makes no version of it"


def test_an_event_from_before_there_were_cards_leaves_the_rest_as_it_was() -> None:
    room = opened(card(name="Mara", details=Details(flaw="she lies")))
    old = PremiseEdited.model_validate(
        {"at": 3, "by": ANA, "type": "PremiseEdited", "premise": 1, "kind": "theme", "text": "Rain"}
    )
    changed = replay([old], room)
    assert changed is not None
    assert (changed.premises[0].text, changed.premises[0].name) == ("Rain", "Mara")
    added = PremiseAdded.model_validate(
        {"at": 3, "by": ANA, "type": "PremiseAdded", "premise": 2, "kind": "theme", "text": "Dust"}
    )
    after_old = replay([added], room)
    assert after_old is not None
    assert after_old.premises[1].details is None


def test_a_room_stored_before_there_were_cards_is_read() -> None:
    stored = with_draft().model_dump(mode="json", exclude_none=True)
    for old in stored["premises"]:
        for field in set(old) - {"id", "kind", "text", "author", "added_by", "withdrawn"}:
            del old[field]
    del stored["frame"]
    room = Room.model_validate(stored)
    assert room.premises[0].version == 0
    changed = after(room, edit("A diviner", seen=0))
    assert changed.premises[0].version == changed.revision


def test_the_frame_is_a_card_of_who_leads_the_room() -> None:
    room = with_premise()
    assert refusal_of(room, frame(by=BO)) == no.OnlyTheOpener(opener="Ana")
    changed = after(room, frame(rating=Rating.TEEN))
    assert (changed.brief.form, changed.brief.length) == (Form.HOUR, Length.LONG)
    assert (changed.brief.tone, changed.brief.rating) == ("dry", Rating.TEEN)
    assert changed.brief.title == room.brief.title
    assert events_of(changed, frame(rating=Rating.TEEN)) == ()
    bare = after(changed, frame(tone=" \u200b "))
    assert (bare.brief.tone, bare.brief.rating) == (None, None)


def test_a_locked_frame_is_not_changed_even_by_the_opener() -> None:
    room = with_premise(c.LockCard(at=3, by=ANA, premise=FRAME))
    assert refusal_of(room, frame()) == no.CardIsLocked(premise=FRAME, who="Ana")
    assert refusal_of(room, c.PinCard(at=3, by=ANA, premise=FRAME)) == no.NoSuchPremise(premise=FRAME)
    unlocked = after(room, c.UnlockCard(at=4, by=ANA, premise=FRAME))
    assert after(unlocked, frame()).brief.tone == "dry"


def test_two_who_change_the_frame_are_told_of_each_other() -> None:
    leads = frame(by=BO, tone="wry", seen=0).model_copy(update={"leads": True})
    room = with_premise(leads)
    assert refusal_of(room, frame(seen=0)) == no.FrameChangedMeanwhile(who="Bo")


def test_the_frames_history_is_told_too() -> None:
    _, told = story_of(open_room(), add_premise("A well"), frame(), c.LockCard(at=10, by=ANA, premise=FRAME))
    assert [step.event for step in history_of(told, FRAME)] == ["RoomOpened", "FrameChanged", "CardLocked"]


@pytest.mark.parametrize(
    "command",
    [
        c.LockCard(at=7, by=ANA, premise=1),
        c.UnlockCard(at=7, by=ANA, premise=1),
        c.PinCard(at=7, by=ANA, premise=1),
        c.OpenCard(at=7, by=ANA, premise=1),
        c.KeepSecret(at=7, by=ANA, premise=1, text="x"),
        c.StillFine(at=7, by=ANA, draft=1),
        frame(),
    ],
)
def test_a_room_that_is_over_changes_no_cards(command: c.PersonCommand) -> None:
    room = with_draft(c.Lock(at=6, by=ANA))
    assert refusal_of(room, command) == no.RoomIsLocked()


@pytest.mark.parametrize("number", [-1, 2, 10**9])
def test_an_unknown_card_is_said_to_be_unknown(number: int) -> None:
    room = with_premise()
    for command in (
        c.LockCard(at=7, by=ANA, premise=number),
        c.UnlockCard(at=7, by=ANA, premise=number),
        c.PinCard(at=7, by=ANA, premise=number),
        c.OpenCard(at=7, by=ANA, premise=number),
        c.KeepSecret(at=7, by=ANA, premise=number, text="x"),
        c.DropSecret(at=7, by=ANA, premise=number),
    ):
        assert refusal_of(room, command) == no.NoSuchPremise(premise=number)


def test_a_card_brought_with_a_secret_is_two_events_of_one_operation() -> None:
    events = events_of(opened(), card(secret="She is dead"))
    assert names_of(events) == ["PremiseAdded", "SecretKept"]
