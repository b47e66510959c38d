"""Comparing: both texts can be read off it, and it reads as a person would mark it."""

from __future__ import annotations

import random
import time
from itertools import groupby, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.story.diff import Change, Piece, compare, share_kept
from bot.story.matching import tokens
from bot.story.sentences import sentences

MARKS = {
    Change.KEPT: "{}",
    Change.REMOVED: "[-{}]",
    Change.ADDED: "[+{}]",
    Change.MOVED_AWAY: "[<{}]",
    Change.MOVED_HERE: "[>{}]",
}
SAID = (
    "Mara digs a well. ",
    "The rain comes back. ",
    "Nobody thanks her, ",
    "井",
    "她走了。",
    "“快跑！”",
    "a ",
    "b ",
    ". ",
)
texts = st.one_of(
    st.lists(st.sampled_from(SAID), max_size=25).map("".join),
    st.text(max_size=80),
    st.text(alphabet="ab .\n井e\u0301\u200d\U0001f468", max_size=60),
)
LATER = (Change.KEPT, Change.ADDED, Change.MOVED_HERE)
EARLIER = (Change.KEPT, Change.REMOVED, Change.MOVED_AWAY)


def of(pieces: tuple[Piece, ...], *changes: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change in changes)


def bare(text: str) -> str:
    return "".join(text.split())


def marked(before: str, after: str) -> str:
    return "".join(MARKS[piece.change].format(piece.text) for piece in compare(before, after))


@settings(deadline=None)
@given(texts, texts)
@example("", "")
@example("a b a b", "b a b a")
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert of(pieces, *LATER) == after.lstrip()
    assert bare(of(pieces, *EARLIER)) == bare(before)
    assert all(piece.text for piece in pieces)
    assert all(one.change != other.change for one, other in pairwise(pieces))
    assert 0 <= share_kept(pieces) <= 1


@settings(deadline=None)
@given(texts)
def test_a_text_compared_with_itself_is_kept_whatever_its_spaces(text: str) -> None:
    assert {piece.change for piece in compare(text, text)} <= {Change.KEPT}
    assert {piece.change for piece in compare(text.replace(" ", "\n"), text)} <= {Change.KEPT}


@settings(deadline=None)
@given(st.lists(st.sampled_from("cdefgh井水人山"), min_size=5, max_size=9, unique=True), st.integers(0, 8))
def test_one_sentence_put_elsewhere_is_moved_and_nothing_else_changes(names: list[str], to: int) -> None:
    told = [f"{name} went to the {name} house. " for name in names]
    first, *rest = told
    rest.insert(min(to, len(rest)), first)
    pieces = compare("".join(told), "".join(rest))
    assert {piece.change for piece in pieces} <= {Change.KEPT, Change.MOVED_AWAY, Change.MOVED_HERE}
    assert len([piece for piece in pieces if piece.change is Change.MOVED_HERE]) <= 1


@settings(deadline=None)
@given(texts, texts)
def test_no_mark_and_no_short_word_stands_alone_between_two_changes(before: str, after: str) -> None:
    runs = [
        list(run) for _, run in groupby(compare(before, after), key=lambda one: one.change is Change.KEPT)
    ]
    for first, middle, last in zip(runs, runs[1:], runs[2:], strict=False):
        changes = {piece.change for piece in (*first, *last)}
        if middle[0].change is Change.KEPT and changes <= {Change.REMOVED, Change.ADDED}:
            kept = [len(one.key) for one in tokens(middle[0].text) if one.is_word]
            least = min(
                max(sum(len(one.key) for one in tokens(piece.text)) for piece in run) for run in (first, last)
            )
            assert len(kept) > 3 or sum(kept) > least or set(middle[0].text) & set(".!?…。！？")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Mara digs a well.", "Mara digs a deep well.", "Mara digs a [+deep ]well."),
        ("Bo came. He left.", "Bo came. It rained. He left.", "Bo came. [+It rained. ]He left."),
        ("Bo came. It rained. He left.", "Bo came. He left.", "Bo came. [-It rained. ]He left."),
        (
            "The old rain comes back. Nobody thanks her.",
            "Nobody thanks her. The old rain comes back.",
            "[<The old rain comes back. ]Nobody thanks her. [>The old rain comes back.]",
        ),
        (
            "李明走进图书馆。雨停了。他读信。",
            "李明走进图书室。他读信。雨停了。",
            "李明走进图书[-馆][+室]。[<雨停了。]他读信。[>雨停了。]",
        ),
        ("他走进了井里。", "她走出了屋里。", "[-他走进了井][+她走出了屋]里。"),
        (
            "A cat sat on a mat.",
            "The dog ran to the park with a friend.",
            "[-A cat sat on a mat][+The dog ran to the park with a friend].",
        ),
        (
            "He digs a well. It is old.",
            "He digs a deep well. She ran.",
            "He digs a [+deep ]well. [-It is old][+She ran].",
        ),
        ("don't", "do not", "[-don't][+do not]"),
        ("Zoe\u0301 left", "Zoe left", "[-Zoe\u0301 ][+Zoe ]left"),
        (
            "\U0001f468\u200d\U0001f469 left",
            "\U0001f468 left",
            "[-\U0001f468\u200d\U0001f469 ][+\U0001f468 ]left",
        ),
    ],
)
def test_a_change_reads_as_a_person_would_mark_it(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize("kind", ["edited", "another", "shuffled", "chinese", "monotonous"])
def test_five_thousand_words_are_compared_at_once(kind: str) -> None:
    dice = random.Random(kind)
    vocabulary = [f"w{number}" for number in range(3000)]
    weights = [1 / (number + 1) for number in range(3000)]
    words = dice.choices(vocabulary, weights, k=5000)
    for place in range(0, 5000, 17):
        words[place] += "."
    before = " ".join(words)
    match kind:
        case "edited":
            after = " ".join(dice.choice(vocabulary) if dice.random() < 0.1 else word for word in words)
        case "another":
            after = " ".join(dice.choices(vocabulary, weights, k=5000))
        case "shuffled":
            after = "".join(sorted((one.text for one in sentences(before)), key=lambda _: dice.random()))
        case "chinese":
            before = "".join(chr(0x4E00 + dice.randrange(150)) for _ in range(5000))
            after = "".join("井" if dice.random() < 0.1 else sign for sign in before)
        case _:
            before, after = "well " * 5000, "well " * 4999 + "dry"
    began = time.perf_counter()
    pieces = compare(before, after)
    assert time.perf_counter() - began < 1  # 0.1 s on a quiet machine
    assert of(pieces, *LATER) == after.lstrip()
