"""Regular expressions as values, and written as GBNF.

GBNF has no rule that repeats what may be empty (to llama.cpp that is a left recursion), so a repetition of
such an expression becomes one of its non-empty texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tgi.errors import InvalidInput

_LONGEST: Final = 50_000
_FIRST: Final = 1  # to llama.cpp, NUL ends a text
_LAST: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of these ranges of code points, both ends included; sorted, apart, never none."""

    ranges: tuple[tuple[int, int], ...]
    empty: bool = field(default=False, init=False)

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> Chars:
        """Join ranges in any order."""
        joined: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
            else:
                joined.append((low, high))
        if not joined:
            raise InvalidInput("grammar is not valid: a character set that no character is in")
        return cls(tuple(joined))

    def others(self) -> Chars:
        """Every other character."""
        ends = [_FIRST - 1, *(end for pair in self.ranges for end in pair), _LAST + 1]
        gaps = zip(ends[::2], ends[1::2], strict=True)
        return Chars.of((before + 1, after - 1) for before, after in gaps if before + 1 <= after - 1)

    def single(self) -> int | None:
        """The only character, where there is only one."""
        low, high = self.ranges[0]
        return low if len(self.ranges) == 1 and low == high else None


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """One after the other; of no parts, the empty text."""

    parts: tuple[Expression, ...]
    empty: bool


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """One of several."""

    options: tuple[Expression, ...]
    empty: bool


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """As often as `low` to `high` (None: without end) times what is never empty."""

    inner: Expression
    low: int
    high: int | None
    empty: bool

    @classmethod
    def of(cls, inner: Expression, low: int, high: int | None) -> Expression:
        """Repeat an expression that may also be empty."""
        filled = _filled(inner, {}) if inner.empty else inner
        if filled is None or high == 0:
            return EMPTY
        low = 0 if inner.empty else low
        return cls(filled, low, high, empty=low == 0)


Expression: TypeAlias = Chars | Join | AnyOf | Repeat
"""Every kind tells by `empty` whether it has the empty text."""

EMPTY: Final = Join((), empty=True)
ANY_BUT_NEWLINE: Final = Chars(((0x0A, 0x0A),)).others()


def join(parts: Sequence[Expression]) -> Expression:
    """Put one after the other."""
    return parts[0] if len(parts) == 1 else Join(tuple(parts), empty=all(part.empty for part in parts))


def any_of(options: Sequence[Expression]) -> Expression:
    """Take one of them."""
    return (
        options[0] if len(options) == 1 else AnyOf(tuple(options), empty=any(each.empty for each in options))
    )


def written(expression: Expression) -> str:
    """Write as the right side of a GBNF rule.

    Raises:
        InvalidInput: it would be too long.

    """
    match expression:
        case Chars():
            text = _chars(expression)
        case Join(parts=()):
            text = '""'
        case Join(parts=parts):
            text = " ".join(_bracketed(part) if isinstance(part, AnyOf) else written(part) for part in parts)
        case AnyOf(options=options):
            text = " | ".join(written(option) for option in options)
        case Repeat(inner=inner):
            one = written(inner) if isinstance(inner, Chars) else _bracketed(inner)
            text = one + _times(expression)
    if len(text) > _LONGEST:
        raise InvalidInput("grammar is not valid: the regex is too large")
    return text


def _filled(expression: Expression, known: dict[int, Expression | None]) -> Expression | None:
    """All texts of an expression but the empty one; None if there are no others."""
    if not expression.empty:
        return expression
    if id(expression) in known:
        return known[id(expression)]
    found: list[Expression] = []
    match expression:
        case Join(parts=parts):
            # The first part that is not empty is one of these: all before it may be.
            for index, part in enumerate(parts):
                begun = _filled(part, known)
                found += [] if begun is None else [join([begun, *parts[index + 1 :]])]
        case AnyOf(options=options):
            some = [_filled(option, known) for option in options]
            found += [each for each in some if each is not None]
        case Repeat(inner=inner, high=high):
            found.append(Repeat(inner, 1, high, empty=False))
    known[id(expression)] = any_of(found) if found else None
    return known[id(expression)]


def _bracketed(expression: Expression) -> str:
    return f"({written(expression)})"


def _times(repeat: Repeat) -> str:
    match repeat.low, repeat.high:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case low, None:
            return f"{{{low},}}"
        case low, high:
            return f"{{{low},{high}}}"
    raise AssertionError  # pragma: no cover - the cases above are all there are


def _chars(chars: Chars) -> str:
    single = chars.single()
    if single is not None:
        return f'"{_escaped(single)}"'
    return "[" + "".join(_range(low, high) for low, high in chars.ranges) + "]"


def _range(low: int, high: int) -> str:
    return _escaped(low) if low == high else f"{_escaped(low)}-{_escaped(high)}"


def _escaped(point: int) -> str:
    sign = chr(point)
    if sign.isascii() and (sign.isalnum() or sign == " "):
        return sign
    return f"\\U{point:08X}"
