"""Taking back: things are as they were, by new events, unless somebody has built on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.story import Room, decide, replay
from bot.story import commands as c
from bot.story import events as e
from bot.story import refusals as no
from bot.story.acts import acts_of
from bot.story.bible import Details
from bot.story.brief import Form, Kind
from bot.story.commands import Command
from bot.story.events import Event
from bot.story.evolve import BrokenLog
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import RoomStatus
from bot.story.tickets import NoteStatus
from bot.story.works import Work, WorkKind
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.story.telling import CAI


class Story:
    """A room with its log."""

    def __init__(self, *commands: Command) -> None:
        self.log: list[Event] = []
        self.room: Room | None = None
        for command in commands:
            self.do(command)

    @property
    def now(self) -> Room:
        assert self.room is not None
        return self.room

    def tried(self, command: Command) -> Refusal | tuple[Event, ...]:
        return decide(self.room, command)

    def do(self, command: Command) -> tuple[Event, ...]:
        events = self.tried(command)
        assert not isinstance(events, Refusal), events
        self.room = replay(events, self.room)
        self.log += events
        assert replay(self.log) == self.room
        return events

    def undo(self, by: Person = ANA, act: int | None = None) -> c.Undo:
        return c.Undo(at=9, by=by, act=act, log=tuple(self.log))

    def last_undo(self) -> int:
        return next(one.revision for one in reversed(acts_of(self.log)) if one.undoes is not None)


def told(*commands: Command) -> Story:
    """A room of Ana's with a premise of hers and a round of two takes."""
    return Story(
        open_room(),
        add_premise("A well-digger"),
        ask_round(),
        record_take(1, 0),
        record_take(1, 1, "A man fills a well."),
        *commands,
    )


def seen(room: Room) -> dict[str, object]:
    """The room without what every event changes."""
    facts = room.model_dump(
        exclude={"revision", "changed_at", "premises", "frame", "drafts", "notes", "people"}
    )
    facts["premises"] = [
        one.model_dump(exclude={"versions", "withdrawn_at", "details"})
        | {"told": one.details.told() if one.details else ()}
        for one in room.premises
    ]
    facts["notes"] = [(note.text, note.assigned, room.status_of(note)) for note in room.notes]
    facts["drafts"] = [draft.model_dump(exclude={"taken_back"}) for draft in room.drafts]
    return facts


ACTS: dict[str, tuple[list[Command], Command]] = {
    "adopting": ([adopt(1, 0)], adopt(1, 1)),
    "going back": ([adopt(1, 0), adopt(1, 1)], c.GoBack(at=6, by=ANA, draft=1)),
    "editing by hand": ([adopt(1, 0)], c.EditDraft(at=6, by=ANA, draft=1, text="Another text.")),
    "editing a card": (
        [],
        c.EditPremise(
            at=6,
            by=ANA,
            premise=1,
            text="A diver",
            kind=Kind.TWIST,
            name="Mara",
            details=Details(want="Water"),
        ),
    ),
    "withdrawing": ([], c.WithdrawPremise(at=6, by=ANA, premise=1)),
    "locking a card": ([], c.LockCard(at=6, by=ANA, premise=1)),
    "pinning a card": ([], c.PinCard(at=6, by=ANA, premise=1)),
    "opening a card": ([], c.OpenCard(at=6, by=ANA, premise=1)),
    "changing the frame": ([], c.ChangeFrame(at=6, by=ANA, form=Form.SHORT, length="long", tone="dry")),
    "settling a note": (
        [adopt(1, 0), c.AddNote(at=5, by=ANA, text="Darker")],
        c.SettleNote(at=6, by=ANA, note=1, status=NoteStatus.DROPPED),
    ),
    "opening a note again": (
        [
            adopt(1, 0),
            c.AddNote(at=5, by=ANA, text="Darker"),
            c.SettleNote(at=6, by=ANA, note=1, status=NoteStatus.ANSWERED),
        ],
        c.ReopenNote(at=6, by=ANA, note=1),
    ),
    "giving a note to somebody": (
        [adopt(1, 0), c.AddNote(at=5, by=ANA, text="Darker", assigned=BO)],
        c.AssignNote(at=6, by=ANA, note=1, assigned=CAI),
    ),
    "locking": ([adopt(1, 0)], c.Lock(at=6, by=ANA)),
    "closing": ([], c.Close(at=6, by=ANA)),
    "reopening a locked room": ([adopt(1, 0), c.Lock(at=6, by=ANA)], c.Reopen(at=7, by=ANA)),
    "reopening a closed room": ([c.Close(at=6, by=ANA)], c.Reopen(at=7, by=ANA)),
}
each_act = pytest.mark.parametrize(("first", "act"), ACTS.values(), ids=ACTS)


