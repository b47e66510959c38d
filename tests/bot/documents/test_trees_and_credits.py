"""Pictures of the tree and of credit, and the page of a comparison: right for every name, and quick."""

from __future__ import annotations

import io
import time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.documents.comparison import comparison_html
from bot.documents.credit_sheet import ROWS, credit_png
from bot.documents.credit_sheet import WIDTH as SHEET_WIDTH
from bot.documents.tree_picture import WIDTH, tree_png, tree_svg
from bot.story.ballots.lost import Lost
from bot.story.credit import DraftSheet, Share, credit_of
from bot.story.diff import compare
from bot.story.room import Draft, Room
from bot.words import LANGUAGES, words
from tests.bot.story.telling import opened, with_draft

NAMES = (
    "Ana",
    "李明",
    "שלום עולם",
    "محمد‌رضا",
    "Zoe\u0301\u0300\u0301",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 x",
    "</text><script>alert(1)</script>&",
    "\u202egnp.tac",
    "\x00\x1b[31m",
    "x" * 100,
    "",
)
SVG = "{http://www.w3.org/2000/svg}"
SAY = words().say


def tree_room(count: int, *, name: str = "Ana", title: str = "The Well") -> Room:
    """A room of that many drafts by hand, every third a branch, with one of each kind."""
    drafts = []
    for number in range(1, count + 1):
        parent = None if number == 1 else max(1, number - 1 - number % 3)
        drafts.append(
            Draft(number=number, parent=parent, text="A text.", adopted_by="1", revision=number + 2)
        )
    if count > 3:
        lost = Lost(ballot=1, votes=5, for_it=2, for_winner=3, equal=0, told=False)
        drafts[1] = drafts[1].model_copy(update={"lost_to": 3, "reason": lost})
        drafts[2] = drafts[2].model_copy(update={"taken_back": True})
    room = opened()
    return room.model_copy(
        update={
            "drafts": tuple(drafts),
            "current": count or None,
            "canon": 1 if count else None,
            "people": {"1": name},
            "brief": room.brief.model_copy(update={"title": title}),
        }
    )


def picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_any_name_and_title_is_drawn(name: str, language: str) -> None:
    say = words(language).say
    room = tree_room(6, name=name, title=name or "\u200b")
    assert picture(tree_png(room, say)).size[0] == WIDTH
    root = ET.fromstring(tree_svg(room, say))  # noqa: S314 - our own
    assert root.tag == f"{SVG}svg"
    assert not root.findall(f".//{SVG}script")
    sheet = credit_of(room, room.drafts[-1])
    assert picture(credit_png(room, sheet, say)).size[0] == SHEET_WIDTH


def test_the_svg_has_a_shape_and_words_for_every_draft_and_its_text_for_who_cannot_see() -> None:
    root = ET.fromstring(tree_svg(tree_room(6), SAY))  # noqa: S314 - our own
    told = "\n".join("".join(text.itertext()) for text in root.findall(f"{SVG}text"))
    for words_of_a_mark in ("[canon]", "[current]", "[lost to 3]", "[taken back]"):
        assert words_of_a_mark in told
    assert len(root.findall(f"{SVG}text")) == 7  # the title and six drafts
    assert (
        len(root.findall(f"{SVG}rect")) + len(root.findall(f"{SVG}polyline[@class='stroke runner_up']")) == 6
    )
    assert "grown from 1" in (root.findtext(f"{SVG}desc") or "")
    assert "prefers-color-scheme:dark" in (root.findtext(f"{SVG}style") or "")


def test_the_marks_are_told_apart_by_shape_where_colours_are_not_seen() -> None:
    shapes = []
    for change in ({"current": 1}, {"canon": 1}, {}):
        room = tree_room(1).model_copy(update={"current": None, "canon": None, **change})
        shapes.append(
            picture(tree_png(room, lambda *_, **__: "x")).convert("L").crop((30, 90, 60, 150)).tobytes()
        )
    assert len(set(shapes)) == 3


@pytest.mark.parametrize("count", [0, 1, 40, 200])
def test_pictures_of_rooms_of_any_size_are_quick(count: int) -> None:
    room = tree_room(count)
    tree_png(tree_room(2), SAY)  # fonts are read once
    began = time.perf_counter()
    image = picture(tree_png(room, SAY))
    assert time.perf_counter() - began < 1.5  # 0.15 s on a quiet machine
    assert image.size[1] < 3600


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30), st.integers(0, 30))
def test_bars_of_any_number_of_people_and_models_are_drawn(counts: list[int], models: int) -> None:
    shares = tuple(
        Share(
            person=None if at < models else str(at),
            model=f"model-{at}" if at < models else None,
            words=count,
            percent=100 * count // sum(counts),
        )
        for at, count in enumerate(counts)
    )
    sheet = DraftSheet(draft=1, words=sum(counts), sentences=(), shares=shares)
    image = picture(credit_png(opened(), sheet, SAY))
    assert image.size[1] <= 130 + ROWS * 84 + 96


def test_the_picture_of_credit_is_quick() -> None:
    room = with_draft()
    sheet = credit_of(room, room.drafts[0])
    credit_png(room, sheet, SAY)
    began = time.perf_counter()
    credit_png(room, sheet, SAY)
    assert time.perf_counter() - began < 1.5  # 0.1 s on a quiet machine


def test_the_page_of_a_comparison_shows_what_changed_and_runs_nothing() -> None:
    before = "Mara digs a well. <script>alert(1)</script> Nobody ever thanks her. The old rain comes back."
    after = "Mara digs a deep well. The old rain comes back. Nobody ever thanks her."
    page = comparison_html(("Draft 1", "<b>"), compare(before, after), SAY, language="en").read().decode()
    assert "a <ins>deep</ins> well" in page
    assert '<ins class="moved">' in page
    assert "<script" not in page
    assert "<h1>Draft 1 → &lt;b&gt;</h1>" in page
