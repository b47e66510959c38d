"""Gaps are filled between what is kept, byte for byte, in as many requests as there are gaps."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NothingToWrite, PromptTooLong
from bot.story.brief import Kind, Language
from bot.story.commands import EditDraft
from bot.story.levels import Level
from bot.story.parts import parts_of
from bot.story.room import Room
from bot.story.rounds import Receipt
from bot.story.works import WorkKind
from bot.writing.program import Programs
from bot.writing.prompt import prompt_of
from bot.writing.replay import replay
from bot.writing.taking import take
from bot.writing.transcript import Transcript
from tests.bot.building import ANA, add_premise, after
from tests.bot.writing.scripted_tgi import ScriptedTgi, prose, says, tokens_of
from tests.bot.writing.works_at_hand import (
    BEATS,
    SYNOPSIS,
    asked,
    drafted,
    every_program,
    lock,
    with_beats,
    working,
)
from tgi.client import TgiClient

EN, ZH = Language.ENGLISH, Language.CHINESE
GOLDEN = Path(__file__).parent / "golden"
SENTENCES = (
    " Harbor lamps burn twice before morning.",
    " Copper violins answer from the far bridge.",
    " Nobody believes the letter she carries.",
    " Winter shuts every window on the quay.",
    " Old engines dream of orchards and thunder.",
    " The painter hides a ladder below his bed.",
    " Seven widows steal the mayor's own boat.",
    " A signal fails while the market sleeps.",
    " Doctors forget whom the desert returned.",
    " Candles mend what daylight could not.",
)


CHINESE = (
    "港口的灯亮了两次。",
    "铜琴在远处应答。",
    "没有人相信那封信。",
    "冬天关上了所有窗户。",
    "旧机器梦见果园与雷声。",
    "画匠把梯子藏在床下。",
    "七个寡妇偷走镇长的小船。",
    "集市睡着时信号断了。",
)


def different_zh(seed: int) -> str:
    return CHINESE[seed % len(CHINESE)] + CHINESE[(seed + 3) % len(CHINESE)]


def any_zh(seed: int) -> str:
    """Sentences of signs drawn by the seed."""
    drawn = random.Random(seed).sample(range(0x4E00, 0x9000), 54)
    return "".join("".join(map(chr, drawn[at : at + 18])) + "。" for at in range(0, 54, 18))


def different(seed: int) -> str:
    """A sentence of its own for every seed, and more behind it."""
    return SENTENCES[seed % len(SENTENCES)] + SENTENCES[(seed + 3) % len(SENTENCES)]


async def taken(tgi: TgiClient, room: Room, number: int = 0) -> tuple[str, Receipt, list[str]]:
    shown: list[str] = []
    one = room.rounds[-1]
    prompt = await prompt_of(Programs(), tgi, room, one)
    text, receipt = await take(Transcript(tgi), prompt, lambda n: one.seed_of(number, n), watch=shown.append)
    return text, receipt, shown


def kept_around(text: str, draft: str, start: int, end: int) -> str:
    """What stands between the kept beginning and end of a draft, which must be there byte for byte."""
    assert text.startswith(draft[:start])
    assert text.endswith(draft[end:])
    return text[start : len(text) - (len(draft) - end)]


@pytest.mark.parametrize("language", Language)
async def test_a_sentence_is_rewritten_and_the_others_stay_byte_for_byte(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    said = "她把信吃了下去。还有一句。" if language is ZH else " She eats it, seal and all. And more."
    server.text = lambda _: said
    draft = SYNOPSIS[language]
    third = parts_of(Level.SYNOPSIS, draft)[2]
    text, receipt, shown = await taken(tgi, working(drafted(language), WorkKind.SENTENCE, at=3))

    fresh = kept_around(text, draft, third.start, third.start + len(third.line.rstrip()))
    assert fresh == ("她把信吃了下去。" if language is ZH else "She eats it, seal and all.")
    assert receipt.program == f"sentence.{language}/1"
    assert receipt.method == "woven-1"
    assert shown[-1] == text


async def test_a_draft_with_odd_spaces_keeps_them(server: ScriptedTgi, tgi: TgiClient) -> None:
    odd = "One  fish\u00a0swims. ***Two* fish** ## drown. “Three!” she  said.   Four."
    room = after(drafted(EN), EditDraft(at=6, by=ANA, draft=1, text=odd))
    server.text = different
    text, _, _ = await taken(tgi, working(room, WorkKind.SENTENCE, at=2))

    assert text.startswith("One  fish\u00a0swims. ")
    assert text.endswith(" “Three!” she  said.   Four.")


async def test_from_a_sentence_on_all_before_it_stays(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    draft = SYNOPSIS[EN]
    text, _, _ = await taken(tgi, working(drafted(EN), WorkKind.ONWARD, at=4))

    start = parts_of(Level.SYNOPSIS, draft)[3].start
    assert text[:start] == draft[:start]
    assert "something answers the lamp" not in text
    assert len(text) > start + 20


async def test_three_endings_share_all_but_the_last_sentences(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    room = working(drafted(EN), WorkKind.ENDINGS)
    assert room.rounds[-1].takes_wanted == 3
    texts = [(await taken(tgi, room, number))[0] for number in range(3)]

    start = parts_of(Level.SYNOPSIS, SYNOPSIS[EN])[3].start
    assert {text[:start] for text in texts} == {SYNOPSIS[EN][:start]}
    assert len(set(texts)) == 3


async def test_going_on_keeps_the_whole_draft(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    text, _, _ = await taken(tgi, working(drafted(EN), WorkKind.GO_ON))

    assert text.startswith(SYNOPSIS[EN] + " ")
    assert len(text) > len(SYNOPSIS[EN]) + 20


async def test_beats_have_the_headings_of_the_structure_form(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    text, receipt, _ = await taken(tgi, asked(drafted(EN), Level.BEATS))

    parts = parts_of(Level.BEATS, text)
    assert [part.heading for part in parts] == [
        *("Opening", "Disturbance", "Struggle", "Crisis", "Last image"),
    ]
    assert [part.line.split(".")[0] for part in parts] == ["1", "2", "3", "4", "5"]
    assert all(part.text for part in parts)
    assert len({part.text for part in parts}) == 5
    assert len(server.requests) == 5
    assert receipt.program == "beats.en/1"


@pytest.mark.parametrize("language", Language)
async def test_the_second_request_is_the_first_with_what_was_written(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    answers = ["一个人站着。", "另一个人来了。"] if language is ZH else [" Mara stands.", " Tom comes up."]
    server.answers = [says(each) for each in answers]
    server.text = different_zh if language is ZH else different
    room = asked(drafted(language), Level.BEATS)
    await taken(tgi, room)

    first, second = (request["inputs"] for request in server.requests[:2])
    assert first == (GOLDEN / f"beats.{language}.txt").read_text(encoding="utf-8")
    assert second == first + (f"{answers[0]}\n2. " + ("第一幕：" if language is ZH else "Disturbance:"))


@pytest.mark.parametrize("language", Language)
async def test_locked_parts_survive_a_regeneration_literally(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    server.text = different_zh if language is ZH else different
    room = after(with_beats(language), lock(2, 1), lock(2, 3))
    text, _, _ = await taken(tgi, asked(room, Level.BEATS))

    old, new = BEATS[language].split("\n"), text.split("\n")
    assert (new[0], new[2]) == (old[0], old[2])
    assert len(new) == len(old)
    assert all(new[n] != old[n] for n in range(len(old)) if n not in (0, 2))
    assert [part.heading for part in parts_of(Level.BEATS, text)] == [
        part.heading for part in parts_of(Level.BEATS, BEATS[language])
    ]


async def test_locked_sentences_of_prose_survive_too(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    room = after(drafted(EN), lock(1, 1), lock(1, 5))
    text, _, _ = await taken(tgi, asked(room, Level.SYNOPSIS))

    old = parts_of(Level.SYNOPSIS, SYNOPSIS[EN])
    assert text.startswith(old[0].line)
    assert text.endswith(old[4].line)
    assert "She burns it." not in text


async def test_a_part_is_redone_alone(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    text, _, _ = await taken(tgi, working(with_beats(EN), WorkKind.SENTENCE, at=2))

    old, new = BEATS[EN].split("\n"), text.split("\n")
    assert [n for n in range(5) if old[n] != new[n]] == [1]
    assert new[1].startswith("2. Disturbance: ")
    assert len(server.requests) == 1


async def test_an_outline_has_the_beats_own_headings(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    text, _, _ = await taken(tgi, asked(with_beats(EN), Level.OUTLINE))

    headings = [part.heading for part in parts_of(Level.OUTLINE, text)]
    assert headings[0].startswith("Opening")
    assert headings[-1].startswith("Last image")
    assert 5 <= len(headings) <= 10


async def test_a_sentence_that_comes_back_as_it_was_is_written_again(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [says(" She burns it."), says(" ### ")]
    server.text = lambda _: " She folds it into a boat."
    text, receipt, _ = await taken(tgi, working(drafted(EN), WorkKind.SENTENCE, at=3))

    assert "She folds it into a boat." in text
    assert receipt.redraws == ("echo", "empty")


async def test_what_never_comes_leaves_the_text_as_it_was(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda _: "\n"
    text, receipt, _ = await taken(tgi, working(drafted(EN), WorkKind.SENTENCE, at=3))

    assert text == SYNOPSIS[EN]
    assert receipt.redraws == ("empty", "empty")


async def test_coverage_keeps_only_points_that_cite_a_sentence_there_is(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    first_point = ["2] The bread says what the letter hides."]
    no_second_point = ["nice writing overall.", "9] There is no ninth one.", "0] Nor one before the first."]
    no_third_point = ["1] Good.", "x] Who knows.", "] The lamp is well described."]
    weakness = [" 5 ] A dive ends it too early. [1] And so on."]
    server.answers = [says(each) for each in (*first_point, *no_second_point, *no_third_point, *weakness)]
    server.text = lambda _: "It is what it is."
    text, receipt, shown = await taken(tgi, working(drafted(EN), WorkKind.COVERAGE))

    assert text.split("\n") == [
        "Strengths:",
        "- [2] The bread says what the letter hides.",
        "Weaknesses:",
        "- [5] A dive ends it too early.",
    ]
    assert shown[-1] == text
    assert len(receipt.redraws) == 8


@pytest.mark.parametrize("language", Language)
async def test_coverage_without_any_citation_says_so(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    server.text = lambda _: "写得很好。" if language is ZH else "Nice writing."
    text, _, _ = await taken(tgi, working(drafted(language), WorkKind.COVERAGE))

    program = Programs().of("coverage", language)
    strengths, weaknesses = program.headings
    colon = program.colon.rstrip()
    assert text == f"{strengths}{colon}\n{program.nothing}\n{weaknesses}{colon}\n{program.nothing}"


async def test_an_answer_in_an_interview_ends_with_its_quotation(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda _: "Because the lamp would be alone.”\nQuestion: And now?"
    text, _, _ = await taken(tgi, working(drafted(EN), WorkKind.INTERVIEW))

    assert text == "Because the lamp would be alone."


async def test_the_same_receipt_weaves_the_same_text_again(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    room = asked(drafted(EN), Level.BEATS)
    text, receipt, _ = await taken(tgi, room)
    again = await replay(Programs(), tgi, room, room.rounds[-1], receipt, clock=time.monotonic)

    assert (again.text, again.same_prompt, again.same_model) == (text, True, True)


async def test_seeds_of_a_weave_are_never_used_twice(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = different
    room = asked(drafted(EN), Level.BEATS)
    await taken(tgi, room, 0)

    assert len(set(server.seeds)) == len(server.seeds)


async def test_a_window_full_of_kept_text_is_said_to_be_too_small(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.text = different
    room = asked(drafted(EN), Level.BEATS)
    one = room.rounds[-1]
    prompt = await prompt_of(Programs(), tgi, room, one)
    full = prompt.info.model_copy(
        update={"max_input_tokens": prompt.fitted.tokens, "max_total_tokens": prompt.fitted.tokens + 30}
    )
    small = replace(prompt, info=full)
    with pytest.raises(PromptTooLong):
        await take(Transcript(tgi), small, lambda n: n, watch=_nobody)


@pytest.mark.parametrize("language", Language)
async def test_every_program_writes_something_of_its_own_room(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    server.text = lambda seed: "1]" + (different_zh(seed) if language is ZH else different(seed))
    for name, room in every_program(language).items():
        text, receipt, _ = await taken(tgi, room)
        assert text.strip(), name
        assert receipt.program.partition("/")[0] == f"{name}.{language}"


def _nobody(text: str) -> None:
    del text


@pytest.mark.parametrize("language", Language)
async def test_a_stored_round_with_all_locked_says_why_it_cannot_be_written(
    tgi: TgiClient, language: Language
) -> None:
    room = working(drafted(language), WorkKind.DARKER)
    one = room.rounds[-1].model_copy(update={"locked": tuple(range(1, 20))})
    with pytest.raises(NothingToWrite, match="locked"):
        await prompt_of(Programs(), tgi, room, one)


@pytest.mark.parametrize("language", Language)
async def test_beats_behind_a_full_prompt_are_written_whole(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    server.max_input_tokens, server.max_total_tokens = 1536, 2048
    server.text = any_zh if language is ZH else lambda seed: prose(seed, 3)
    words = "河边的旧码头没有人" if language is ZH else "nobody walks on the old quay "
    more = [add_premise(f"{words * 12}{at}", kind=Kind.THEME) for at in range(40)]
    room = asked(after(drafted(language), *more), Level.BEATS)
    prompt = await prompt_of(Programs(), tgi, room, room.rounds[-1])
    text, receipt, _ = await taken(tgi, room)

    assert prompt.fitted.shortened or prompt.fitted.left_out
    assert prompt.document.frame is not None
    assert len(parts_of(Level.BEATS, text)) == len(prompt.document.frame.gaps)
    assert all(part.text not in {"", "…"} for part in parts_of(Level.BEATS, text))
    for request in server.requests:
        sent = len(tokens_of(request["inputs"]))
        assert sent <= 1536
        assert sent + request["parameters"]["max_new_tokens"] <= 2048
    again = await replay(Programs(), tgi, room, room.rounds[-1], receipt, clock=time.monotonic)
    assert (again.text, again.same_prompt) == (text, True)
