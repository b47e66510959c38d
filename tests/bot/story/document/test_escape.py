"""People's words in Markdown, judged by a real parser: shown as typed, and nothing more than words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.story.document.escape import block, line, quote
from bot.story.text import clean, clean_line

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORDS_ONLY = {"paragraph_open", "paragraph_close", "inline", "text", "hardbreak", "softbreak"}

FORGERIES = [
    "# A heading",
    "A heading\n=====",
    "A heading\n---",
    "- item\n* item\n+ item",
    "1. item\n2) item",
    "> quoted",
    "---",
    "***",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a\n:-",
    "a\n-",
    "```\ncode\n```",
    "~~~\ncode\n~~~",
    "    indented code",
    "a\n\n\tindented code",
    "`code`",
    "[link](http://example.com)",
    "![image](http://example.com/a.png)",
    "[ref]: http://example.com\n\n[ref]",
    "<http://example.com>",
    "<a@example.com>",
    "<script>alert(1)</script>",
    "<!-- hidden -->",
    "&lt;b&gt; &#64;",
    "*em* **strong** _em_ ~~gone~~",
    "ends in a backslash\\",
    "\\# \\\\# \\",
    "\\",
    "a  \nb",
    "$x$ [^1] {.class}",
    "<details><summary>",
    "[x] a task",
    "\u3000\u3000an ideographic indent",
    "# #",
    "+",
    "12345678. x",
]
typed = st.text(
    st.one_of(
        st.sampled_from("\\`*_{}[]()<>#+-.!|~&$@:=/ \t\n019ax"), st.characters(exclude_categories=["Cs"])
    )
)


def shown(tokens: list[Token]) -> str:
    """What a reader of the tokens sees."""
    kinds = {"text": None, "hardbreak": "\n", "softbreak": "\n"}
    paragraphs = []
    for token in tokens:
        if token.type == "inline":
            inside = token.children or []
            assert {child.type for child in inside} <= WORDS_ONLY, inside
            paragraphs.append("".join(kinds[child.type] or child.content for child in inside))
    return "\n\n".join(paragraphs)


def as_seen(text: str) -> str:
    """The same, of the text itself: without the indents that Markdown cannot show."""
    return "\n".join(one.strip(" \t") for one in clean(text).replace("\t", " ").split("\n"))


@given(typed)
@pytest.mark.parametrize("where", [block, quote])
def test_any_words_are_shown_as_they_are_and_are_only_words(where: object, text: str) -> None:
    escaped = block(text) if where is block else quote(text)
    tokens = MARKDOWN.parse(escaped)
    allowed = WORDS_ONLY | ({"blockquote_open", "blockquote_close"} if where is quote else set())
    assert {token.type for token in tokens} <= allowed
    assert shown(tokens).replace("@\u2060", "@") == as_seen(text)


@pytest.mark.parametrize("text", FORGERIES)
def test_a_forgery_is_shown_as_typed(text: str) -> None:
    tokens = MARKDOWN.parse(block(text))
    assert {token.type for token in tokens} <= WORDS_ONLY
    assert shown(tokens) == as_seen(text).replace("@", "@\u2060")


@given(typed)
@example("# x #")
@example("a\nb")
def test_a_title_stays_within_its_heading(text: str) -> None:
    tokens = MARKDOWN.parse(f"# {line(text)}\n\nbelow\n")
    assert [token.type for token in tokens if token.nesting == 1] == ["heading_open", "paragraph_open"]
    assert tokens[1].content.replace("@\u2060", "@") == line(text).replace("@\u2060", "@")
    assert shown(tokens[:3]).replace("@\u2060", "@") == clean_line(text)


@pytest.mark.parametrize(
    "text",
    ["@everyone", "<@1>", "mail a@example.com", "http://example.com", "see www.example.com", "xmpp:a@b.c"],
)
def test_nothing_in_the_shown_text_is_taken_for_a_mention_or_a_bare_link(text: str) -> None:
    escaped = block(text)
    assert "@" not in escaped.replace("@\u2060", "")
    assert "://" not in escaped.replace("\\://", "")
    assert "www." not in escaped
    assert "xmpp:" not in escaped
