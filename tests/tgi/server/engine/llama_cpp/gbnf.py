"""The GBNF that regular expressions become, read back as Python's: its meaning from its own grammar.

Source: grammars/README.md of llama.cpp. One rule, `root`, of literals, classes, groups and repetitions.
"""

from __future__ import annotations

import re

_POINT = r"(?:\\U[0-9A-F]{8}|[A-Za-z0-9 ])"
_TOKEN = re.compile(
    rf'(?P<literal>"(?:{_POINT})*")|(?P<set>\[(?:{_POINT}(?:-{_POINT})?)+\])|(?P<sign>[()|]|[*+?]|\{{[0-9,]+\}})|\s+'
)


def as_regex(grammar: str) -> str:
    """Write the same language for `re.fullmatch`; what is no GBNF fails."""
    name, _, rule = grammar.partition(" ::= ")
    assert (name, rule[-1]) == ("root", "\n")
    written, at = "", 0
    while at < len(rule):
        match = _TOKEN.match(rule, at)
        assert match, f"no GBNF at {rule[at : at + 20]!r}"
        at = match.end()
        if match["literal"]:
            written += "(?:" + "".join(map(_point, re.findall(_POINT, match["literal"][1:-1]))) + ")"
        elif match["set"]:
            inside = re.findall(rf"({_POINT})(?:-({_POINT}))?", match["set"][1:-1])
            written += "[" + "".join(_range(low, high) for low, high in inside) + "]"
        elif match["sign"]:
            written += "(?:" if match["sign"] == "(" else match["sign"]
    return written


def _range(low: str, high: str) -> str:
    return f"{_point(low)}-{_point(high)}" if high else _point(low)


def _point(written: str) -> str:
    return f"\\U{ord(written):08x}" if len(written) == 1 else written
