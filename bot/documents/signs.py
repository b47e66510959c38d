"""Text as the signs that a reader sees, and the order in which they stand on a line.

A sign is a character with everything drawn with it: accents, joiners, selectors, the parts of an emoji. Lines
with Hebrew or Arabic are put in their visual order by the implicit rules of Unicode's bidirectional algorithm
(UAX #9 without embeddings, which no cleaned text has, and without paired brackets), Arabic letters in the
shapes they take beside each other (Unicode, chapter 9.2, out of the compatibility decompositions).
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import groupby

_JOINER, _NON_JOINER = "\u200d", "\u200c"
_LATIN = "\u02ff"  # up to here every character is a sign of its own, and reads from the left
_PICTURES = 0x2190  # from here on a joiner makes one picture of two
_MIRRORED = dict(zip("()[]{}<>«»‹›（）［］｛｝", ")(][}{><»«›‹）（］［｝｛", strict=True))
_LAM = "\u0644"
_LAM_ALEFS = tuple(_LAM + alef for alef in "\u0622\u0623\u0625\u0627")
_PLACES = ("isolated", "initial", "medial", "final")


def signs(text: str) -> list[str]:
    """A text as its signs, in the order of reading."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and character > _LATIN and (_continues(character) or _joined(found[-1], character)):
            found[-1] += character
        else:
            found.append(character)
    return found


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter of a text is of a script that does."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((one != "L" for one in directions if one in ("L", "R", "AL")), False)


def as_seen(line: list[str], *, right_to_left: bool = False) -> list[tuple[str, str]]:
    """The signs of a line from left to right, each as it is drawn and as it is read."""
    if not right_to_left and not any(sign[0] > _LATIN and _is_from_right(sign[0]) for sign in line):
        return [(sign, sign) for sign in line]
    levels = _levels(line, int(right_to_left))
    shaped = [
        (_MIRRORED.get(drawn, drawn) if level % 2 else drawn, sign)
        for (drawn, sign), level in zip(_shaped(line), levels, strict=True)
    ]
    return [shaped[index] for index in _order(levels) if shaped[index][1]]


@lru_cache(10_000)
def _is_from_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "AN")


@lru_cache(10_000)
def _continues(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character in (_JOINER, _NON_JOINER)
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _joined(sign: str, character: str) -> bool:
    """Whether a character goes on with the picture before it: after a joiner, or as a flag's second half."""
    if len(sign) == 1 and not _is_flag_half(sign):
        return False
    if sign[-1] == _JOINER and ord(sign[0]) >= _PICTURES:
        return ord(character) >= _PICTURES
    return len(sign) == 1 and _is_flag_half(sign) and _is_flag_half(character)


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _levels(line: list[str], base: int) -> list[int]:
    """The embedding level of every sign: even from left to right, odd from right to left."""
    edge = "R" if base else "L"
    kinds = _weak([unicodedata.bidirectional(sign[0]) or "L" for sign in line], edge)
    resolved: list[str] = []
    groups = [(strong, len(list(run))) for strong, run in groupby(_side(kind) for kind in kinds)]
    for number, (strong, length) in enumerate(groups):
        before = groups[number - 1][0] if number else edge
        after = groups[number + 1][0] if number + 1 < len(groups) else edge
        resolved += [strong or (before if before == after else edge)] * length  # N1, N2
    levels = []
    for kind, side in zip(kinds, resolved, strict=True):  # I1, I2
        if kind in ("EN", "AN"):
            levels.append(2)
        else:
            levels.append(1 if side == "R" else 2 * base)
    for index in range(len(line) - 1, -1, -1):  # L1
        if not line[index].isspace():
            break
        levels[index] = base
    return levels


def _side(kind: str) -> str:
    """What a sign's kind means to the neutral signs beside it; nothing for a neutral one."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _weak(kinds: list[str], edge: str) -> list[str]:
    """The kinds with those of numbers, and of what stands with numbers, resolved (W2 to W7)."""
    kinds = ["ON" if kind in ("NSM", "BN", "S", "B", "WS") else kind for kind in kinds]
    kinds = ["R" if kind == "AL" else kind for kind in _numbers_after(kinds, edge, "AL", "AN")]  # W2, W3
    for index in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[index - 1 : index + 2]
        if before == after and (kind, before) in (("CS", "EN"), ("CS", "AN"), ("ES", "EN")):
            kinds[index] = before
    for index, kind in enumerate(kinds):  # W5
        if kind == "ET":
            ends = next((one for one in kinds[index:] if one != "ET"), "")
            kinds[index] = "EN" if "EN" in (ends, kinds[index - 1] if index else "") else "ON"
    kinds = ["ON" if kind in ("ES", "CS", "ET") else kind for kind in kinds]  # W6
    return _numbers_after(kinds, edge, "L", "L")  # W7


def _numbers_after(kinds: list[str], edge: str, letter: str, become: str) -> list[str]:
    """Numbers become another kind where the last letter before them, or the line's edge, is of this one."""
    strong, found = edge, []
    for kind in kinds:
        strong = kind if kind in ("L", "R", "AL") else strong
        found.append(become if kind == "EN" and strong == letter else kind)
    return found


def _order(levels: list[int]) -> list[int]:
    """The indexes of the signs from left to right (L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return order


def _shaped(line: list[str]) -> list[tuple[str, str]]:
    """Each sign with its shape; lam with alef becomes one, and leaves nothing in the alef's place."""
    shaped: list[tuple[str, str]] = []
    taken = False
    for index, sign in enumerate(line):
        if taken:
            shaped.append(("", ""))
            taken = False
            continue
        before = _reaches(line[index - 1]) if index else False
        after = line[index + 1] if index + 1 < len(line) else ""
        if sign[0] == _LAM and after and _NON_JOINER not in sign and _LAM + after[0] in _forms():
            forms = _forms()[_LAM + after[0]]
            shape = forms.get("final" if before else "isolated", sign[0] + after[0])
            shaped.append((shape + sign[1:] + after[1:], sign + after))
            taken = True
            continue
        joins = _NON_JOINER not in sign and _reaches(sign) and bool(after) and "final" in _of(after)
        form = ("medial" if before else "initial") if joins else ("final" if before else "isolated")
        shaped.append((_of(sign).get(form, sign[0]) + sign[1:], sign))
    return shaped


def _reaches(sign: str) -> bool:
    """Whether a letter joins the one after it."""
    return _NON_JOINER not in sign and (sign[0] == "\u0640" or "initial" in _of(sign))


def _of(sign: str) -> dict[str, str]:
    if sign[0] == "\u0640":  # the line that only lengthens
        return dict.fromkeys(_PLACES, sign[0])
    return _forms().get(sign[0], {})


@cache
def _forms() -> dict[str, dict[str, str]]:
    """The shapes of Arabic letters, and of lam with alef, by letter and place in the word."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE70, 0xFEFD)):
        place, *letters = unicodedata.decomposition(chr(code)).split() or ("",)
        text = "".join(chr(int(letter, 16)) for letter in letters)
        if place.strip("<>") in _PLACES and (len(text) == 1 or text in _LAM_ALEFS):
            forms.setdefault(text, {})[place.strip("<>")] = chr(code)
    return forms
