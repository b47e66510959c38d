from __future__ import annotations

import pytest

from bot.story.brief import Kind
from bot.writing.document import Document, document_of
from bot.writing.guided.check import Check
from bot.writing.judge import Fault
from bot.writing.program import Programs
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE_PREMISES, RIVER, RIVER_PREMISES, last_round, room_of


def document(*more: tuple[Kind, str], chinese: bool = False) -> Document:
    room = room_of(RIVER, RIVER_PREMISES) if chinese else room_of(premises=(*LIGHTHOUSE_PREMISES, *more))
    one = last_round(room)
    return document_of(Programs().of(one.purpose, room.brief.language), room, one)


LAMP, LANTERN = document(), document(chinese=True)
BEFORE = "Mara climbs the stairs to the lamp. The ship has not come back since the storm."


def fault(sentence: str, before: str = BEFORE, of: Document = LAMP, room: int = 40) -> Fault | None:
    return Check(of).fault(sentence, before, room=room)


@pytest.mark.parametrize(
    "sentence",
    [
        " Old Tom brings bread and a letter that she does not open.",
        " “Who lit it?” he asks the sea.",
        " Mara's brother was the last to see it.",
    ],
)
def test_a_sentence_that_goes_on_passes(sentence: str) -> None:
    assert fault(sentence) is None


def test_a_chinese_sentence_that_goes_on_passes() -> None:
    assert fault("小满把灯放进最后一条水沟，等它漂走。", "阿良走到河边。", LANTERN) is None


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (" …", Fault.EMPTY),
        (" Odalys waits by the well.", Fault.LEAK),
        (" She is a bomb disposal trainee who kneels in front of a steel box.", Fault.LEAK),
        (" Synopsis: she waits.", Fault.LEAK),
        (" See https://example.org for more.", Fault.LEAK),
        (" 她走到河边，点亮了灯。", Fault.LANGUAGE),
        (" Мария идёт к реке and waits.", Fault.LANGUAGE),
        (" Mara climbs the stairs to the lamp.", Fault.LOOP),
        (" Mara climbs the rope.", Fault.LOOP),
        (" She takes his favourite piece of his .", Fault.LANGUAGE),
        (" She waits....... for him.", Fault.LANGUAGE),
        (" He goes and he goes and he goes and he goes and he goes.", Fault.LOOP),
        (" He gives her an AFFEBCDFCBCDABAADABDBDDBBBBAALAA for it.", Fault.LANGUAGE),
        (" And so does E\u0434\u0443\u0430 at the table.", Fault.LANGUAGE),
        (" She screams Nooooooo at the sea.", Fault.LANGUAGE),
    ],
)
def test_a_sentence_that_may_not_stand_is_told_apart(sentence: str, found: Fault) -> None:
    assert fault(sentence) is found


def test_a_sentence_longer_than_its_room_is_too_long() -> None:
    assert fault(" Old Tom brings bread and a letter.", room=6) is Fault.LENGTH


def test_what_the_people_brought_may_be_said() -> None:
    own = document((Kind.CHARACTER, "Odalys, a bomb disposal trainee who kneels in front of a steel box"))

    assert fault(" Odalys kneels in front of a steel box.", of=own) is None


@pytest.mark.parametrize("name", ["Agent_K", "Zer0_Cool", "M@ra Okafor", "R2*D2", "Mara=Okafor", "张_三"])
def test_a_name_with_odd_signs_is_no_leak(name: str) -> None:
    named = document((Kind.CHARACTER, name))

    assert name in {mark for one in named.cast for mark in one.marks}
    assert fault(f" Then {name.upper()} opens the door.", of=named) is None
    assert fault(f" Then {name} opens the *door.", of=named) is Fault.LEAK


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (" They agreed in few words: run.", None),
        (" He met both (such characters) there.", None),
        (" She waits (in about 80 words).", Fault.LEAK),
        (" Words: she waits.", Fault.LEAK),
    ],
)
def test_words_are_a_label_or_a_count_only_where_they_stand_so(sentence: str, found: Fault | None) -> None:
    assert fault(sentence) is found


def test_a_name_in_another_script_is_no_change_of_language() -> None:
    named = document((Kind.CHARACTER, "李明, a doctor"))

    assert fault(" 李明 waits.", of=named) is None


def test_english_in_a_chinese_text_is_told_apart() -> None:
    assert fault("She waits for the boat.", "阿良走到河边。", LANTERN) is Fault.LANGUAGE
    assert fault("他说 hello 然后走了。", "阿良走到河边。", LANTERN) is Fault.LANGUAGE
    assert fault("他等着。。。等着。", "阿良走到河边。", LANTERN) is Fault.LANGUAGE
