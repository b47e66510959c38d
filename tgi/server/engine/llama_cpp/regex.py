"""Regular expressions as GBNF, llama.cpp's grammars (its grammars/README.md).

The syntax is that of Python's `re` as far as it describes plain regular languages of whole texts; the classes
of digits, word characters and spaces are ASCII, as in TGI's own compiler. The rest (lookaround, back
references, word boundaries, flags) is refused by name.
"""

from __future__ import annotations

import re
from typing import Final

from tgi.errors import InvalidInput
from tgi.server.engine.llama_cpp.expressions import (
    ANY_BUT_NEWLINE,
    Chars,
    Expression,
    Repeat,
    any_of,
    join,
    written,
)

_MOST_TIMES: Final = 1000  # llama.cpp refuses more than 2,000 and grows a rule for each
_DEEPEST: Final = 50
_LAST: Final = 0x10FFFF
_QUANTIFIER: Final = re.compile(r"\*|\+|\?|\{(?P<low>[0-9]*)(?P<range>,(?P<high>[0-9]*))?\}")
_GROUP: Final = re.compile(r"\((\?:|\?P<[^>]*>|(?!\?))")
_HEX: Final = {"x": 2, "u": 4, "U": 8}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a"}
_CLASSES: Final = {
    "d": Chars(((0x30, 0x39),)),
    "w": Chars(((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))),
    "s": Chars(((0x09, 0x0D), (0x20, 0x20))),
}
_REFUSED_GROUPS: Final = {
    "(?=": "lookahead",
    "(?!": "lookahead",
    "(?<=": "lookbehind",
    "(?<!": "lookbehind",
    "(?P=": "back references",
    "(?>": "atomic groups",
    "(?#": "comments",
    "(?(": "conditional groups",
}
_REFUSED_ESCAPES: Final = {
    "b": "word boundaries",
    "B": "word boundaries",
    "A": "\\A",
    "Z": "\\Z",
    "p": "Unicode properties",
    "P": "Unicode properties",
    "N": "character names",
}


def to_gbnf(pattern: str) -> str:
    """Return a grammar whose texts are those that match all of `pattern`.

    Raises:
        InvalidInput: the pattern is broken or cannot be translated.

    """
    return f"root ::= {written(_Parser(pattern).whole())}\n"


class _Parser:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        found = self._alternatives()
        if self._at < len(self._pattern):
            raise _broken("unbalanced parenthesis")
        return found

    def _alternatives(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _broken(f"more than {_DEEPEST} groups inside each other")
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        self._depth -= 1
        return any_of(options)

    def _sequence(self) -> Expression:
        parts: list[Expression] = []
        outermost = self._depth == 1
        if outermost:
            self._take("^")
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if outermost and re.match(r"\$(\||$)", self._pattern[self._at :]):
                self._at += 1
                break
            parts.append(self._repeated(self._atom()))
        return join(parts)

    def _repeated(self, expression: Expression) -> Expression:
        found = self._quantifier()
        if found is None:
            return expression
        if self._take("+"):
            raise _refused("possessive quantifiers")
        self._take("?")  # lazy: the same texts
        if self._quantifier() is not None:
            raise _broken("multiple repeat")
        low, high = found
        if high is not None and high < low:
            raise _broken("min repeat greater than max repeat")
        if max(low, high or 0) > _MOST_TIMES:
            raise _refused(f"more than {_MOST_TIMES} repetitions")
        return Repeat.of(expression, low, high)

    def _quantifier(self) -> tuple[int, int | None] | None:
        match = _QUANTIFIER.match(self._pattern, self._at)
        if match is None or match[0] == "{}":
            return None
        self._at = match.end()
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if match[0] in simple:
            return simple[match[0]]
        low, high = (int(match[name]) if match[name] else None for name in ("low", "high"))
        return low or 0, high if match["range"] else low

    def _atom(self) -> Expression:
        sign = self._pattern[self._at]
        if sign == "(":
            return self._group()
        if sign in "^$":
            raise _refused(f"`{sign}` inside a pattern")
        if self._quantifier() is not None:
            raise _broken("nothing to repeat")
        self._at += 1
        if sign == "[":
            return self._class()
        if sign == ".":
            return ANY_BUT_NEWLINE
        if sign == "\\":
            return self._escape()
        return _char(ord(sign))

    def _group(self) -> Expression:
        for opening, name in _REFUSED_GROUPS.items():
            if self._pattern.startswith(opening, self._at):
                raise _refused(name)
        match = _GROUP.match(self._pattern, self._at)
        if match is None:
            raise _refused("inline flags")
        self._at = match.end()
        found = self._alternatives()
        if not self._take(")"):
            raise _broken("missing ), unterminated subpattern")
        return found

    def _escape(self) -> Chars:
        if self._at == len(self._pattern):
            raise _broken("bad escape (end of pattern)")
        sign = self._pattern[self._at]
        self._at += 1
        if sign.lower() in _CLASSES:
            found = _CLASSES[sign.lower()]
            return found.others() if sign.isupper() else found
        if sign in _HEX:
            digits = self._pattern[self._at : self._at + _HEX[sign]]
            if not re.fullmatch(f"[0-9A-Fa-f]{{{_HEX[sign]}}}", digits) or int(digits, 16) > _LAST:
                raise _broken(f"incomplete escape \\{sign}{digits}")
            self._at += len(digits)
            return _char(int(digits, 16))
        if sign in _CONTROLS:
            return _char(ord(_CONTROLS[sign]))
        if sign.isdigit():
            raise _refused("octal escapes" if sign == "0" else "back references")
        if sign in _REFUSED_ESCAPES:
            raise _refused(_REFUSED_ESCAPES[sign])
        if sign.isascii() and sign.isalpha():
            raise _broken(f"bad escape \\{sign}")
        return _char(ord(sign))

    def _class(self) -> Chars:
        negated = self._take("^")
        found: list[tuple[int, int]] = []
        begun = self._at
        while not (self._at > begun and self._take("]")):
            first = self._member()
            if self._pattern[self._at : self._at + 1] == "-" and self._pattern[self._at + 1 :][:1] not in {
                "",
                "]",
            }:
                self._at += 1
                first = self._range(first, self._member())
            found += first.ranges
        members = Chars.of(found)
        return members.others() if negated else members

    def _range(self, first: Chars, last: Chars) -> Chars:
        low, high = first.single(), last.single()
        if low is None or high is None or high < low:
            raise _broken("bad character range")
        return Chars(((low, high),))

    def _member(self) -> Chars:
        if self._at == len(self._pattern):
            raise _broken("unterminated character set")
        sign = self._pattern[self._at]
        self._at += 1
        if sign == "\\":
            if self._pattern[self._at : self._at + 1] == "b":
                self._at += 1
                return _char(0x08)
            return self._escape()
        return _char(ord(sign))

    def _take(self, sign: str) -> bool:
        if self._pattern.startswith(sign, self._at):
            self._at += 1
            return True
        return False


def _char(point: int) -> Chars:
    if point == 0:
        raise _refused("the character NUL")
    return Chars(((point, point),))


def _refused(what: str) -> InvalidInput:
    return InvalidInput(f"grammar is not valid: {what} in a regex: not supported by this engine")


def _broken(why: str) -> InvalidInput:
    return InvalidInput(f"grammar is not valid: {why}")
