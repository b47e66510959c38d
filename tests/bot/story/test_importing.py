"""Files that are to become rooms: what is whole is taken as it is, what is not has one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story import Refusal, decide, replay
from bot.story import refusals as no
from bot.story.commands import Close, KeepSecret, Lock
from bot.story.credit import credits_of
from bot.story.document import as_json
from bot.story.document.viewing import log_for
from bot.story.events import RoomOpened
from bot.story.importing import FILE_LIMIT, read_export
from bot.words import LANGUAGES, words
from tests.bot.building import ANA, BO, add_premise, open_room
from tests.bot.story.bringing import EVE, assert_brought_back, bring, without_places
from tests.bot.story.document.stories import whole_story
from tests.bot.story.strategies import HOSTILE
from tests.bot.story.telling import story_of

Spoil = Callable[[dict[str, Any]], None]


def told(words_typed: str = "Plain words") -> dict[str, Any]:
    _, log = whole_story(words_typed)
    found: dict[str, Any] = json.loads(as_json(log, say=words().say))
    return found


def read(export: dict[str, Any]) -> object:
    return read_export(json.dumps(export).encode())


def the(kind: str, export: dict[str, Any]) -> dict[str, Any]:
    """The first event of a kind."""
    found: dict[str, Any] = next(event for event in export["events"] if event["type"] == kind)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["Plain words", "井里的水会说话。", "שלום e\u0301 👨‍👩‍👧 \x00\u202e ]]>"])
def test_a_room_comes_back_as_it_was_taken_away(language: str, typed: str) -> None:
    room, log = whole_story(typed, name=typed)
    assert_brought_back(room, log)
    assert read_export(as_json(log, say=words(language).say).encode()) == log


def test_a_room_that_is_imported_twice_says_both_times_and_stays_the_same() -> None:
    room, log = whole_story()
    once = decide(None, bring(log))
    assert not isinstance(once, Refusal)
    twice = decide(None, bring(once))
    assert not isinstance(twice, Refusal)
    there = after_all(twice)
    assert [one.by for one in there.imports] == [EVE, EVE]
    assert without_places(there) == without_places(room)
    assert credits_of(there) == credits_of(room)


def test_an_import_with_secrets_withheld_is_whole() -> None:
    _, log = story_of(
        open_room(),
        add_premise("A well"),
        KeepSecret(at=3, by=ANA, premise=1, text="It lies"),
        Close(at=4, by=ANA),
    )
    content = as_json(log_for(log, BO.id), say=words().say)
    assert "It lies" not in content
    events = read_export(content.encode())
    assert isinstance(events, tuple)
    assert len(events) == len(log)
    assert after_all(events).premises[0].secret is None


def test_where_a_room_is_already_nothing_is_imported() -> None:
    room, log = whole_story()
    assert decide(room, bring(log)) == no.AlreadyARoom()


def test_who_imported_a_room_may_lead_it_and_its_opener_still_may() -> None:
    _, log = story_of(open_room(by=ANA), add_premise("A well"))
    events = decide(None, bring(log))
    assert not isinstance(events, Refusal)
    room = after_all(events)
    assert not isinstance(decide(room, Close(at=9, by=EVE)), Refusal)
    assert not isinstance(decide(room, Close(at=9, by=ANA)), Refusal)
    assert isinstance(decide(room, Close(at=9, by=BO)), no.OnlyTheOpener)


def test_an_export_from_before_imports_were_told_can_still_be_read() -> None:
    export = told()
    del the("RoomOpened", export)["imports"]
    assert isinstance(read(export), tuple)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{",
        b"null",
        b"[]",
        b"{}",
        b'{"format": "another"}',
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b'{"format": "storyroom.room", "version": 1, "events": [NaN]}',
        b'{"format": "storyroom.room", "version": 1, "events": [' + b"9" * 5000 + b"]}",
        b'{"format": "storyroom.room", "version": 1, "events": ["\\ud800"]}',
        json.dumps(told()).encode()[:-1],
        json.dumps(told()).encode()[:700],
    ],
    ids=range(13),
)
def test_what_is_not_a_rooms_json_or_not_whole_is_no_export(content: bytes) -> None:
    assert read_export(content) == no.NotAnExport()


def test_a_file_larger_than_any_room_is_not_looked_at() -> None:
    assert read_export(b"x" * (FILE_LIMIT + 1)) == no.FileTooLarge(size=8.1, limit=8)


@pytest.mark.parametrize("version", [2, 10**9])
def test_a_newer_export_is_named_as_one(version: int) -> None:
    refusal = read(told() | {"version": version, "events": [{"type": "Unheard"}]})
    assert refusal == no.NewerExport(version=min(version, 9999), known=1)


def _set(kind: str, /, **fields: Any) -> Spoil:
    return lambda export: the(kind, export).update(fields)


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda export: export.update(version="1"), "version"),
        (lambda export: export.update(version=True), "version"),
        (lambda export: export.update(events={}), "events"),
        (lambda export: export.update(events=[]), "events"),
        (lambda export: export.update(events=[7]), "events[0]"),
        (_set("RoomOpened", at="now"), "events[0].at"),
        (_set("RoomOpened", at=-1), "events[0].at"),
        (_set("RoomOpened", at=10**40), "events[0].at"),
        (_set("RoomOpened", brief={"title": "x" * 81}), "events[0].brief.title"),
        (_set("PremiseAdded", text=None), "events[1].text"),
        (_set("PremiseAdded", kind="hero"), "events[1].kind"),
        (_set("PremiseAdded", sneaked="in"), "events[1].sneaked"),
        (_set("PremiseAdded", type="Unheard"), "events[1]"),
    ],
)
def test_a_fault_is_named_by_its_place(spoil: Spoil, place: str) -> None:
    export = told()
    spoil(export)
    assert read(export) == no.BrokenExport(place=place)


def _without(kind: str) -> Spoil:
    return lambda export: export["events"].remove(the(kind, export))


def _twice(kind: str) -> Spoil:
    return lambda export: export["events"].append(the(kind, export))


@pytest.mark.parametrize(
    "spoil",
    [
        _without("RoomOpened"),
        _without("PremiseAdded"),
        _without("RoundAsked"),
        _without("TakeWritten"),
        _without("DraftAdopted"),
        _without("NoteWritten"),
        _twice("RoomOpened"),
        _twice("PremiseAdded"),
        _twice("RoundAsked"),
        _twice("TakeWritten"),
        _twice("DraftAdopted"),
        _twice("NoteWritten"),
        _set("PremiseAdded", premise=7),
        _set("PremiseAdded", text="x" * 1501),
        _set("PremiseAdded", text="\u200b"),
        _set("PremiseAdded", text="a\u202eb"),
        _set("PremiseAdded", by=None),
        _set("RoundAsked", takes=9),
        _set("RoundAsked", premises=[1, 99]),
        _set("RoundAsked", dials={"temperature": 1e9}),
        _set("TakeWritten", round=99),
        _set("TakeWritten", take=3),
        _set("TakeWritten", text="x" * 20_000),
        _set("DraftAdopted", take=3),
        _set("DraftAdopted", parent=1),
        _set("RoomLocked", draft=99),
        _set("DraftChosen", draft=0),
    ],
    ids=range(27),
)
def test_events_that_are_no_rooms_story_together_are_refused(spoil: Spoil) -> None:
    export = told()
    spoil(export)
    assert read(export) == no.UnheldExport()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_spoilt_the_answer_is_a_room_that_holds_or_a_refusal(data: st.DataObject) -> None:
    export = told()
    event = export["events"][data.draw(st.integers(0, len(export["events"]) - 1))]
    field = data.draw(st.sampled_from(sorted(event)))
    values = st.one_of(
        st.none(),
        st.integers(-2, 50),
        st.text(max_size=5),
        st.floats(),
        st.just([]),
        st.just({}),
        st.just([1]),
    )
    event[field] = data.draw(values)
    events = read(export)
    if not isinstance(events, tuple):
        assert isinstance(events, no.BrokenExport | no.UnheldExport | no.NotAnExport)
        return
    assert_brought_back(after_all(events), events)


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert read_export(content) == no.NotAnExport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_one_sentence_or_two_that_say_what_to_do(language: str) -> None:
    say = words(language).say
    for refusal in (
        no.NotAnExport(),
        no.NewerExport(version=2, known=1),
        no.BrokenExport(place="events[3].text"),
        no.UnheldExport(),
        no.FileTooLarge(size=9.5, limit=8),
    ):
        text = say(f"refusal.{refusal.code}", **refusal.values())
        assert len(text) < 250
        assert any(next_step in text for next_step in ("again", "重新", "再发"))


def test_the_import_is_in_the_first_event_and_in_the_room() -> None:
    _, log = story_of(open_room(), add_premise("A well"))
    events = decide(None, bring(log))
    assert isinstance(events, tuple)
    assert isinstance(events[0], RoomOpened)
    assert events[0].imports == after_all(events).imports


@pytest.mark.parametrize("typed", [text for text in HOSTILE if text.strip()])
def test_hostile_words_survive_the_way_out_and_back(typed: str) -> None:
    room, log = story_of(open_room(), add_premise(f"x{typed}"[:700]))
    assert_brought_back(room, log)


def test_a_locked_room_comes_back_locked() -> None:
    room, log = whole_story()
    assert isinstance(decide(room, Lock(at=9, by=ANA)), no.RoomIsLocked)
    assert_brought_back(room, log)


def after_all(events: object) -> Any:
    assert isinstance(events, tuple)
    room = replay(events)
    assert room is not None
    return room
