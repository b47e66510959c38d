"""What a draft rests on that has changed since, why, and until when somebody found it still fine."""

from __future__ import annotations

from bot.story.bible import FRAME
from bot.story.brief import Form, Kind, Length
from bot.story.commands import (
    AskAgain,
    ChangeFrame,
    Command,
    DropSecret,
    EditPremise,
    KeepSecret,
    RecordTake,
    StillFine,
    WithdrawPremise,
)
from bot.story.room import Room
from bot.story.stale import Cause, Reason, stale_of, stale_parts, stale_round, stale_since
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, receipt, record_take
from tests.bot.story.telling import events_of, opened


def drafted(*commands: Command) -> Room:
    """Two cards, a round from both, its first take adopted."""
    return opened(
        add_premise("Mara, a well-digger"),
        add_premise("Old Tom, the pilot", by=BO),
        ask_round(),
        record_take(1, 0, "Mara digs. Old Tom waits."),
        record_take(1, 1),
        adopt(1, 0),
        *commands,
    )


def edited(premise: int = 1, text: str = "Mara, a spy") -> EditPremise:
    return EditPremise(at=9, by=ANA if premise == 1 else BO, premise=premise, text=text)


def reasons(room: Room, draft: int = 1) -> tuple[Reason, ...]:
    one = room.draft(draft)
    assert one is not None
    return stale_of(room, one)


def test_a_draft_rests_on_its_cards_until_one_changes() -> None:
    room = drafted()
    assert reasons(room) == ()
    room = after(room, edited())
    assert reasons(room) == (
        Reason(cause=Cause.CHANGED, number=1, revision=room.revision, kind=Kind.CHARACTER, by=ANA.id),
    )


def test_a_withdrawn_card_is_a_reason_that_names_who_withdrew_it() -> None:
    room = drafted(WithdrawPremise(at=9, by=BO, premise=2))
    assert [(one.cause, one.number, one.by) for one in reasons(room)] == [(Cause.WITHDRAWN, 2, BO.id)]


def test_a_draft_rests_on_the_secrets_that_the_model_is_told_and_on_no_others() -> None:
    def keeps(text: str, *, model: bool) -> KeepSecret:
        return KeepSecret(at=9, by=ANA, premise=1, text=text, shared_with=(), model=model)

    room = drafted(keeps("She fell", model=False), keeps("She let him fall", model=False))
    assert reasons(room) == ()
    told = after(room, keeps("She let him fall", model=True))
    assert [(one.cause, one.number, one.by) for one in reasons(told)] == [(Cause.TOLD, 1, ANA.id)]
    redone = after(told, AskAgain(at=9, by=ANA, round=1, seed=3), record_take(2, 0), adopt(2, 0))
    assert reasons(redone, 2) == ()
    assert reasons(after(redone, keeps("She let him fall", model=True)), 2) == ()
    dropped = after(redone, DropSecret(at=9, by=ANA, premise=1))
    assert [one.cause for one in reasons(dropped, 2)] == [Cause.TOLD]


def test_a_card_that_came_later_is_none_of_a_drafts_business() -> None:
    room = drafted(add_premise("A dry valley", kind=Kind.SETTING))
    changed = after(room, EditPremise(at=9, by=ANA, premise=3, text="A wet valley"))
    assert reasons(changed) == ()


def test_a_draft_rests_on_the_frame_of_the_story() -> None:
    frame = ChangeFrame(at=9, by=ANA, form=Form.HOUR, length=Length.MEDIUM, tone="dry")
    assert [(one.cause, one.number) for one in reasons(drafted(frame))] == [(Cause.FRAME, FRAME)]


def test_a_card_changed_between_asking_and_writing_was_in_the_prompt() -> None:
    room = opened(add_premise("Mara, a well-digger"), ask_round(), edited())
    made_from = receipt().model_copy(update={"revision": room.revision})
    take = RecordTake(at=5, round=1, take=0, text="Mara spies.", receipt=made_from)
    room = after(room, take, record_take(1, 1), adopt(1, 0))
    assert reasons(room) == ()
    assert stale_round(after(room, edited(text="Mara, a ghost")), room.rounds[0])


def test_a_card_withdrawn_while_its_round_is_written_is_told_on_the_round() -> None:
    room = opened(add_premise("Mara"), add_premise("Tom", by=BO), ask_round())
    room = after(room, WithdrawPremise(at=4, by=BO, premise=2), record_take(1, 0), record_take(1, 1))
    assert [(one.cause, one.number) for one in stale_round(room, room.rounds[0])] == [(Cause.WITHDRAWN, 2)]
    assert len(room.rounds[0].takes) == 2, "the takes are finished all the same"


def test_a_round_redone_on_the_present_cards_is_not_stale() -> None:
    room = drafted(edited(), AskAgain(at=10, by=ANA, round=1, seed=9))
    room = after(room, record_take(2, 0), record_take(2, 1), adopt(2, 0))
    assert reasons(room, 1)
    assert reasons(room, 2) == ()


def test_still_fine_holds_until_something_changes_again() -> None:
    room = drafted(edited())
    assert events_of(drafted(), StillFine(at=10, by=BO, draft=1)) == ()
    fine = after(room, StillFine(at=10, by=BO, draft=1))
    assert reasons(fine) == ()
    assert [one.number for one in reasons(after(fine, edited(2, "Old Tom, a ghost")))] == [2]


def test_a_draft_stored_before_rounds_knew_their_revision_counts_from_its_adoption() -> None:
    room = drafted()
    old = room.model_copy(
        update={"rounds": tuple(one.model_copy(update={"revision": 0}) for one in room.rounds)}
    )
    assert reasons(old) == ()
    assert [one.number for one in reasons(after(old, edited()))] == [1]
    assert stale_since(old, (1, 2), 0) == (), "what was written when nobody knows is not called stale"


def test_a_reason_touches_the_parts_that_name_its_card_or_all_where_none_does() -> None:
    room = drafted(edited())
    draft = room.drafts[0]
    parts = ("Mara digs.", "Old Tom waits.", "MARA leaves.")
    assert [len(each) for each in stale_parts(room, draft, parts)] == [1, 0, 1]
    assert [len(each) for each in stale_parts(room, draft, ("She digs.", "He waits."))] == [1, 1]
