"""People's words inside the bot's: they show as typed, do nothing, and stay within their room."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.render.quoting import fenced, plain_line, quoted, quoted_line, quoted_whole

MARKUP = "\\*_~|`[]"
PIECES = (
    *("**bold**", "__u__", "~~s~~", "||spoiler||", "`code`", "```py\nx\n```", "[a](https://example.com)"),
    *("# Heading", "\n## H", "\n  - item", "\n> quote", "\n>>> all", "\n1. one", "\n  -# small", "\\", "\\*"),
    *("@everyone", "@here", "<@1100000000000000031>", "<@!1>", "<@&2>", "<#3>", "<:x:4>", "<a:x:5>"),
    *("<t:1:R>", "</room open:6>", "<id:customize>", "<<@7>", "@\u200beveryone", "\u200b", "\u202e"),
    *("深井里的孩子", "👩‍👩‍👧", "👍🏽", "❤️", "e\u0301", "🇨🇳", " ", "\n", "plain words "),
)
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)


def shown(quote: str) -> str:
    """What Discord shows of escaped words; fails where anything is left that Discord would act on."""
    assert not re.search(r"(?m)^ *(#{1,3}\s|-#|>|[-*+]\s|\d+[.)]\s)", quote), "markup at the start of a line"
    assert not re.search(r"<[@#:/a-zA-Z]", quote), "something that Discord turns into a mention"
    assert not re.search(r"@(everyone|here)", quote)
    plain, at = "", 0
    while at < len(quote):
        if quote[at] == "\\":
            assert quote[at + 1 : at + 2] in MARKUP, "a backslash that escapes nothing"
            at += 1
        else:
            assert quote[at] not in MARKUP, f"{quote[at]} at {at} is not escaped"
        plain += quote[at]
        at += 1
    return plain.replace("\u200b", "")


@given(hostile)
@example("[**bold**](https://example.com) **bold** [x](y)")
@example("   # not a heading")
def test_whatever_is_typed_shows_as_typed_and_does_nothing(text: str) -> None:
    assert shown(quoted(text, 10_000)) == text.replace("\u200b", "")


@given(hostile, st.integers(min_value=0, max_value=60))
@example("*" * 100, 50)
def test_words_never_take_more_than_their_room(text: str, limit: int) -> None:
    short = quoted(text, limit)
    assert len(short) <= limit
    if limit and len(quoted(text, 10_000)) > limit:
        assert short.endswith("…")
        assert text.replace("\u200b", "").startswith(shown(short[:-1]))


def test_words_that_must_be_cut_keep_as_much_as_there_is_room_for() -> None:
    assert quoted("*" * 1500, 101) == r"\*" * 50 + "…"
    assert quoted("井" * 1500, 100) == "井" * 99 + "…"
    assert quoted("ab" * 50, 10, more=" … (Read in full)") == " … (Read i"


@pytest.mark.parametrize("sign", ["👩‍👩‍👧", "👍🏽", "e\u0301", "❤️", "क्षि"])
def test_no_sign_is_cut_in_two(sign: str) -> None:
    for limit in range(1, 40):
        for cut in (quoted(sign * 20, limit), plain_line(sign * 20, limit)):
            assert len(cut) <= limit
            kept = cut.removesuffix("…")
            # A conjunct of consonants may be parted; a mark never goes without what it stands on.
            following = (sign * 20)[len(kept)]
            assert unicodedata.category(following) not in ("Mn", "Mc", "Me")
            assert "\u200d" not in (kept[-1:], following)
            assert not "\U0001f3fb" <= following <= "\U0001f3ff"


@given(hostile, st.integers(min_value=2, max_value=60))
def test_a_line_is_one_line(text: str, limit: int) -> None:
    for line in (quoted_line(text, limit), plain_line(text, limit)):
        assert len(line) <= limit
        assert len(line.splitlines()) <= 1


@given(st.text(alphabet="`\n a\u200b", max_size=40))
@example("````")
@example("```\n@everyone\n```")
def test_words_in_a_code_block_cannot_close_it(text: str) -> None:
    block = fenced(text)
    assert block.startswith("```\n")
    assert block.endswith("\n```")
    inner = block[4:-4]
    assert "``" not in inner
    assert inner.replace("\u200b", "") == text.replace("\u200b", "")


@given(st.text(min_size=1, max_size=400), st.integers(min_value=40, max_value=200))
def test_read_in_pieces_no_word_is_lost(text: str, limit: int) -> None:
    pieces = quoted_whole(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(shown(piece) for piece in pieces).split()) == "".join(text.split())
