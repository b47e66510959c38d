"""Words in their share of a screen: whole where they fit, marked where not, in English as in Chinese."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.render.columns import LINE, clipped, width
from bot.chat.render.quoting import quoted

WORDS = st.text(st.sampled_from("ab 山谷\n*🎬e\u0301"), max_size=200)


@given(text=WORDS, columns=st.integers(1, 10 * LINE))
def test_what_fits_is_whole_and_what_does_not_is_marked(text: str, columns: int) -> None:
    shown = clipped(text, columns, more="(more)")
    if shown.endswith("(more)"):
        assert width(text) + text.count("\n") * LINE > columns
        begun = shown.removesuffix("(more)")
        assert quoted(text, 10_000).startswith(begun)
        assert width(begun.replace("\\", "").replace("\u200b", "").replace("\n", "")) <= columns
    else:
        assert shown == quoted(text, 10_000)
        assert width(text.replace("\n", "")) <= columns


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert (width("山谷"), width("ab")) == (4, 2)
    assert clipped("山谷里没有水", 8) == "山谷里没…"
    assert clipped("no water at all", 10) == "no water…"


def test_a_new_line_takes_the_rest_of_the_line_before_it() -> None:
    assert clipped("one\ntwo\nthree", 2 * LINE) == "one\ntwo…"
