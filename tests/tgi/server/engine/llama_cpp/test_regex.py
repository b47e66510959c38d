"""Regular expressions as GBNF: the same texts as with Python, or a refusal that names the reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tgi.server.engine.llama_cpp.gbnf import as_regex
from tests.tgi.server.engine.llama_cpp.patterns import patterns
from tgi.errors import InvalidInput
from tgi.server.engine.llama_cpp.regex import to_gbnf


def accepts(pattern: str, text: str) -> bool:
    """Whether the grammar made of a pattern has this text."""
    return re.fullmatch(as_regex(to_gbnf(pattern)), text) is not None


def matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None


@settings(max_examples=300)
@given(st.data(), patterns())
def test_a_text_that_matches_is_in_the_grammar(data: st.DataObject, pattern: str) -> None:
    text = data.draw(
        st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(lambda t: "\0" not in t)
    )
    assert accepts(pattern, text)


@settings(max_examples=300)
@given(patterns(), st.text(alphabet="ab0_ \nàé-", max_size=6))
def test_a_text_is_in_the_grammar_only_if_it_matches(pattern: str, text: str) -> None:
    assert accepts(pattern, text) == matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"^\d{3}-\d{4}$", ["555-0100"], ["5550100", "555-01000", ""]),
        (r"^(yes|no)$|^maybe$", ["yes", "no", "maybe"], ["yesno", ""]),
        (r"[^a-c\]]{2,}", ["xx", "zzz"], ["x", "ab", "]]"]),
        (r"(?:a|b?)*c+?", ["c", "abac"], ["ab", ""]),
        (r"(?P<year>19|20)\d\d", ["1999", "2024"], ["1899"]),
        (r"\x41\u00e9\U0001F999[\t\-\]]", ["Aé🦙\t", "Aé🦙]", "Aé🦙-"], ["Aé🦙"]),
        (r"[a-]\.\\[]x]", [r"a.\]", r"-.\x"], ["a.]"]),
        (r"a{,2}b{2,}", ["bb", "aabbb"], ["aaabb", "b"]),
        (r"\S\D\W[\w.]+", ["x. y.z"], [" . y"]),
        (r"(a*)*b", ["b", "aaab"], ["a"]),
        (r"()", [""], ["a"]),
        (r"a{}", ["a{}"], ["a"]),
        (".", ["é", " "], ["\n", ""]),
    ],
)
def test_what_is_written_in_a_pattern_is_meant(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not accepts(pattern, text)] == []
    assert [text for text in no if accepts(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("a(?=b)", "lookahead"),
        ("a(?!b)", "lookahead"),
        ("(?<=a)b", "lookbehind"),
        ("(?<!a)b", "lookbehind"),
        (r"(a)\1", "back references"),
        (r"(?P<x>a)(?P=x)", "back references"),
        (r"\bword\b", "word boundaries"),
        (r"(?i)a", "inline flags"),
        (r"(?i:a)", "inline flags"),
        (r"(?>a)", "atomic groups"),
        (r"(?#a)", "comments"),
        (r"(a)(?(1)b|c)", "conditional groups"),
        (r"a++", "possessive quantifiers"),
        (r"\p{L}", "Unicode properties"),
        (r"\N{DASH}", "character names"),
        (r"\Aa\Z", r"\\A"),
        (r"\0", "octal escapes"),
        (r"\x00", "the character NUL"),
        ("a^b", "`\\^` inside a pattern"),
        ("(a$)b", "`\\$` inside a pattern"),
        ("a{1001}", "more than 1000 repetitions"),
    ],
)
def test_what_no_grammar_can_say_is_refused_by_name(pattern: str, named: str) -> None:
    with pytest.raises(
        InvalidInput, match=f"grammar is not valid: {named} in a regex: not supported by this"
    ):
        to_gbnf(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a", "missing \\), unterminated subpattern"),
        ("a)", "unbalanced parenthesis"),
        ("[a", "unterminated character set"),
        ("*a", "nothing to repeat"),
        ("a**", "multiple repeat"),
        ("a{3,2}", "min repeat greater than max repeat"),
        ("[z-a]", "bad character range"),
        (r"[\d-z]", "bad character range"),
        ("a\\", "bad escape \\(end of pattern\\)"),
        (r"\xg", "incomplete escape"),
        (r"\q", "bad escape"),
        (r"[^\d\D]", "a character set that no character is in"),
        ("(" * 60 + ")" * 60, "more than 50 groups inside each other"),
        ("(((a{900}){900}){900}|" + "b" * 60_000 + ")", "the regex is too large"),
    ],
)
def test_what_is_broken_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=f"grammar is not valid: {why}"):
        to_gbnf(pattern)
