"""Secrets with marks in them, planted in random rooms: no rendering shows one to who may not see it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.render.board import board
from bot.chat.render.card_modals import values_of
from bot.chat.render.cards import bible_page, card_view, frame_view, option_of
from bot.chat.render.history import history_pages
from bot.chat.render.round import round_message
from bot.chat.render.shown import Shown
from bot.chat.render.why import steps_of, why_text
from bot.chat.render.why_files import why_lines, why_page
from bot.story import Room, decide, replay
from bot.story import commands as c
from bot.story.brief import Kind
from bot.story.card_history import history_of
from bot.story.credit import credits_of
from bot.story.document import as_fountain, as_json, as_markdown, manuscript_of
from bot.story.document.viewing import log_for
from bot.story.events import Event
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.requested import Asking, requests_of
from bot.story.rounds import Take
from bot.story.secrets import room_seen_by
from bot.story.sent import NOTHING_SENT, Origin
from bot.words import LANGUAGES, words
from bot.writing.budget import Fitted
from bot.writing.document import document_of
from bot.writing.origins import sent_of
from bot.writing.program import Programs
from tests.bot.building import ANA, BO, open_room, receipt

CAI = Person(id="3", name="Cai")
EVERYBODY = (ANA, BO, CAI)
STRANGER = "9"
TAKE = Take(number=0, text="She digs.", receipt=receipt())
REQUESTS = requests_of(
    [Asking(NOTHING_SENT, {"seed": 7}), Asking(NOTHING_SENT.then(" She", Origin.LEAD), {"seed": 8})]
)
PROGRAMS = Programs()
MARK = re.compile(r"xq\d+z")

people = st.sampled_from(EVERYBODY)
by = {"at": st.just(2), "by": people, "leads": st.booleans()}
marked = st.integers(min_value=0, max_value=10**6).map(
    lambda number: f"Nobody knows: xq{number}z, she did it"
)
near = st.integers(min_value=1, max_value=4)
circle = st.lists(st.sampled_from(["1", "2", "3"]), max_size=2).map(tuple)
plain = st.integers(min_value=0, max_value=99).map(lambda number: f"Card {number}, who waits")

commands = st.one_of(
    st.builds(c.AddPremise, **by, kind=st.sampled_from(Kind), text=plain, secret=marked),
    st.builds(c.KeepSecret, **by, premise=near, text=marked, shared_with=circle, model=st.booleans()),
    st.builds(c.KeepSecret, **by, premise=near, text=st.none(), shared_with=circle, model=st.booleans()),
    st.builds(c.EditPremise, **by, premise=near, text=plain, secret=st.one_of(st.none(), marked)),
    st.builds(c.DropSecret, **by, premise=near),
    st.builds(c.WithdrawPremise, **by, premise=near),
    st.builds(c.OpenCard, **by, premise=near),
    st.builds(c.AskRound, **by, seed=st.just(7), takes=st.just(1)),
)


def told(asked: list[c.Command]) -> tuple[Room, list[Event], list[tuple[int, Room]]]:
    """The room, its log, and for each round the room when it was asked for; each is written at once."""
    events: list[Event] = []
    room: Room | None = None
    rounds = []
    for command in (open_room(), *asked):
        decision = decide(room, command)
        if isinstance(decision, Refusal):
            continue
        room, events = replay(decision, room), [*events, *decision]
        if isinstance(command, c.AskRound) and decision:
            assert room is not None
            rounds.append((len(room.rounds), room))
            take = c.RecordTake(at=4, round=len(room.rounds), take=0, text="She waits.", receipt=receipt())
            decision = decide(room, take)
            assert not isinstance(decision, Refusal)
            room, events = replay(decision, room), [*events, *decision]
    assert room is not None
    return room, events, rounds


def text_of(shown: Shown) -> str:
    parts = [shown.text, *(json.dumps(embed.to_dict(), ensure_ascii=False) for embed in shown.embeds)]
    parts += [json.dumps(item.to_component_dict(), ensure_ascii=False) for row in shown.rows for item in row]
    return "\n".join(parts)


def marks(text: str) -> set[str]:
    return set(MARK.findall(text))


def of_everybody(room: Room, events: list[Event]) -> Iterator[str]:
    """What is shown to the whole room, or offered to anybody."""
    yield text_of(board(room))
    for one in room.rounds:
        yield text_of(round_message(room, one.number))
    for language in LANGUAGES:
        say = words(language)
        for kind in (None, *Kind):
            yield text_of(bible_page(room, say, kind=kind))
        yield text_of(frame_view(room, say))
        for card in room.premises:
            yield json.dumps(option_of(card, say).to_dict(), ensure_ascii=False)
            yield "\n".join(history_pages(room, card.id, history_of(events, card.id), say))
            yield json.dumps(values_of(card, secret=False))
        public = log_for(events, None)
        yield as_markdown(public, say=say.say)
        yield as_json(public, say=say.say)
        yield as_fountain(manuscript_of(public, say=say.say))
    yield credits_of(room).model_dump_json()


def of_one(room: Room, events: list[Event], viewer: str) -> Iterator[str]:
    """What one person is shown alone, but for their own export."""
    seen = room_seen_by(room, viewer)
    for language in LANGUAGES:
        for card in seen.premises:
            yield text_of(card_view(seen, card, words(language), viewer))
    del events


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(commands, min_size=3, max_size=14))
def test_no_rendering_shows_a_secret_to_who_may_not_see_it(asked: list[c.Command]) -> None:
    room, events, rounds = told(asked)
    for text in of_everybody(room, events):
        assert not marks(text)
    for viewer in ("1", "2", "3", STRANGER):
        may = {
            mark
            for card in room.premises
            if card.secret and card.secret.seen_by(viewer)
            for mark in marks(card.secret.text)
        }
        for text in of_one(room, events, viewer):
            assert marks(text) <= may
        wrote = {
            mark
            for event in events
            if event.type == "SecretKept" and event.by and event.by.id == viewer
            for mark in marks(event.text)
        }
        assert marks(as_json(log_for(events, viewer), say=words().say)) <= may | wrote
        if viewer != STRANGER:
            assert wrote <= marks(as_json(log_for(events, viewer), say=words().say)), "owners keep theirs"
    for number, then in rounds:
        check_prompt(room, number, then)


def check_prompt(room: Room, number: int, then: Room) -> None:
    """The prompt has the secrets that were the model's, and /why has of these what each may see now."""
    one = then.rounds[number - 1]
    document = document_of(PROGRAMS.for_round(then, one), then, one)
    models = {
        mark
        for card in then.premises
        if card.secret and card.secret.model and card.id in one.premises
        for mark in marks(card.secret.text)
    }
    assert marks(document.text) == models
    sent = sent_of(Fitted(document.text, 1, 0, pieces=document.pieces))
    for viewer in ("1", "2", "3", STRANGER, None):
        may = {
            mark
            for before in then.premises
            if before.secret
            and (
                before.secret.owner == viewer
                or ((now := room.premises[before.id - 1].secret) and now.seen_by(viewer))
            )
            for mark in marks(before.secret.text)
        }
        steps = steps_of(room, viewer, [TAKE], [(sent, REQUESTS)])
        for language in LANGUAGES:
            say, asked = words(language), room.rounds[number - 1]
            shown, _ = why_text(room, asked, [TAKE], steps, say)
            assert marks(shown) <= may
            assert marks(why_page(room, asked, [TAKE], steps, say)) == models & may
            assert marks(why_lines(room, steps, say)) == models & may


def test_the_search_finds_a_secret_where_there_is_one() -> None:
    room, _, rounds = told(
        [
            c.AddPremise(at=2, by=ANA, kind=Kind.CHARACTER, text="Mara", secret="xq1z"),
            c.KeepSecret(at=2, by=ANA, premise=1, model=True),
            c.AskRound(at=2, by=ANA, seed=7, takes=1),
        ]
    )
    assert marks(text_of(card_view(room, room.premises[0], words(), "1"))) == {"xq1z"}
    check_prompt(room, *rounds[0])