@each_act
def test_what_is_taken_back_is_as_it_was_and_nothing_is_deleted(first: list[Command], act: Command) -> None:
    story = told(*first)
    before = seen(story.now)
    story.do(act)
    after, length = seen(story.now), len(story.log)
    assert after != before
    story.do(story.undo())
    assert {name: value for name, value in seen(story.now).items() if value != before.get(name)}.keys() <= {
        "drafts"
    }
    assert len(story.log) > length


@each_act
def test_taking_back_the_taking_back_does_it_anew_and_so_on(first: list[Command], act: Command) -> None:
    story = told(*first)
    before = seen(story.now)
    story.do(act)
    after = seen(story.now)
    for _ in range(2):
        story.do(story.undo())
        assert seen(story.now)["current"] == before["current"]
        story.do(story.undo(act=story.last_undo()))
        assert seen(story.now) == after


def test_the_first_adoption_is_taken_back_to_no_draft_and_the_take_can_be_adopted_again() -> None:
    story = told(adopt(1, 0))
    story.do(story.undo())
    assert story.now.current is None
    assert [draft.taken_back for draft in story.now.drafts] == [True]
    story.do(adopt(1, 0))
    assert story.now.current == 1
    assert [draft.taken_back for draft in story.now.drafts] == [False]


def test_a_note_that_a_taken_back_draft_answered_is_open_again() -> None:
    story = told(
        adopt(1, 0),
        c.WriteNote(at=6, by=ANA, text="Darker", seed=1),
        record_take(2, 0, "A dark well."),
        adopt(2, 0),
    )
    assert not story.now.open_notes
    story.do(story.undo())
    assert [note.number for note in story.now.open_notes] == [1]


def test_taking_back_goes_further_and_further_back() -> None:
    story = told(adopt(1, 0), adopt(1, 1), c.GoBack(at=6, by=ANA, draft=1))
    currents = []
    for _ in range(3):
        story.do(story.undo())
        currents.append(story.now.current)
    assert currents == [2, 1, None]
    story.do(story.undo())
    assert story.now.premises[0].withdrawn
    assert story.tried(story.undo()) == no.NothingToUndo()


def test_each_takes_back_their_own_and_who_leads_anybodys_but_not_words() -> None:
    story = told(adopt(1, 0, by=BO), add_premise("A fox", by=BO))
    assert story.tried(story.undo(CAI)) == no.NothingToUndo()
    assert story.tried(story.undo(CAI, act=len(story.log) - 1)) == no.NotYourAct(who="Bo")
    assert story.tried(story.undo(ANA, act=len(story.log))) == no.NotYourAct(who="Bo")
    story.do(story.undo(ANA, act=len(story.log) - 1))
    assert story.now.current is None
    assert not story.now.premises[1].withdrawn
    story.do(c.AddPremise(at=8, by=ANA, kind=Kind.THEME, text="Thirst"))
    story.do(adopt(1, 1, by=BO))
    story.do(story.undo(ANA))  # her own, though others came later
    assert story.now.premises[2].withdrawn
    assert story.now.current is not None


@pytest.mark.parametrize(
    "built",
    [c.WriteNote(at=7, by=BO, text="Darker", seed=1), c.AddNote(at=7, by=BO, text="Darker")],
)
def test_a_draft_that_somebody_has_worked_on_stays(built: Command) -> None:
    story = told(adopt(1, 0), built)
    assert story.tried(story.undo()) == no.BuiltUpon(draft=1, who="Bo")


def test_a_reading_of_a_draft_does_not_hold_it() -> None:
    story = told(adopt(1, 0), c.AskWork(at=7, by=BO, work=Work(kind=WorkKind.COVERAGE), seed=1))
    story.do(story.undo())
    assert story.now.current is None


