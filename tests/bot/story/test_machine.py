"""Whatever people and the worker ask, in whatever order: the rules answer, and a room stays a room."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.store.codec import decode, encode
from bot.story import Room, decide, replay
from bot.story import commands as c
from bot.story import events as e
from bot.story.brief import PREMISE_LIMIT, PREMISES_LIMIT, Kind
from bot.story.credit import credits_of, line_of
from bot.story.document import Export, as_json, as_markdown
from bot.story.events import EVENTS, Event
from bot.story.model import Person
from bot.story.refusals import NoSuchRoom, Refusal
from bot.story.room import RoomStatus
from bot.story.rounds import OPEN_ROUNDS_LIMIT
from bot.story.text import clean
from bot.words import LANGUAGES, words
from tests.bot.building import add_premise, open_room, receipt
from tests.bot.story import strategies as random

WORKER_EVENTS = (e.BoardPlaced, e.RoundPlaced, e.TakeWritten, e.RoundFailed)


class Rules(RuleBasedStateMachine):
    """A room and its log, and everything that may be asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.room: Room | None = None
        self.log: list[Event] = []

    @initialize(command=random.commands, opening=random.openings)
    def a_room_is_opened(self, command: c.Command, opening: c.OpenRoom) -> None:
        if not isinstance(command, c.OpenRoom):
            assert decide(None, command) == NoSuchRoom()
        self.ask(opening)
        if self.room is None:  # its title shows nothing
            self.ask(open_room())
        self.ask(add_premise("A premise"))

    @rule(command=random.commands)
    def anything(self, command: c.Command) -> None:
        self.ask(command)

    @rule(draw=st.data())
    @precondition(lambda self: self.room is not None and self.room.open_rounds)
    def the_worker_writes(self, draw: st.DataObject) -> None:
        assert self.room is not None
        one = draw.draw(st.sampled_from(self.room.open_rounds))
        missing = [number for number in range(one.takes_wanted) if one.take(number) is None]
        for number in missing:
            record = c.RecordTake(at=1, round=one.number, take=number, text="A take.", receipt=receipt())
            self.ask(record)
            again = decide(self.room, record)
            assert again == () or isinstance(again, Refusal), "a take is kept once"

    @rule(by=random.people, author=random.people, words_said=random.texts)
    def somebody_picks_words_up(self, by: Any, author: Any, words_said: str) -> None:
        self.ask(c.AddPremise(at=1, by=by, kind=Kind.TWIST, text=words_said, author=author))

    @rule(draw=st.data(), leads=st.booleans())
    @precondition(lambda self: self.room is not None and self.room.premises)
    def somebody_near_a_premise_changes_it(
        self,
        draw: st.DataObject,
        leads: bool,  # noqa: FBT001 - Hypothesis names it
    ) -> None:
        assert self.room is not None
        one = draw.draw(st.sampled_from(self.room.premises))
        by = Person(id=draw.draw(st.sampled_from([one.author, one.added_by, self.room.opened_by])), name="x")
        text = draw.draw(random.texts)
        self.ask(
            draw.draw(
                st.sampled_from(
                    [
                        c.WithdrawPremise(at=1, by=by, premise=one.id, leads=leads),
                        c.EditPremise(at=1, by=by, premise=one.id, text=text, leads=leads),
                    ]
                )
            )
        )

    @rule(kind=st.sampled_from([c.Lock, c.Lock, c.Close, c.Reopen, c.Reopen, c.Reopen]), by=random.people)
    def somebody_leads(self, kind: type[c.Lock | c.Close | c.Reopen], by: Any) -> None:
        self.ask(kind(at=1, by=by, leads=True))

    @rule(seed=random.seeds, by=random.people)
    def somebody_asks(self, seed: int, by: Any) -> None:
        self.ask(c.AskRound(at=1, by=by, seed=seed, takes=2))

    @rule(by=random.people, draw=st.data())
    @precondition(lambda self: self.room is not None and any(one.takes for one in self.room.rounds))
    def somebody_adopts(self, by: Any, draw: st.DataObject) -> None:
        assert self.room is not None
        one = draw.draw(st.sampled_from([one for one in self.room.rounds if one.takes]))
        take = draw.draw(st.sampled_from(one.takes))
        self.ask(c.Adopt(at=1, by=by, round=one.number, take=take.number, seen=self.room.revision))

    @rule(by=random.people, seed=random.seeds, again=st.booleans())
    @precondition(lambda self: self.room is not None and self.room.current is not None)
    def somebody_refines(self, by: Any, seed: int, again: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        assert self.room is not None
        if again:
            self.ask(c.AskAgain(at=1, by=by, round=len(self.room.rounds), seed=seed))
        else:
            self.ask(c.WriteNote(at=1, by=by, text="Darker", seed=seed))

    def ask(self, command: c.Command) -> None:
        before = self.room
        decision = decide(before, command)
        if isinstance(decision, Refusal):
            for language in LANGUAGES:
                assert words(language).say(f"refusal.{decision.code}", **decision.values())
            return
        if before is not None:
            for event in decision:
                check_event(before, command, event)
        self.room = replay(decision, before)
        self.log += decision

    @invariant()
    def the_log_replays_to_the_room(self) -> None:
        assert replay(self.log) == self.room
        assert (self.room.revision if self.room else 0) == len(self.log)

    @invariant()
    def snapshot_and_events_survive_being_stored(self) -> None:
        if self.room is not None:
            assert Room.model_validate(decode(encode(self.room))) == self.room
            assert [EVENTS.validate_python(decode(encode(event))) for event in self.log[-3:]] == self.log[-3:]

    @invariant()
    def premises_are_words_and_said_once(self) -> None:
        if self.room is None:
            return
        for premise in self.room.premises:
            assert premise.text == clean(premise.text)
            assert 0 < len(premise.text) <= PREMISE_LIMIT
        in_force = [premise.text for premise in self.room.premises_in_force]
        assert len(in_force) == len(set(in_force)) <= PREMISES_LIMIT

    @invariant()
    def drafts_form_a_tree_that_current_and_canon_point_into(self) -> None:
        if self.room is None:
            return
        for number, draft in enumerate(self.room.drafts, start=1):
            assert draft.number == number
            assert draft.parent is None or 0 < draft.parent < number, "a parent is older than its child"
            assert line_of(self.room, draft)[-1] == draft
            assert self.room.take_of(draft).text is not None
        assert self.room.current is None or self.room.draft(self.room.current)
        assert (self.room.current is None) == (not self.room.drafts)
        assert (self.room.canon is not None) == (self.room.status is RoomStatus.LOCKED)
        assert self.room.canon is None or self.room.draft(self.room.canon)

    @invariant()
    def rounds_never_ask_for_more_than_the_worker_may_owe(self) -> None:
        if self.room is not None:
            assert len(self.room.open_rounds) <= OPEN_ROUNDS_LIMIT
            for one in self.room.rounds:
                assert all(self.room.premise(number) for number in one.premises)
                assert len({take.number for take in one.takes}) == len(one.takes) <= one.takes_wanted

    @invariant()
    def credit_covers_every_premise_used(self) -> None:
        if self.room is None:
            return
        credit = credits_of(self.room)
        credited = {number for one in credit.people for number in (*one.premises, *one.withdrawn)}
        for one in self.room.rounds:
            assert set(one.premises) <= credited
            asked = credit.of(one.asked_by)
            assert asked is not None
            assert one.number in asked.rounds
        takes = sum(len(model.takes) for model in credit.models)
        assert takes == sum(len(one.takes) for one in self.room.rounds)

    def teardown(self) -> None:
        """A room can be taken away at any moment."""
        if self.room is None:
            return
        export = Export.model_validate_json(as_json(self.log, say=words().say))
        assert replay(export.events) == export.room == self.room
        for language in LANGUAGES:
            assert as_markdown(self.log, say=words(language).say).startswith("# ")


def check_event(room: Room, command: c.Command, event: Event) -> None:
    """What an event must never do, given the room before it."""
    if isinstance(event, e.PremiseEdited | e.PremiseWithdrawn):
        premise = room.premise(event.premise)
        assert premise is not None
        assert event.by is not None
        assert premise.author == event.by.id, "only the author changes a premise"
    if room.status is not RoomStatus.OPEN:
        assert isinstance(event, (*WORKER_EVENTS, e.RoomReopened)), "a room that is not open takes no work"
    if isinstance(event, e.RoomLocked | e.RoomClosed | e.RoomReopened):
        assert isinstance(command, c.PersonCommand)
        assert command.leads or command.by.id == room.opened_by


TestRules = Rules.TestCase
TestRules.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
