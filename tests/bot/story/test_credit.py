"""Credit: whoever contributed is named, and what was used stays credited."""

from __future__ import annotations

from bot.story.brief import Kind
from bot.story.commands import AddPremise, GoBack, Lock, Reopen, WithdrawPremise, WriteNote
from bot.story.credit import TakeRef, credits_of
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, receipt, record_take
from tests.bot.story.telling import CAI, opened, with_draft, with_premise


def test_an_author_is_credited_for_premises_in_force() -> None:
    credit = credits_of(with_premise(add_premise("A dry valley", by=BO)))
    assert [(one.person.name, one.opened, one.premises) for one in credit.people] == [
        ("Ana", True, (1,)),
        ("Bo", False, (2,)),
    ]


def test_a_premise_withdrawn_after_a_round_used_it_stays_credited() -> None:
    room = opened(add_premise("Rain", by=BO), ask_round(by=ANA), WithdrawPremise(at=4, by=BO, premise=1))
    bo = credits_of(room).of(BO.id)
    assert bo is not None
    assert (bo.premises, bo.withdrawn) == ((), (1,))


def test_a_premise_withdrawn_unused_is_nobodys_contribution() -> None:
    room = opened(add_premise("Rain", by=BO), WithdrawPremise(at=4, by=BO, premise=1))
    assert credits_of(room).of(BO.id) is None


def test_who_picks_words_up_is_credited_beside_who_wrote_them() -> None:
    picked_up = AddPremise(at=2, by=BO, kind=Kind.TWIST, text="The well was a door", author=CAI)
    credit = credits_of(opened(picked_up))
    bo, cai = credit.of(BO.id), credit.of(CAI.id)
    assert bo is not None
    assert cai is not None
    assert (bo.premises, bo.picked_up) == ((), (1,))
    assert (cai.premises, cai.picked_up) == ((1,), ())


def test_who_only_looked_on_is_not_in_the_credit() -> None:
    room = with_draft(Lock(at=6, by=CAI, leads=True), Reopen(at=7, by=CAI, leads=True))
    assert room.people[CAI.id] == CAI.name
    assert credits_of(room).of(CAI.id) is None


def test_notes_rounds_and_adoptions_are_credited() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(note, record_take(2, 0), record_take(2, 1), adopt(2, 1, by=CAI))
    credit = credits_of(room)
    ana, bo, cai = (credit.of(one.id) for one in (ANA, BO, CAI))
    assert ana is not None
    assert bo is not None
    assert cai is not None
    assert (ana.rounds, ana.drafts) == ((1,), (1,))
    assert (bo.notes, bo.rounds) == ((1,), (2,))
    assert cai.drafts == (2,)


def test_every_model_and_revision_is_credited_with_its_takes() -> None:
    room = with_premise(ask_round(takes=3))
    written = {0: "r1", 1: "r2", 2: "r1"}
    for take, revision in written.items():
        record = record_take(1, take)
        stamped = receipt().model_copy(update={"model_revision": revision})
        room = after(room, record.model_copy(update={"receipt": stamped}))
    assert [(one.revision, [take.take for take in one.takes]) for one in credits_of(room).models] == [
        ("r1", [0, 2]),
        ("r2", [1]),
    ]


def test_behind_the_current_draft_stands_its_whole_line() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(
        add_premise("Rain", by=BO), note, record_take(2, 0), record_take(2, 1), adopt(2, 1, by=CAI)
    )
    draft = credits_of(room).draft
    assert draft is not None
    assert (draft.draft, draft.canon, draft.line) == (2, False, (1, 2))
    assert (draft.premises, draft.authors) == ((1, 2), (ANA.id, BO.id))
    assert (draft.notes, draft.adopted_by) == ((1,), (ANA.id, CAI.id))
    assert draft.takes == (TakeRef(round=1, take=0), TakeRef(round=2, take=1))


def test_behind_the_canon_stands_nothing_of_other_branches() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(note, record_take(2, 0), record_take(2, 1), adopt(2, 1, by=BO))
    room = after(room, GoBack(at=7, by=ANA, draft=1), Lock(at=8, by=ANA))
    draft = credits_of(room).draft
    assert draft is not None
    assert (draft.draft, draft.canon, draft.line, draft.notes) == (1, True, (1,), ())
    assert draft.adopted_by == (ANA.id,)


def test_a_room_without_a_draft_has_people_and_no_draft() -> None:
    credit = credits_of(opened())
    assert credit.draft is None
    assert credit.models == ()
    assert [one.person.id for one in credit.people] == [ANA.id]
