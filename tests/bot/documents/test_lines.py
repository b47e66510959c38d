"""Breaking text into lines: where it may break, and that nothing is lost by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.lines import broken
from bot.documents.signs import signs


def cells(sign: str) -> float:
    """A sign's width on a terminal: two cells for Chinese, one for others."""
    return 2 if "\u2e80" <= sign[0] <= "\uffef" else 1


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the well answers", 8, ["the well", "answers"]),
        ("the well answers", 100, ["the well answers"]),
        ("one\n\ntwo", 100, ["one", "", "two"]),
        ("incomprehensibilities", 8, ["incompre", "hensibil", "ities"]),
        ("a incomprehensible", 8, ["a", "incompre", "hensible"]),
        ("well-digger", 6, ["well-", "digger"]),
        ("井里的水会说话", 6, ["井里的", "水会说", "话"]),
        ("井里的水，会说话", 8, ["井里的", "水，会说", "话"]),
        ("她说：“水来了。”", 6, ["她说：", "“水来", "了。”"]),
        ("见（井）的水", 4, ["见", "（井", "）的", "水"]),
        ("在 2024 年", 6, ["在", "2024", "年"]),
        ("", 5, [""]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_lines_end_where_a_typesetter_would_end_them(text: str, width: float, lines: list[str]) -> None:
    assert broken(text, width, cells) == lines


@given(st.text(st.one_of(st.sampled_from("ab 井水，。“”（）-\n"), st.characters())), st.integers(1, 12))
def test_nothing_but_spaces_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = broken(text, width, cells)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert sum(map(cells, signs(line))) <= width or len(signs(line)) == 1
