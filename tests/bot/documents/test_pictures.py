"""Pictures with words: every script is drawn by a font that has it, within its place, the same each time."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

import bot.documents
from bot.documents.card import HEIGHT, WIDTH, cover_card
from bot.documents.faces import Face, face_of, runs
from bot.documents.pictures import (
    INK,
    PAPER,
    Canvas,
    canvas,
    draw_box,
    draw_line,
    draw_text,
    layout,
    text_width,
)
from bot.documents.truetype import TrueType
from bot.story.brief import Language
from bot.story.document import manuscript_of
from bot.words import LANGUAGES, words
from tests.bot.documents.test_every_form import NAMES, a_room_of_everybody
from tests.bot.story.document.stories import whole_story

FONTS = sorted(Path(bot.documents.__file__).with_name("fonts").glob("*.ttf"))


def inked(picture: Canvas) -> tuple[int, int, int, int] | None:
    """The box of what was drawn on white."""
    return ImageChops.difference(picture, canvas(*picture.size, PAPER)).getbbox()


@pytest.mark.parametrize(
    ("character", "font"),
    [
        ("A", "DejaVuSans"),
        ("é", "DejaVuSans"),
        ("ж", "DejaVuSans"),
        ("א", "DejaVuSans"),
        ("ﺑ", "DejaVuSans"),
        ("井", "WenQuanYiMicroHei"),
        ("，", "WenQuanYiMicroHei"),
        ("の", "WenQuanYiMicroHei"),
        ("한", "WenQuanYiMicroHei"),
        ("👍", "NotoEmoji-Regular"),
        ("🔥", "NotoEmoji-Regular"),
    ],
)
def test_a_character_is_drawn_by_a_font_that_has_it(character: str, font: str) -> None:
    face = face_of(character)
    assert face.name == font
    assert face.draws(character)


def test_all_of_gb_2312_is_drawn() -> None:
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = {each for pair in rows for each in pair.decode("gb2312", "ignore")}
    assert len(characters) == 6763
    assert all(Face("WenQuanYiMicroHei").draws(each) for each in characters)


@pytest.mark.parametrize("text", [*NAMES, "井里的水，会说话。" * 9, "x" * 200, "The well answers. " * 9])
@pytest.mark.parametrize("bold", [False, True])
def test_a_text_stays_in_its_column(text: str, *, bold: bool) -> None:
    picture = canvas(700, 900)
    high = draw_text(picture, 100, 50, text, 30, INK, width=500, bold=bold)
    box = inked(picture)
    assert box is not None
    left, top, right, bottom = box
    assert 90 <= left < right <= 615
    assert 45 <= top < bottom <= 50 + high + 5


def test_what_reads_from_the_right_stands_at_the_right() -> None:
    picture = canvas(700, 100)
    draw_text(picture, 100, 20, "שלום", 30, INK, width=500)
    left, _, right, _ = inked(picture) or (0, 0, 0, 0)
    assert 550 < right <= 605
    assert left > 450


def test_a_text_of_more_lines_than_there_is_room_for_ends_in_an_ellipsis() -> None:
    shown = layout("井里的水会说话。" * 50, 30, width=500, lines=3)
    assert len(shown) == 3
    assert shown[-1].endswith("…")
    assert text_width(shown[-1], 30) <= 500


def test_boxes_and_lines_are_drawn() -> None:
    picture = canvas(100, 100)
    draw_box(picture, 10, 10, 30, 20, fill="#000000")
    assert inked(picture) == (10, 10, 40, 30)
    draw_line(picture, [(50, 50), (90, 50)], "#000000", 4)
    assert picture.getpixel((70, 50)) == (0, 0, 0)


@given(st.text(max_size=80), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_drawn(text: str, bold: bool) -> None:  # noqa: FBT001 - drawn
    draw_text(canvas(300, 300), 0, 0, text, 20, INK, width=300, bold=bold, lines=4)
    for line in text.split("\n"):
        read = "".join(each for run in runs(line) for each in run.read)
        assert sorted(read) == sorted(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_a_picture_of_its_size_and_the_same_each_time(language: str) -> None:
    _, log = a_room_of_everybody(Language(language))
    manuscript = manuscript_of(log, say=words(language).say)
    card = cover_card(manuscript)
    picture = Image.open(io.BytesIO(card))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(card) < 400_000
    assert cover_card(manuscript) == card


@pytest.mark.parametrize("typed", ["x" * 80, "井" * 80, "שלום " * 16, "👨‍👩‍👧" * 10, "\u200b.", "W" * 80])
def test_the_longest_words_stay_on_a_card(typed: str) -> None:
    _, log = whole_story(typed, name=typed)
    picture = Image.open(io.BytesIO(cover_card(manuscript_of(log, say=words().say)))).convert("RGB")
    edge = picture.crop((WIDTH - 70, 0, WIDTH, HEIGHT))
    assert inked(edge) is None, "nothing runs over the right edge"
    assert inked(picture.crop((80, 640, WIDTH, HEIGHT))) is None, "nor over the lower one"


@pytest.mark.parametrize("file", FONTS, ids=lambda file: file.name)
def test_every_font_has_its_licence_beside_it(file: Path) -> None:
    assert f"`{file.name}`" in file.with_name("LICENCES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"OTTO" + bytes(100), b"\0\1\0\0\0\0" + bytes(20)])
def test_what_is_no_truetype_font_is_named_so(content: bytes) -> None:
    with pytest.raises(ValueError, match="font"):
        TrueType(content)
