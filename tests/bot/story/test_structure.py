"""Structure forms are whole and name their sources; a reading cites sentences that are there, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story import Room
from bot.story.bible import Details
from bot.story.brief import Brief, Form, Kind, Language
from bot.story.commands import AddPremise, ChooseStructure, EditDraft
from bot.story.levels import Level
from bot.story.parts import headed, parts_of
from bot.story.structure import Structure, structure_of, structures
from bot.story.structure.reading import Element, Finding, structure_reading
from tests.bot.building import ANA, adopt, after, ask_round, open_room, record_take
from tests.bot.story.telling import opened

WELL = (
    "In a dry valley, Mara, a well-digger, wants to find water. "
    "The landlord forbids her to dig on his hill. "
    "One night she discovers that he has capped the spring himself. "
    "If she tells, her brother goes to prison. "
    "Mara opens the spring and confesses in his place. "
    "The sky is blue."
)
WELL_ZH = (
    "阿良，挖井人，想要在最后一户人家离开之前找到水。"
    "地主禁止他在山上动土。"
    "一天夜里他发现泉眼是地主自己封住的。"
    "一旦说出来，弟弟就要坐牢。"
    "阿良打开泉眼，替他坦白。"
    "天很蓝。"
)


def told(text: str, *, language: Language = Language.ENGLISH, person: str = "Mara, a well-digger") -> Room:
    room = after(None, open_room(brief=Brief(title="The Well", language=language)))
    room = after(room, AddPremise(at=2, by=ANA, kind=Kind.CHARACTER, text=person), ask_round(takes=1))
    return after(room, record_take(1, 0, text), adopt(1, 0))


def read(room: Room) -> dict[Element, Finding]:
    draft = room.draft(room.current)
    assert draft is not None
    return {finding.element: finding for finding in structure_reading(room, draft)}


@pytest.mark.parametrize("form", structures().values(), ids=structures())
def test_a_form_has_both_languages_a_source_and_shares_of_one_whole(form: Structure) -> None:
    assert set(form.name) == set(Language)
    assert any(char.isdigit() for char in form.source) or "《" in form.source, (
        "a source names its year or book"
    )
    assert sum(beat.share for beat in form.beats) == pytest.approx(1)
    for beat in form.beats:
        assert set(beat.label) == set(beat.does) == set(Language)
    for language in Language:
        headings = form.headings(language)
        assert len(set(headings)) == len(headings)
        for number, heading in enumerate(headings, start=1):
            line = headed(number, heading, chinese=language is Language.CHINESE) + "x"
            assert parts_of(Level.BEATS, line)[0].heading == heading, "a heading is read back from its line"


def test_the_forms_that_a_writers_room_asks_for_are_there() -> None:
    wanted = {"three-acts", "five-acts", "heros-journey", "qi-cheng-zhuan-he", "half-hour", "short"}
    assert wanted | {"hour-four", "hour-five"} == set(structures())
    for hour, acts in (("hour-four", 4), ("hour-five", 5)):
        headings = structures()[hour].headings(Language.ENGLISH)
        assert headings[0] == "Teaser"
        assert len(headings) == acts + 1


@pytest.mark.parametrize("form", Form)
def test_every_kind_of_picture_has_a_form_that_was_made_for_it(form: Form) -> None:
    room = after(None, open_room(brief=Brief(title="T", form=form)))
    assert form in structure_of(room).fits


def test_the_form_that_the_room_chose_comes_first() -> None:
    room = opened(ChooseStructure(at=2, by=ANA, structure="five-acts"))
    assert structure_of(room).id == "five-acts"


@pytest.mark.parametrize(
    ("text", "language", "person"),
    [
        (WELL, Language.ENGLISH, "Mara, a well-digger"),
        (WELL_ZH, Language.CHINESE, "阿良，挖井人"),
    ],
)
def test_a_reading_finds_each_element_in_its_sentence(text: str, language: Language, person: str) -> None:
    found = read(told(text, language=language, person=person))
    sentences = {element: finding.sentence for element, finding in found.items()}
    assert sentences == {
        Element.WANT: 1,
        Element.NEED: 5,
        Element.CONFLICT: 2,
        Element.TURN: 3,
        Element.STAKES: 4,
        Element.AGENCY: 5,
    }
    assert all(finding.cues for finding in found.values())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The sky is blue. Grass grows.", Language.ENGLISH),
        ("天很蓝。草在长。", Language.CHINESE),
    ],
)
def test_a_draft_without_any_of_it_is_told_so(text: str, language: Language) -> None:
    for finding in read(told(text, language=language)).values():
        assert (finding.sentence, finding.quote, finding.cues) == (None, "", ())


def test_what_a_card_says_somebody_wants_is_found_in_other_words_than_cues() -> None:
    room = after(None, open_room())
    wants = Details(want="to hear the river under the valley again")
    card = AddPremise(at=2, by=ANA, kind=Kind.CHARACTER, text="Mara, a well-digger", details=wants)
    room = after(room, card, ask_round(takes=1))
    text = "Mara digs. All day her ear lies on the ground, where the river ran below the valley. She eats."
    room = after(room, record_take(1, 0, text), adopt(1, 0))
    want = read(room)[Element.WANT]
    assert (want.sentence, want.cards, want.cues) == (2, (1,), ())


def test_a_want_of_somebody_named_comes_before_one_of_nobody() -> None:
    room = told("People want rain. Mara wants to go home.")
    assert read(room)[Element.WANT].sentence == 2


def test_a_part_of_a_word_is_no_cue() -> None:
    found = read(told("The unwanted swan butts the warden's buttons."))
    assert found[Element.WANT].sentence is None
    assert found[Element.CONFLICT].sentence is None


words = st.lists(
    st.sampled_from(
        ["Mara", "wants", "but", "dies", ".", "!", "阿良", "想要", "。", "\n", "[3]", " ", "decides"]
    ),
    max_size=40,
).map(" ".join)


@given(words, st.sampled_from(Language))
def test_a_citation_is_never_made_up(text: str, language: Language) -> None:
    room = told(WELL, language=language)
    room = after(room, EditDraft(at=6, by=ANA, draft=1, text=f"x{text}"))
    draft = room.drafts[-1]
    sentences = [part.text for part in parts_of(draft.level, room.text_of(draft))]
    for finding in structure_reading(room, draft):
        if finding.sentence is None:
            assert not finding.quote
            continue
        assert finding.quote == sentences[finding.sentence - 1]
        assert all(cue in finding.quote for cue in finding.cues)
        assert finding.cues or finding.cards
