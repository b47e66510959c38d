from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PromptTooLong
from bot.story.brief import Brief, Kind, Language
from bot.writing.budget import Window, fit, window_of
from bot.writing.document import Document, document_of
from bot.writing.pieces import ELLIPSIS
from bot.writing.program import Programs
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE, last_round, room_of
from tests.bot.writing.scripted_tgi import tokens_of
from tgi.protocol import Info, SimpleToken

TEXTS = os.environ.get("STORYROOM_TEST_TEXTS")

sentence = st.lists(
    st.sampled_from(["a", "town", "river", "who", "never", "sleeps", "1962", "Mara"]), min_size=1, max_size=25
).map(lambda words: " ".join(words).capitalize() + ".")
premises = st.lists(
    st.tuples(
        st.sampled_from([kind for kind in Kind if kind is not Kind.LORE]),
        st.lists(sentence, min_size=1, max_size=4).map(" ".join),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda each: each[1],
)


class Counter:
    """The scripted server's tokenizer, with its questions counted."""

    def __init__(self, *, offsets: str = "characters") -> None:
        self.asked = 0
        self._offsets = offsets

    async def __call__(self, text: str) -> Sequence[SimpleToken]:
        self.asked += 1
        tokens = [SimpleToken(id=0, text="</s>", start=0, stop=0), *tokens_of(text)]
        if self._offsets == "none":
            return [token.model_copy(update={"start": 0, "stop": 0}) for token in tokens]
        if self._offsets == "bytes":
            sizes = {at: len(text[:at].encode()) for token in tokens for at in (token.start, token.stop)}
            return [
                token.model_copy(update={"start": sizes[token.start], "stop": sizes[token.stop]})
                for token in tokens
            ]
        return tokens


def document(premises: Sequence[tuple[Kind, str]], brief: Brief = LIGHTHOUSE) -> Document:
    room = room_of(brief, tuple(premises))
    one = last_round(room)
    return document_of(Programs().of(one.purpose, brief.language), room, one)


def size(one: Document) -> int:
    return len(tokens_of(one.text)) + 1


@given(premises, st.integers(min_value=1, max_value=900), st.sampled_from(["characters", "bytes", "none"]))
async def test_a_prompt_is_never_over_the_window_and_the_newest_premise_survives(
    told: list[tuple[Kind, str]], window: int, offsets: str
) -> None:
    one = document(told)
    counter = Counter(offsets=offsets)
    try:
        fitted = await fit(one, Window(window, 100), counter)
    except PromptTooLong:
        assert window < size(one)
        return

    assert fitted.tokens == len(tokens_of(fitted.text)) + 1 <= window
    assert told[-1][1] in fitted.text
    assert LIGHTHOUSE.title in fitted.text
    assert fitted.text.endswith(one.opening)
    missing = sum(text not in fitted.text for _, text in told)
    assert missing <= fitted.shortened + len(fitted.left_out) < len(told)
    assert "".join(piece.text for piece in fitted.pieces) == fitted.text


@given(premises, st.integers(min_value=1, max_value=900))
async def test_where_it_fits_nothing_is_changed_and_the_tokenizer_is_asked_once(
    told: list[tuple[Kind, str]], spare: int
) -> None:
    one = document(told)
    counter = Counter()
    fitted = await fit(one, Window(size(one) + spare - 1, 100), counter)

    assert (fitted.text, fitted.shortened, counter.asked) == (one.text, 0, 1)


LONG = (
    (Kind.CHARACTER, "Ana is old. " + "She counts the gulls every morning and writes it down. " * 4),
    (Kind.SETTING, "A rock in the sea. " + "It is smaller every year, and nobody has measured it. " * 4),
    (Kind.CONFLICT, "The newest words must stay. " + "Every one of them is needed by the people. " * 4),
)


async def test_offsets_that_count_bytes_are_as_good_as_those_that_count_characters() -> None:
    told = [(kind, f"{text} 灯塔看守人 — naïve") for kind, text in LONG]
    one = document(told)
    for window in range(size(one) - 60, size(one), 7):
        by_bytes = await fit(one, Window(window, 100), Counter(offsets="bytes"))
        assert by_bytes == await fit(one, Window(window, 100), Counter())


async def test_first_an_example_goes() -> None:
    one = document(LONG)
    fitted = await fit(one, Window(size(one) - 1, 100), Counter())

    first, second = one.program.examples
    assert first.title not in fitted.text
    assert second.title in fitted.text
    assert fitted.shortened == 0
    assert fitted.text == one.text.removeprefix(one.pieces[0].text)


async def test_then_the_oldest_premise_keeps_its_first_sentence() -> None:
    one = document(LONG)
    fitted = await fit(one, Window(size(one) - len(tokens_of(one.pieces[0].text)) - 2, 100), Counter())

    assert "Characters: Ana is old.\nScene: A rock in the sea. It is smaller" in fitted.text
    assert fitted.shortened == 1


async def test_at_last_premises_keep_their_beginning_and_an_ellipsis() -> None:
    told = [(Kind.THEME, " ".join(f"word{number}x{at}" for at in range(60)) + ".") for number in range(4)]
    one = document(told)
    without_example = size(one) - len(tokens_of(one.pieces[0].text))
    fitted = await fit(one, Window(without_example - 130, 100), Counter())

    assert f"- word0x0 word0x1 word0x2 word0x3 word0x4 word0x5 word0x6{ELLIPSIS}\n" in fitted.text
    assert told[-1][1].rstrip() in fitted.text
    assert fitted.shortened == 3


async def test_few_questions_are_asked_where_much_must_go() -> None:
    one = document(
        [(Kind.CHARACTER, f"Number {at} is here. " + "And more words come. " * 40) for at in range(40)]
    )
    counter = Counter()
    fitted = await fit(one, Window(1500, 100), counter)

    assert fitted.tokens > 600
    assert counter.asked <= 3


async def test_a_newest_premise_over_the_window_is_too_long() -> None:
    with pytest.raises(PromptTooLong):
        await fit(document([(Kind.THEME, "word " * 290)]), Window(300, 100), Counter())


def info(total: int = 2048, most: int = 1536) -> Info:
    return Info(
        model_id="m",
        max_concurrent_requests=1,
        max_best_of=1,
        max_stop_sequences=4,
        max_input_tokens=most,
        max_total_tokens=total,
        validation_workers=1,
        max_client_batch_size=1,
        router="r",
        version="v",
    )


@pytest.mark.parametrize(
    ("language", "words", "total", "most", "window"),
    [
        (Language.ENGLISH, 150, 2048, 1536, Window(1274, 262)),
        (Language.CHINESE, 450, 2048, 1536, Window(768, 1024)),
        (Language.ENGLISH, 300, 2048, 2047, Window(1524, 523)),
        (Language.CHINESE, 225, 2048, 2047, Window(1426, 621)),
        (Language.CHINESE, 450, 2048, 2047, Window(1023, 1024)),
        (Language.ENGLISH, 300, 2, 1, Window(1, 1)),
    ],
)
def test_the_window_is_shared_between_prompt_and_text(
    language: Language, words: int, total: int, most: int, window: Window
) -> None:
    assert window_of(info(total, most), language, words) == window


@pytest.mark.skipif(
    TEXTS is None, reason="STORYROOM_TEST_TEXTS names no file of real plots (JSON lines with a `plot`)"
)
async def test_real_plots_as_premises_fit_the_window_of_opt() -> None:
    plots = real_plots(400)
    for at in range(0, len(plots) - 8, 8):
        told = [(Kind.LOGLINE, plot[:1400]) for plot in plots[at : at + 8] if plot.strip()]
        one = document(list(dict.fromkeys(told)))
        fitted = await fit(one, Window(1525, 523), Counter())

        assert fitted.tokens <= 1525


def real_plots(count: int) -> list[str]:
    assert TEXTS is not None
    with Path(TEXTS).open(encoding="utf-8") as lines:
        return [json.loads(line)["plot"] for line in islice(lines, count)]
