"""Credit by sentence: whose every word is, and that nobody is credited out of nowhere."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story import Room
from bot.story import commands as c
from bot.story.credit import DraftSheet, SourceKind, credit_of, were_changed, wordings_of
from bot.story.credit.sheet import percentages
from bot.story.model import Person
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, open_room, record_take
from tests.bot.story.telling import CAI, opened, story_of

TAKE = "Mara digs a well. The town forgets her name. Rain fills every street at night."
ZH = "玛拉在山谷里挖井。小镇忘记了她的名字。雨水淹没了每一条街。"
WORDS = st.lists(
    st.sampled_from(
        ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "larch")
    ),
    min_size=3,
    max_size=6,
)


def adopted(text: str = TAKE, *, premise: str = "A well-digger") -> Room:
    return opened(add_premise(premise), ask_round(), record_take(1, 0, text), adopt(1, 0))


def edited(room: Room, text: str, *, who: Person = BO) -> Room:
    return after(room, c.EditDraft(at=9, by=who, draft=room.current or 0, text=text))


def sheet(room: Room) -> DraftSheet:
    draft = room.draft(room.current)
    assert draft is not None
    return credit_of(room, draft)


def whose(one: DraftSheet) -> list[list[tuple[str, int]]]:
    """By sentence: who has how many words."""
    return [
        [(part.source.person or part.source.model or "", part.words) for part in sentence.parts]
        for sentence in one.sentences
    ]


def shares(one: DraftSheet) -> dict[str, int]:
    return {share.person or share.model or "": share.words for share in one.shares}


@pytest.mark.parametrize("text", [TAKE, ZH])
def test_a_take_is_its_models(text: str) -> None:
    one = sheet(adopted(text))
    assert len(one.sentences) == 3
    assert set(shares(one)) == {"a-model"}
    assert one.shares[0].percent == 100


def test_what_a_person_writes_into_a_draft_is_theirs_and_the_rest_stays_what_it_was() -> None:
    one = sheet(
        edited(
            adopted(),
            "Mara digs a deep old well. Nobody ever thanks anyone. Rain fills every street at night.",
        )
    )
    assert whose(one) == [[("a-model", 4), ("2", 2)], [("2", 4)], [("a-model", 6)]]
    assert shares(one) == {"2": 6, "a-model": 10}
    assert [share.percent for share in one.shares] == [37, 63]


def test_chinese_counts_by_character() -> None:
    one = sheet(edited(adopted(ZH), "玛拉在山谷里挖深井。她走了。雨水淹没了每一条街。"))
    assert whose(one) == [[("a-model", 8), ("2", 1)], [("2", 3)], [("a-model", 9)]]


def test_a_sentence_that_comes_back_is_whose_it_first_was() -> None:
    room = edited(adopted(), "Mara digs a well.")
    room = edited(room, TAKE, who=CAI)
    assert set(shares(sheet(room))) == {"a-model"}


def test_what_is_copied_from_a_take_that_was_not_adopted_is_the_models() -> None:
    room = opened(
        add_premise("A well-digger"),
        ask_round(),
        record_take(1, 0, TAKE),
        record_take(1, 1, "Seven tired horses carry the silver bell across the frozen lake."),
        adopt(1, 0),
    )
    room = edited(room, TAKE + " Seven tired horses carry the silver bell home.")
    last = sheet(room).sentences[-1]
    assert [(part.source.kind, part.source.take, part.words) for part in last.parts] == [
        (SourceKind.MODEL, 1, 7),
        (SourceKind.HAND, None, 1),
    ]


def test_words_of_a_premise_in_a_take_are_cited_as_its_authors() -> None:
    room = adopted(
        "A retired diver who lost her brother digs a well. The town forgets.",
        premise="Mara, a retired diver who lost her brother at sea",
    )
    first, second = sheet(room).sentences
    cited = first.parts[0]
    assert (cited.source.kind, cited.source.person, cited.source.number) == (SourceKind.PREMISE, ANA.id, 1)
    assert cited.quotes == ("A retired diver who lost her brother",)
    assert [part.source.kind for part in second.parts] == [SourceKind.MODEL]


def test_three_words_in_a_row_are_nobodys() -> None:
    room = adopted("She is the one who digs a well in the town.", premise="The one who is in the town")
    assert set(shares(sheet(room))) == {"a-model"}


def test_a_chinese_premise_is_cited() -> None:
    room = adopted("一个害怕黑暗的挖井人来到小镇。", premise="玛拉，害怕黑暗的挖井人")
    cited = sheet(room).sentences[0].parts[0]
    assert (cited.source.kind, cited.quotes) == (SourceKind.PREMISE, ("害怕黑暗的挖井人",))


def test_a_card_that_took_its_words_from_the_draft_later_is_credited_with_nothing() -> None:
    room = after(adopted(), c.EditPremise(at=9, by=ANA, premise=1, text="Rain fills every street at night"))
    assert set(shares(sheet(room))) == {"a-model"}


def test_a_card_that_was_reworded_is_cited_in_the_words_that_the_draft_had_before_it() -> None:
    before = "Rain fills every street at night"
    room, events = story_of(
        open_room(),
        add_premise(before),
        ask_round(),
        record_take(1, 0, TAKE),
        adopt(1, 0),
        c.EditPremise(at=9, by=ANA, premise=1, text="The town forgets her name"),
        c.EditPremise(at=9, by=ANA, premise=1, text="Snow"),
    )
    draft = room.drafts[0]
    assert set(shares(credit_of(room, draft))) == {"a-model"}
    cited = credit_of(room, draft, wordings_of(events))
    assert whose(cited) == [[("a-model", 4)], [("a-model", 5)], [("1", 6)]]
    assert cited.sentences[2].parts[0].quotes == (before,)
    assert were_changed(room)


def test_a_secret_is_never_cited() -> None:
    room = opened(
        add_premise("A well-digger"),
        c.KeepSecret(at=3, by=ANA, premise=1, text="She poisoned the village fountain herself", model=True),
        ask_round(),
        record_take(1, 0, "She poisoned the village fountain herself."),
        adopt(1, 0),
    )
    assert "1" not in shares(sheet(room))


def test_words_of_a_note_are_cited() -> None:
    room = after(
        adopted(),
        c.WriteNote(at=6, by=BO, text="She should bury the golden compass under the church.", seed=1),
        record_take(2, 0, "Mara digs a well. They bury the golden compass under the church."),
        adopt(2, 0),
    )
    one = sheet(room)
    assert whose(one) == [[("a-model", 4)], [("2", 7), ("a-model", 1)]]
    assert one.sentences[1].parts[0].quotes == ("bury the golden compass under the church",)
    assert one.shares[0].brought == 7


def test_marks_alone_are_somebodys_too() -> None:
    one = sheet(adopted("……"))
    assert [share.percent for share in one.shares] == [100]


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6, unique_by=tuple), st.lists(WORDS, max_size=3), st.randoms())
def test_shares_are_whole_and_an_untouched_sentence_keeps_its_origin(
    told: list[list[str]], new: list[list[str]], dice: random.Random
) -> None:
    first = [" ".join(words).capitalize() + "." for words in told]
    room = adopted(" ".join(first))
    later = [one for one in first if dice.random() < 0.7]
    later += [" ".join(f"x{word}" for word in words).capitalize() + "." for words in new]
    dice.shuffle(later)
    if not later or " ".join(later) == " ".join(first):
        return
    one = sheet(edited(room, " ".join(later)))
    for sentence in one.sentences:
        expected = "a-model" if sentence.text in first else BO.id
        assert [part.source.person or part.source.model for part in sentence.parts] == [expected]
    assert sum(share.words for share in one.shares) == one.words == sum(s.words for s in one.sentences)
    assert sum(share.percent for share in one.shares) == 100
    assert all(share.percent >= 0 for share in one.shares)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab .。井\n", min_size=1, max_size=40), min_size=1, max_size=5))
def test_nobody_is_credited_who_did_nothing(texts: list[str]) -> None:
    room = adopted()
    for number, text in enumerate(texts):
        if text.strip():
            room = edited(room, text, who=(BO, CAI)[number % 2])
    one = sheet(room)
    assert set(shares(one)) <= {"a-model", "2", "3"}
    assert {part.source.draft for s in one.sentences for part in s.parts if part.source.draft} <= {
        draft.number for draft in room.drafts
    }
    assert [sentence.number for sentence in one.sentences] == list(range(1, len(one.sentences) + 1))


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=30))
def test_per_cents_add_to_a_hundred(counts: list[int]) -> None:
    assert sum(percentages(counts)) == (100 if any(counts) else 0)
    assert all(
        abs(one - 100 * count / (sum(counts) or 1)) < 1
        for one, count in zip(percentages(counts), counts, strict=True)
    )


def test_a_long_line_of_drafts_is_read_at_once() -> None:
    room = adopted(" ".join(f"Word{n} digs the deep well number {n}." for n in range(40)))
    for step in range(60):
        text = room.text_of(room.drafts[-1])
        room = edited(room, text.replace(f"number {step % 40}.", f"number {step} again."))
    began = time.perf_counter()
    one = sheet(room)
    assert time.perf_counter() - began < 3
    assert set(shares(one)) == {"a-model", "2"}
