"""Takes in the order in which counting finds them near to the brief, with the reasons that are shown."""

from __future__ import annotations

import pytest

from bot.chat.render.ranking import ranking, ranking_line
from bot.story.ballots.ballot import Adoption
from bot.story.brief import Kind, Language, Length
from bot.story.commands import AskRound, CloseBallot, OpenBallot
from bot.story.room import Room
from bot.words import words
from tests.bot.building import ANA, BO, add_premise, after, record_take
from tests.bot.story.telling import opened

FILL = " ".join(f"w{number}ord" for number in range(72))
WHOLE = f"Mara digs in the valley with Tom. {FILL}."  # 80 words with everybody
LONE = f"Mara digs in a hole on her own. {FILL}."
LONG = f"{WHOLE} {' '.join(f'm{n}ore' for n in range(40))}."
LOOP = "Mara digs with Tom. " + "They go on and on down. " * 15


def ranked(*texts: str) -> Room:
    room = opened(
        add_premise("Mara, a well-digger"),
        add_premise("Tom, a pilot", by=BO),
        add_premise("A valley without rain", kind=Kind.SETTING),
        AskRound(at=2, by=ANA, seed=4, takes=len(texts)),
        *(record_take(1, number, text) for number, text in enumerate(texts)),
    )
    return room.model_copy(update={"brief": room.brief.model_copy(update={"length": Length.SHORT})})


def line(room: Room, language: str = "en") -> str:
    return "".join(ranking_line(room, room.rounds[0], words(language)))


def test_takes_stand_in_order_with_their_reasons() -> None:
    room = ranked(LONE, LOOP, LONG, WHOLE)
    assert [each.take.letter for each in ranking(room, room.rounds[0])] == ["D", "B", "C", "A"]
    assert line(room).startswith("-# Nearest to the brief first, by counting: **D** (3 of 3 cards, 79 words)")
    assert "**B** (2 of 3 cards, 94 words, ⚠ repeats itself)" in line(room)
    assert "**C** (3 of 3 cards, ⚠ 119 words)" in line(room)
    assert "**A** (1 of 3 cards, 80 words, ⚠ without Tom)" in line(room)
    assert "⚠ 缺 Tom" in line(room, "zh-CN")


@pytest.mark.parametrize("texts", [(WHOLE,), (WHOLE, LONE)])
def test_one_take_or_an_open_round_is_put_in_no_order(texts: tuple[str, ...]) -> None:
    room = ranked(*texts)
    assert bool(line(room)) == (len(texts) > 1)
    asked = after(room, AskRound(at=9, by=ANA, seed=9, takes=2), record_take(2, 0, WHOLE))
    assert list(ranking_line(asked, asked.rounds[1], words())) == []


def test_nothing_is_said_to_voters_while_a_ballot_on_the_round_is_open() -> None:
    room = ranked(WHOLE, LONE)
    ballot = OpenBallot(at=3, by=ANA, round=1, drafts=(), seed=5, adoption=Adoption.BY_HAND)
    voting = after(room, ballot)
    assert line(voting) == ""
    assert line(after(voting, CloseBallot(at=4, by=ANA, ballot=1))) == line(room)


def test_a_chinese_take_is_counted_in_characters() -> None:
    room = ranked("马兰在山谷里挖井。", "约瑟走了。")
    brief = room.brief.model_copy(update={"language": Language.CHINESE})
    room = room.model_copy(update={"brief": brief})
    assert "9 字" in line(room, "zh-CN")
