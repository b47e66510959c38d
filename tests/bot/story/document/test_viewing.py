"""What one person may take away of a room: no secret and no private reading of anybody else's."""

from __future__ import annotations

import pytest

from bot.story import replay
from bot.story.commands import AskWork, KeepSecret
from bot.story.document import as_json, as_markdown
from bot.story.document.viewing import log_for
from bot.story.events import Event
from bot.story.importing import read_export
from bot.story.works import Work, WorkKind
from bot.words import words
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.story.telling import CAI, story_of

QUESTION, ANSWER, SECRET = "What did you bury?", "My brother's lamp.", "She filled the well."


@pytest.fixture(scope="module")
def log() -> tuple[Event, ...]:
    """Ana keeps a secret, shared with Cai, and asks her character something that nobody else is to read."""
    work = Work(kind=WorkKind.INTERVIEW, text=QUESTION, character=1, private=True)
    _, told = story_of(
        open_room(by=ANA),
        add_premise("Mara, a digger", by=ANA),
        KeepSecret(at=3, by=ANA, premise=1, text=SECRET, shared_with=(CAI.id,)),
        ask_round(by=BO),
        record_take(1, 0),
        adopt(1, 0, by=BO),
        AskWork(at=6, by=ANA, seed=1, work=work),
        record_take(2, 0, ANSWER),
    )
    return told


@pytest.mark.parametrize(
    ("viewer", "known"),
    [
        (ANA.id, {QUESTION, ANSWER, SECRET}),
        (CAI.id, {SECRET}),
        (BO.id, set()),
        (None, set()),
    ],
    ids=["owner", "shared with", "another", "everybody"],
)
def test_a_person_takes_away_what_they_may_know(
    log: tuple[Event, ...], viewer: str | None, known: set[str]
) -> None:
    told = as_json(log_for(log, viewer), say=words().say)
    assert {text for text in (QUESTION, ANSWER, SECRET) if text in told} == known
    assert SECRET not in as_markdown(log_for(log, viewer), say=words().say), "not even one's own, on paper"


@pytest.mark.parametrize("viewer", [ANA.id, BO.id, CAI.id, None])
def test_what_is_left_is_still_a_whole_room_with_the_same_revisions(
    log: tuple[Event, ...], viewer: str | None
) -> None:
    left = log_for(log, viewer)
    assert len(left) == len(log)
    assert read_export(as_json(left, say=words().say).encode()) == left
    whole, room = replay(log), replay(left)
    assert whole is not None
    assert room is not None
    assert (room.drafts, room.people, room.revision) == (whole.drafts, whole.people, whole.revision)
