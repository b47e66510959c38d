"""Regular expressions at random, of the kinds that can be translated."""

from __future__ import annotations

import re

from hypothesis import strategies as st

_CHARACTERS = st.sampled_from("ab0_ é-")
_ATOMS = st.one_of(
    _CHARACTERS.map(re.escape),
    st.sampled_from(
        [".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[a-c]", "[^a]", r"[\d_]", r"[^\s0]", "[é-]"]
    ),
)
_TIMES = st.sampled_from(["*", "+", "?", "{2}", "{0}", "{1,}", "{,2}", "{1,3}", "*?", "+?", "??"])


def patterns() -> st.SearchStrategy[str]:
    """Characters and classes, joined, repeated, and in groups of alternatives."""
    return st.recursive(_ATOMS, _grown, max_leaves=6)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join).map("(?:{})".format),
        st.lists(inner, min_size=1, max_size=3).map("|".join).map("({})".format),
        st.builds("(?:{}){}".format, inner, _TIMES),
        st.just("()"),
    )