def test_a_draft_that_the_room_has_left_stays() -> None:
    story = told(adopt(1, 0), adopt(1, 1, by=BO))
    revision = len(story.log) - 1
    assert story.tried(story.undo(ANA, act=revision)) == no.MovedOnSince(draft=1, current=2)


def test_a_card_that_was_changed_since_is_not_put_back_over_it() -> None:
    story = told(
        c.OpenCard(at=5, by=ANA, premise=1),
        c.EditPremise(at=6, by=ANA, premise=1, text="A diver"),
        c.EditPremise(at=7, by=BO, premise=1, text="A sailor"),
    )
    assert story.tried(story.undo()) == no.ChangedSince(premise=1)


def test_a_withdrawn_card_whose_words_came_back_otherwise_is_not_doubled() -> None:
    story = told(c.WithdrawPremise(at=5, by=ANA, premise=1), add_premise("A well-digger", by=BO))
    assert story.tried(story.undo(act=len(story.log) - 1)) == no.SamePremise(premise=2)


def test_a_locked_room_takes_nothing_back_but_its_lock() -> None:
    story = told(adopt(1, 0, by=BO), c.Lock(at=6, by=ANA))
    assert story.tried(story.undo(BO)) == no.RoomIsLocked()
    story.do(story.undo())
    assert story.now.status is RoomStatus.OPEN
    story.do(story.undo(BO))
    assert story.now.current is None


def test_an_act_is_taken_back_once() -> None:
    story = told(adopt(1, 0))
    revision = len(story.log)
    story.do(story.undo())
    assert story.tried(story.undo(act=revision)) == no.NoSuchAct()
    assert story.tried(story.undo(act=1)) == no.NoSuchAct()


@pytest.mark.parametrize(
    "spoil", [lambda log: log[:-1], lambda log: log[::-1], lambda log: log[1:] + log[:1]]
)
def test_a_log_that_is_not_the_rooms_changes_nothing(
    spoil: Callable[[tuple[Event, ...]], tuple[Event, ...]],
) -> None:
    story = told(adopt(1, 0))
    command = c.Undo(at=9, by=ANA, log=spoil(tuple(story.log)))
    assert story.tried(command) == no.RoomMovedOn()


def test_a_log_made_by_hand_cannot_restore_a_draft_that_never_was() -> None:
    story = told(adopt(1, 0))
    with pytest.raises(BrokenLog):
        replay([e.DraftsRestored(at=9, by=ANA, current=7, in_force={})], story.now)


def test_a_draft_stays_taken_back_however_often_it_is_done_again_and_taken_back() -> None:
    story = told(adopt(1, 0))
    for _ in range(4):
        story.do(story.undo(act=story.last_undo()) if story.now.drafts[0].taken_back else story.undo())
    assert (story.now.current, story.now.drafts[0].taken_back) == (1, False)
    story.do(story.undo(act=story.last_undo()))
    assert (story.now.current, story.now.drafts[0].taken_back) == (None, True)


def test_going_back_to_a_draft_that_was_taken_back_is_taken_back_too() -> None:
    story = told(adopt(1, 0))
    story.do(story.undo())
    story.do(c.GoBack(at=7, by=ANA, draft=1))
    story.do(story.undo())
    assert (story.now.current, story.now.drafts[0].taken_back) == (None, True)


def test_an_adoption_before_others_is_not_taken_back_though_its_draft_is_current_again() -> None:
    story = told(adopt(1, 0), adopt(1, 1), c.GoBack(at=7, by=ANA, draft=1))
    revision = len(story.log) - 2
    assert story.tried(story.undo(act=revision)) == no.MovedOnSince(draft=1, current=2)


def test_however_often_it_is_taken_back_and_done_again_the_next_one_back_is_the_one_before() -> None:
    story = told(adopt(1, 0), adopt(1, 1))
    for _ in range(4):
        story.do(story.undo(act=story.last_undo()) if story.now.current == 1 else story.undo())
    assert story.now.current == 2
    story.do(story.undo())
    story.do(story.undo())
    assert story.now.current is None
