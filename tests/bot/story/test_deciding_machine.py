"""Whatever people ask around ballots, notes and green lights: who voted what is nowhere, the rest holds."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.store.codec import decode, encode
from bot.story import Room, decide, replay
from bot.story import commands as c
from bot.story import events as e
from bot.story.ballots.ballot import Adoption, Sheet
from bot.story.brief import Brief
from bot.story.events import EVENTS, Event
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import Preset, RoomStatus
from bot.story.tickets import NoteStatus
from bot.words import LANGUAGES, words
from tests.bot.building import ANA, add_premise, receipt
from tests.bot.story import deciding as random
from tests.bot.story.bringing import assert_brought_back

PEOPLE = [Person(id=str(number), name=f"Member {number}") for number in (1, 2, 3, 4, 5)]
WITHOUT_WORK = (
    e.BallotPlaced,
    e.BallotClosed,
    e.LightPlaced,
    e.LightEnded,
    e.RoomReopened,
    e.RoomLocked,
    e.RoomClosed,
)


class Deciding(RuleBasedStateMachine):
    """A room with takes and drafts, and the votes that lie beside its log."""

    def __init__(self) -> None:
        super().__init__()
        self.room: Room | None = None
        self.log: list[Event] = []
        self.votes: dict[tuple[int, str], Sheet] = {}

    @initialize(preset=st.sampled_from(Preset))
    def a_room_with_takes(self, preset: Preset) -> None:
        opening = c.OpenRoom(
            at=1, by=ANA, room="room", guild="guild", preset=preset, brief=Brief(title="The Well")
        )
        self.ask(opening)
        self.ask(add_premise("A premise"))
        for number in (1, 2):
            self.ask(c.AskRound(at=1, by=ANA, seed=number, takes=3))
            for take in range(3):
                self.ask(c.RecordTake(at=1, round=number, take=take, text=f"Text {take}.", receipt=receipt()))
        self.ask(c.Adopt(at=1, by=ANA, round=1, take=0, seen=99))

    @rule(command=random.commands)
    def anything(self, command: c.Command) -> None:
        self.ask(command)

    @rule(
        drafts=st.booleans(),
        quorum=st.one_of(st.none(), st.integers(1, 4)),
        adoption=st.sampled_from(Adoption),
        late=st.booleans(),
    )
    def somebody_opens_a_ballot(
        self,
        drafts: bool,  # noqa: FBT001 - Hypothesis names it
        quorum: int | None,
        adoption: Adoption,
        late: bool,  # noqa: FBT001 - as above
    ) -> None:
        assert self.room is not None
        some = tuple(draft.number for draft in self.room.drafts[-4:]) if drafts else ()
        self.ask(
            c.OpenBallot(
                at=1,
                by=ANA,
                leads=True,
                seed=5,
                drafts=some,
                round=None if drafts else 2,
                quorum=quorum,
                deadline=100_000 if late else None,
                adoption=adoption,
            )
        )

    @precondition(lambda self: self.room is not None and any(each.is_open for each in self.room.ballots))
    @rule(draw=st.data(), by=st.sampled_from(PEOPLE))
    def somebody_votes(self, draw: st.DataObject, by: Person) -> None:
        assert self.room is not None
        ballot = draw.draw(st.sampled_from([each for each in self.room.ballots if each.is_open]))
        order = draw.draw(st.permutations(range(len(ballot.candidates))))
        self.ask(c.CastVote(at=2, by=by, ballot=ballot.number, sheet=Sheet(order=tuple(order))))

    @precondition(lambda self: self.room is not None and self.room.ballots)
    @rule(draw=st.data(), late=st.booleans())
    def a_ballot_ends(self, draw: st.DataObject, late: bool) -> None:  # noqa: FBT001 - Hypothesis names it
        assert self.room is not None
        ballot = draw.draw(st.sampled_from(self.room.ballots))
        by = None if late else ANA
        self.ask(c.CloseBallot(at=200_000 if late else 3, ballot=ballot.number, by=by))

    @precondition(lambda self: self.room is not None and any(not b.is_open for b in self.room.ballots))
    @rule(draw=st.data(), by=st.sampled_from(PEOPLE))
    def somebody_adopts_from_a_ballot(self, draw: st.DataObject, by: Person) -> None:
        assert self.room is not None
        ballot = draw.draw(st.sampled_from([each for each in self.room.ballots if not each.is_open]))
        candidate = draw.draw(st.integers(0, len(ballot.candidates) - 1))
        self.ask(c.AdoptFromBallot(at=4, by=by, ballot=ballot.number, candidate=candidate))

    @rule(by=st.sampled_from(PEOPLE), lock=st.booleans())
    def somebody_asks_for_a_green_light(self, by: Person, lock: bool) -> None:  # noqa: FBT001 - as above
        self.ask(c.AskLight(at=5, by=by, leads=lock, quorum=2, lock=lock))

    @precondition(lambda self: self.room is not None and self.room.lights)
    @rule(by=st.sampled_from(PEOPLE), missing=st.sampled_from((None, None, "An ending")))
    def somebody_answers_it(self, by: Person, missing: str | None) -> None:
        assert self.room is not None
        self.ask(c.SayGo(at=6, by=by, light=len(self.room.lights), missing=missing))

    @precondition(lambda self: self.room is not None and self.room.open_notes)
    @rule(by=st.sampled_from(PEOPLE), draw=st.data())
    def open_notes_are_answered_together(self, by: Person, draw: st.DataObject) -> None:
        assert self.room is not None
        numbers = [note.number for note in self.room.open_notes]
        some = draw.draw(st.lists(st.sampled_from(numbers), min_size=1, unique=True))
        self.ask(c.AnswerNotes(at=7, by=by, notes=tuple(some), seed=9))
        for one in self.room.open_rounds:
            for take in range(one.takes_wanted):
                self.ask(c.RecordTake(at=7, round=one.number, take=take, text="Refined.", receipt=receipt()))

    @rule(reopen=st.booleans())
    def the_room_is_shut_or_opened(self, reopen: bool) -> None:  # noqa: FBT001 - as above
        self.ask(c.Reopen(at=8, by=ANA) if reopen else c.Lock(at=8, by=ANA))
        self.ask(c.Reopen(at=8, by=ANA))

    def ask(self, command: c.Command) -> None:
        """Ask, with the votes beside the log as `bot.rooms` keeps them."""
        before = self.room
        if isinstance(command, c.CastVote | c.CloseBallot):
            mine = {who: sheet for (ballot, who), sheet in self.votes.items() if ballot == command.ballot}
            command = command.model_copy(update={"sheets": mine})
        decision = decide(before, command)
        if isinstance(decision, Refusal):
            for language in LANGUAGES:
                assert words(language).say(f"refusal.{decision.code}", **decision.values())
            return
        for event in decision:
            self._keep_vote(command, event)
            if before is not None and before.status is not RoomStatus.OPEN:
                assert isinstance(event, WITHOUT_WORK), "a room that is not open takes no work"
        self.room = replay(decision, before)
        self.log += decision

    def _keep_vote(self, command: c.Command, event: Event) -> None:
        if isinstance(event, e.VoteCast) and isinstance(command, c.CastVote):
            self.votes[event.ballot, command.by.id] = command.sheet
        if isinstance(event, e.BallotClosed):
            self.votes = {key: sheet for key, sheet in self.votes.items() if key[0] != event.ballot}

    @invariant()
    def the_log_replays_to_the_room_and_survives_being_stored(self) -> None:
        assert replay(self.log) == self.room
        if self.room is not None:
            assert Room.model_validate(decode(encode(self.room))) == self.room
            assert [EVENTS.validate_python(decode(encode(one))) for one in self.log[-3:]] == self.log[-3:]

    @invariant()
    def an_open_ballot_says_nothing(self) -> None:
        for ballot in self.room.ballots if self.room else ():
            if ballot.is_open:
                assert (ballot.sheets, ballot.result, ballot.adopted) == ((), None, None)
            else:
                assert ballot.result is not None
                assert ballot.result.votes <= len(ballot.voted)

    @invariant()
    def no_event_ties_a_sheet_to_a_person(self) -> None:
        for event in self.log:
            if isinstance(event, e.VoteCast):
                assert set(event.model_dump()) == {"at", "by", "type", "ballot"}
            if isinstance(event, e.BallotClosed):
                assert all(not one.sheet.hidden for one in event.sheets)

    @invariant()
    def a_quorum_closes(self) -> None:
        for ballot in self.room.ballots if self.room else ():
            if ballot.is_open and ballot.quorum is not None:
                assert len(ballot.voted) < ballot.quorum

    @invariant()
    def a_runner_up_is_an_older_sibling_or_a_branch_beside_what_beat_it(self) -> None:
        if self.room is None:
            return
        assert [draft.number for draft in self.room.drafts] == list(range(1, len(self.room.drafts) + 1))
        for draft in self.room.drafts:
            assert (draft.lost_to is None) == (draft.reason is None)
            if draft.lost_to is not None:
                assert draft.lost_to != draft.number
                assert self.room.draft(draft.lost_to)
            assert self.room.text_of(draft)

    @invariant()
    def a_note_is_open_or_settled_and_an_answer_is_a_draft(self) -> None:
        if self.room is None:
            return
        for note in self.room.notes:
            status = self.room.status_of(note)
            assert (note in self.room.open_notes) == (status is NoteStatus.OPEN)
            answer = self.room.answer_of(note)
            assert answer is None or self.room.draft(answer)
            assert status is NoteStatus.ANSWERED or answer is None

    @invariant()
    def one_light_at_most_is_open_and_nobody_says_two_things(self) -> None:
        lights = self.room.lights if self.room else ()
        assert sum(light.is_open for light in lights) <= 1
        for light in lights:
            assert not set(light.go) & set(light.not_yet)
            assert not light.is_open or len(light.go) < light.quorum

    def teardown(self) -> None:
        """A room can be taken away in the middle of a ballot, and brought back."""
        if self.room is not None:
            assert_brought_back(self.room, self.log)


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
