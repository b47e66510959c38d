"""Green lights: a quorum of people says go, in the open, by a time if there is one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import Room
from bot.story import refusals as no
from bot.story.commands import AskLight, EndLight, Lock, SayGo
from bot.story.green_light import LightStatus
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import RoomStatus
from tests.bot.building import ANA, BO, adopt, after
from tests.bot.story.telling import CAI, events_of, names_of, refusal_of, with_draft, with_takes

HOUR = 3_600_000


def ask(by: Person = BO, **given: Any) -> AskLight:
    return AskLight.model_validate({"at": 10, "by": by, "quorum": 2, **given})


def go(by: Person, at: int = 11) -> SayGo:
    return SayGo(at=at, by=by, light=1)


def not_yet(by: Person, missing: str = "An ending.") -> SayGo:
    return SayGo(at=11, by=by, light=1, missing=missing)


def asked(**given: Any) -> Room:
    return after(with_draft(), ask(**given))


def status(room: Room) -> LightStatus:
    return room.lights[-1].status


def test_it_is_green_when_enough_people_say_go_and_locking_stays_a_persons_act() -> None:
    room = after(asked(), go(ANA))
    assert status(room) is LightStatus.OPEN
    assert names_of(events_of(room, go(CAI))) == ["LightSaid", "LightEnded"]
    room = after(room, go(CAI))
    assert (status(room), room.status) == (LightStatus.GREEN, RoomStatus.OPEN)
    assert after(room, Lock(at=12, by=ANA, draft=1)).canon == 1


def test_it_locks_by_itself_where_who_may_lock_asked_for_that() -> None:
    assert refusal_of(with_draft(), ask(BO, lock=True)) == no.OnlyTheOpener(opener="Ana")
    room = after(with_draft(), ask(ANA, lock=True), go(BO), go(CAI))
    assert (status(room), room.canon, room.status) == (LightStatus.GREEN, 1, RoomStatus.LOCKED)


def test_nobody_is_counted_twice_and_everybody_may_change_their_mind() -> None:
    room = after(asked(), go(ANA))
    assert events_of(room, go(ANA)) == ()
    room = after(room, not_yet(ANA))
    assert (room.lights[0].go, room.lights[0].not_yet) == ((), (ANA.id,))
    room = after(room, go(ANA))
    assert (room.lights[0].go, room.lights[0].not_yet) == ((ANA.id,), ())
    assert [note.text for note in room.open_notes] == ["An ending."], "what was missing stays a note"


def test_a_not_yet_says_what_is_missing_as_a_note_on_the_draft() -> None:
    room = after(asked(), not_yet(CAI, "A reason."))
    assert (room.notes[0].text, room.notes[0].draft, room.notes[0].author) == ("A reason.", 1, CAI.id)
    assert room.lights[0].notes == (1,)
    assert refusal_of(asked(), not_yet(CAI, " \u200b ")) == no.NoWords()


def test_its_time_runs_out_once_and_only_when_it_is_due() -> None:
    room = asked(deadline=10 + HOUR)
    assert events_of(room, EndLight(at=9 + HOUR, light=1)) == ()
    assert refusal_of(room, go(ANA, at=10 + HOUR)) == no.LightIsOver(draft=1)
    room = after(room, EndLight(at=10 + HOUR, light=1))
    assert status(room) is LightStatus.LAPSED
    assert events_of(room, EndLight(at=11 + HOUR, light=1)) == ()


def test_a_room_that_went_on_to_another_draft_can_only_ask_anew() -> None:
    room = after(asked(deadline=10 + HOUR), adopt(1, 1))
    assert refusal_of(room, go(ANA)) == no.LightIsOvertaken(draft=1, current=2)
    assert status(after(room, EndLight(at=10 + HOUR, light=1))) is LightStatus.OVERTAKEN
    assert names_of(events_of(room, ask(CAI))) == ["LightEnded", "LightAsked"]
    room = after(room, ask(CAI))
    assert [light.status for light in room.lights] == [LightStatus.OVERTAKEN, LightStatus.OPEN]


def test_it_is_withdrawn_by_who_asked_who_opened_the_room_or_a_moderator() -> None:
    room = asked()
    assert refusal_of(room, EndLight(at=12, light=1, by=CAI)) == no.NotYourLight(asker="Bo")
    for by, leads in ((BO, False), (ANA, False), (CAI, True)):
        ended = after(room, EndLight(at=12, light=1, by=by, leads=leads))
        assert status(ended) is LightStatus.WITHDRAWN
        assert refusal_of(ended, go(ANA)) == no.LightIsOver(draft=1)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"quorum": 0}, no.QuorumOutOfRange(limit=100)),
        ({"quorum": 101}, no.QuorumOutOfRange(limit=100)),
        ({"deadline": 5}, no.DeadlineOutOfRange(days=14)),
        ({"deadline": 20 * 24 * HOUR}, no.DeadlineOutOfRange(days=14)),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], refusal: Refusal) -> None:
    assert refusal_of(with_draft(), ask(**given)) == refusal


def test_one_question_at_a_time_about_a_draft_that_there_is() -> None:
    assert refusal_of(with_takes(), ask()) == no.NoDraftYet()
    assert refusal_of(asked(), ask(CAI)) == no.LightIsAsked(who="Bo", draft=1)
    assert refusal_of(with_draft(), go(ANA)) == no.NoSuchLight(light=1)
    assert refusal_of(after(asked(), Lock(at=11, by=ANA)), go(ANA)) == no.RoomIsLocked()
