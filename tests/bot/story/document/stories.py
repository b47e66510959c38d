"""A whole room to export: every kind of thing that a document shows happens in it."""

from __future__ import annotations

from bot.story import Room
from bot.story.brief import Brief, Kind, Rating
from bot.story.commands import (
    AddPremise,
    AskAgain,
    EditPremise,
    FailRound,
    GoBack,
    Lock,
    WithdrawPremise,
    WriteNote,
)
from bot.story.events import Event
from bot.story.model import Person
from tests.bot.building import add_premise, adopt, ask_round, open_room, receipt, record_take
from tests.bot.story.telling import story_of


def whole_story(words: str = "Plain words", name: str = "Ana") -> tuple[Room, tuple[Event, ...]]:
    """A locked room in which every text of people and models is `words`, and the first person is `name`."""
    ana, bo, cai = Person(id="1", name=name), Person(id="2", name="Bo"), Person(id="3", name="Cai 蔡")
    told = receipt().model_copy(
        update={
            "model_revision": words,
            "model": words,
            "shortened": 1,
            "left_out": 2,
            "redraws": ("loop", "copy"),
            "resumed": (40, 95),
            "program": "synopsis.en/1",
            "method": "guided-1",
        }
    )
    return story_of(
        open_room(by=ana, brief=Brief(title=words[:80], tone=words[:100], rating=Rating.TEEN)),
        add_premise(words, by=ana),
        AddPremise(at=2, by=bo, kind=Kind.TWIST, text=f"{words} 2", author=cai),
        add_premise(f"{words} 3", by=bo),
        add_premise(f"{words} unused", by=bo),
        WithdrawPremise(at=3, by=bo, premise=4),
        ask_round(by=ana),
        record_take(1, 0, words).model_copy(update={"receipt": told}),
        record_take(1, 1, words),
        EditPremise(at=5, by=bo, premise=3, text=f"{words} 3, changed"),
        WithdrawPremise(at=5, by=cai, premise=2),
        adopt(1, 0, by=ana),
        WriteNote(at=6, by=bo, text=words, seed=8),
        record_take(2, 0, words),
        record_take(2, 1, f"{words} refined"),
        adopt(2, 1, by=bo),
        AskAgain(at=7, by=cai, round=2, seed=9),
        FailRound(at=8, round=3, reason="writer_unavailable"),
        ask_round(by=bo, takes=1),
        GoBack(at=9, by=bo, draft=1),
        adopt(2, 0, by=ana),
        Lock(at=10, by=ana),
    )
