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
from bot.story.document import Export, as_fountain, as_json, as_markdown, manuscript_of
from bot.story.events import EVENTS, Event
from bot.story.levels import Level
from bot.story.lore import names_of
from bot.story.model import Person
from bot.story.parts import parts_of
from bot.story.refusals import NoSuchRoom, Refusal
from bot.story.room import RoomStatus
from bot.story.rounds import OPEN_ROUNDS_LIMIT, Purpose, RoundStatus
from bot.story.secrets import events_seen_by, room_seen_by
from bot.story.stale import stale_of
from bot.story.text import clean
from bot.story.works import Work, WorkKind
from bot.words import LANGUAGES, words
from tests.bot.building import add_premise, open_room, receipt
from tests.bot.story import deciding, keeping, levelling
from tests.bot.story import strategies as random
from tests.bot.story.bringing import assert_brought_back
from tests.bot.story.telling import untold

DUE_EVENTS = (e.BallotPlaced, e.BallotClosed, e.LightPlaced, e.LightEnded)  # in any room
WORKER_EVENTS = (*DUE_EVENTS, e.BoardPlaced, e.RoundPlaced, e.TakeWritten, e.RoundFailed)


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

    @rule(command=keeping.commands)
    def somebody_keeps_a_card(self, command: c.Command) -> None:
        self.ask(command)

    @rule(command=deciding.commands)
    def somebody_decides(self, command: c.Command) -> None:
        self.ask(command)

    @rule(command=levelling.commands)
    def somebody_works_on_a_level(self, command: c.Command) -> None:
        self.ask(command)

    @rule(draw=st.data(), by=random.people)
    @precondition(lambda self: self.room is not None and self.room.current is not None)
    def somebody_works_on_the_draft(self, draw: st.DataObject, by: Any) -> None:
        assert self.room is not None
        draft = self.room.current
        assert draft is not None
        part = draw.draw(st.integers(1, 4))
        asked: list[c.Command] = [
            c.AskRound(at=1, by=by, seed=1, takes=1, level=draw.draw(st.sampled_from(Level))),
            c.AskWork(at=1, by=by, seed=1, work=Work(kind=draw.draw(st.sampled_from(WorkKind)), at=part)),
            c.EditDraft(at=1, by=by, draft=draft, text=levelling.LISTED),
            c.LockPart(at=1, by=by, draft=draft, part=part, locked=True),
        ]
        self.ask(draw.draw(st.sampled_from(asked)))

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

    @rule(draw=st.data(), by=random.people, leads=st.booleans())
    @precondition(lambda self: self.room is not None and self.room.rounds)
    def somebody_takes_a_round_back(self, draw: st.DataObject, by: Any, leads: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        assert self.room is not None
        before = draw.draw(st.sampled_from(self.room.rounds))
        may = before.asked_by == by.id or (not before.private and (leads or by.id == self.room.opened_by))
        self.ask(c.CancelRound(at=1, by=by, leads=leads, round=before.number))
        after = self.room.round(before.number)
        assert after is not None
        assert after.takes == before.takes, "what is written stays"
        if before.status is RoundStatus.OPEN:
            assert (after.cancelled_by == by.id) == may, "by who asked, or who leads"
        else:
            assert after == before, "what is over is over"

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

    @rule(by=random.people, leads=st.booleans(), draw=st.data())
    def somebody_takes_back(self, by: Any, leads: bool, draw: st.DataObject) -> None:  # noqa: FBT001 - as above
        act = draw.draw(st.one_of(st.none(), st.integers(0, len(self.log) + 1)))
        self.ask(c.Undo(at=1, by=by, leads=leads, act=act, log=tuple(self.log)))

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
    def cards_know_when_they_became_what_they_are(self) -> None:
        if self.room is None:
            return
        for card in self.room.premises:
            revisions = [version.revision for version in card.versions]
            assert revisions == sorted(set(revisions))
            assert 0 < card.version <= self.room.revision
            assert card.secret is None or card.secret.owner == card.author
            assert card.told is None or 0 < card.told.revision <= self.room.revision
            assert card.kind is not Kind.LORE or names_of(card), "lore has a name to be called by"

    @invariant()
    def nobody_sees_a_secret_that_is_not_theirs_and_revisions_stay(self) -> None:
        if self.room is None:
            return
        for viewer in (None, "1", "2", "3"):
            seen = events_seen_by(self.log, viewer)
            assert len(seen) == len(self.log)
            room = replay(seen)
            assert room is not None
            assert room.revision == self.room.revision
            assert untold(room) == untold(room_seen_by(self.room, viewer))

    @invariant()
    def stale_reasons_name_what_changed_after(self) -> None:
        if self.room is None:
            return
        for draft in self.room.drafts:
            for reason in stale_of(self.room, draft):
                assert draft.fine_at < reason.revision <= self.room.revision

    @invariant()
    def drafts_form_a_tree_that_current_and_canon_point_into(self) -> None:
        if self.room is None:
            return
        for number, draft in enumerate(self.room.drafts, start=1):
            assert draft.number == number
            assert draft.parent is None or 0 < draft.parent < number, "a parent is older than its child"
            assert line_of(self.room, draft)[-1] == draft
            assert self.room.text_of(draft) is not None
        assert self.room.current is None or self.room.draft(self.room.current)
        left = [draft for draft in self.room.drafts if not draft.taken_back and draft.lost_to is None]
        assert self.room.current is not None or not left, "only what was taken back leaves no current draft"
        assert (self.room.canon is not None) == (self.room.status is RoomStatus.LOCKED)
        assert self.room.canon is None or self.room.draft(self.room.canon)

    @invariant()
    def each_level_has_a_draft_of_its_own_in_force(self) -> None:
        for level, number in self.room.in_force.items() if self.room else ():
            assert self.room is not None
            draft = self.room.draft(number)
            assert draft is not None
            assert draft.level is level
        for draft in self.room.drafts if self.room else ():
            assert self.room is not None
            parts = parts_of(draft.level, self.room.text_of(draft))
            assert set(draft.locked) <= {part.number for part in parts}, "what is locked is there"
            source = self.room.draft(draft.rests_on)
            assert source is None or (source.level is not draft.level and source.number < draft.number)
            one = self.room.round(draft.round or 0)
            assert one is None or one.purpose is not Purpose.READING, "a reading is no draft"

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
            assert as_fountain(manuscript_of(self.log, say=words(language).say)).startswith("Title:")
        assert_brought_back(self.room, self.log)


def check_event(room: Room, command: c.Command, event: Event) -> None:
    """What an event must never do, given the room before it."""
    if isinstance(event, e.PremiseEdited | e.PremiseWithdrawn):
        premise = room.premise(event.premise)
        assert premise is not None
        assert event.by is not None
        opened = premise.open and isinstance(event, e.PremiseEdited)
        assert premise.author == event.by.id or opened, "only the author changes a premise"
        assert premise.locked_by is None, "a locked card stays as it is"
    if isinstance(event, e.SecretKept | e.SecretDropped) and (kept := room.premise(event.premise)):
        assert event.by is not None
        assert kept.author == event.by.id, "a secret is its card's author's"
    if isinstance(event, e.SecretDropped):
        return  # of one's own words, in any room
    if room.status is not RoomStatus.OPEN:
        assert isinstance(event, (*WORKER_EVENTS, e.RoomReopened, e.ActUndone)), (
            "a room that is not open takes no work"
        )
    if isinstance(command, c.SayGo):  # whoever asked for the green light led the room, and asked for the lock
        return
    if isinstance(event, e.RoomLocked | e.RoomClosed | e.RoomReopened):
        assert isinstance(command, c.PersonCommand)
        assert command.leads or command.by.id == room.opened_by


TestRules = Rules.TestCase
TestRules.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
