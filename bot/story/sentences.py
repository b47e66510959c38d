"""Where sentences begin and end, in English and Chinese: what credit, comparing and citing count in.

By punctuation and a list of abbreviations, not by a model of the language, so that the same text gives the
same sentences for ever. It goes by script and not by the room's language: a Chinese room quotes English.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple


class Sentence(NamedTuple):
    """A piece of a text: `text` is exactly `whole[start:end]`, with the space that follows it."""

    start: int
    end: int
    text: str

    @property
    def said(self) -> str:
        """The sentence without the space around it."""
        return self.text.strip()


def sentences(text: str) -> tuple[Sentence, ...]:
    """The text's sentences in order. Put together they are the text; none is empty.

    A sentence ends at its mark and the quotes that close behind it, and at a line's end. `"Run!" she said.`
    and “快跑！”她喊道。 are one each. A line that goes on in lower case was only wrapped.
    """
    bounds = [0]
    for found in _CANDIDATE.finditer(text):
        if found.end() > bounds[-1] and _ends(text, bounds[-1], found):
            bounds.append(_SPACE.match(text, found.end()).end())  # type: ignore[union-attr]  # it may be empty
    if bounds[-1] < len(text):
        bounds.append(len(text))
    if len(bounds) > 2 and not text[bounds[0] : bounds[1]].strip():  # noqa: PLR2004 - empty lines at the top
        del bounds[1]
    return tuple(Sentence(start, end, text[start:end]) for start, end in itertools.pairwise(bounds))


_HAN_SIGNS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{_HAN_SIGNS}]")
_CLOSERS = "\"'”’)\\]»」』）】》〉"
_CANDIDATE = re.compile(
    rf"(?P<mark>[.!?…。！？｡．؟۔।॥]+)(?P<closers>[{_CLOSERS}]*)(?:\[\d{{1,3}}\])*|(?P<line>\n\s*)"
)
_SPACE = re.compile(r"\s*")
_FULL = frozenset("。！？｡")  # marks that need no space behind them
# Abbreviations that stand before what belongs to them, and never end a sentence.
_BEFORE = re.compile(
    r"adm|atty|brig|capt|cdr|cmdr|col|cpl|dr|e\.g|ft|gen|gov|hon|i\.e|lieut|lt|maj|messrs|mlle|mme|mr|mrs|ms"
    r"|mt|pres|prof|rev|rep|rs|sen|sgt|st|supt|viz|vs|cf|approx|ca|det|insp|pvt"
)
_BEFORE_NUMBERS = re.compile(r"art|ch|fig|no|nos|nr|op|p|pp|sec|vol")
# Those that may end one; only a word that likes to begin a sentence tells.
_EITHER = re.compile(r"a\.d|a\.k\.a|a\.m|b\.c|bros|co|corp|dept|est|etc|inc|jr|ltd|p\.m|ph\.d|sr")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")
_STARTERS = re.compile(
    r"a|after|although|an|and|as|at|because|before|but|by|despite|during|each|for|from|he|her|his"
    r"|however|i|if|in|instead|it|its|just|later|meanwhile|my|no|nobody|now|on|once|one|our|she|since"
    r"|so|some|soon|that|the|their|then|there|these|they|this|those|though|to|two|we|what|when|where"
    r"|while|who|why|with|yet|you"
)
_WORD_BEFORE = re.compile(rf"[^\s(\[\"“‘「『《—–{_HAN_SIGNS}-]*$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘(\[«「『《]*([^\W\d_]+)")
_NUMBER = re.compile(r"\s*\d")
_LIST_MARK = re.compile(r"\s*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\Z")
_GLUED = re.compile(r"[\"“‘'(]?[A-Z][a-z]|[\"“‘'(]?[AI] ")
# Who said it, right behind what was said: 她喊道。 李明问，
_SAID_BY = re.compile(
    r"[^，。！？；：“”「」\s]{0,8}?(?:说|(?<!知)道|问|喊|叫|答|嚷|吼|骂)(?:着|了)?(?=[，。：！？]|\Z)"
)


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a sentence that began at `start` ends with what was found."""
    if found["line"] is not None:
        return _line_ends(text, start, found)
    after = text[found.end() : found.end() + 1]
    if not after:
        return True
    mark, quoted = found["mark"], bool(found["closers"])
    if _FULL & set(mark) or ("…" in mark and not after.isspace()):
        return _chinese_ends(text, found)
    if not after.isspace():
        return _glued_ends(text, found)
    word = _NEXT_WORD.match(text, found.end())
    if word and word[1][0].islower() and (quoted or mark.endswith(("...", "…"))):
        return False
    return mark != "." or quoted or _full_stop(text, start, found, word[1] if word else "")


def _line_ends(text: str, start: int, found: re.Match[str]) -> bool:
    """A line's end, or several: nothing but a wrapped line goes on behind it."""
    before = text[start : found.start()].rstrip()
    if not before or found.end() == len(text):
        return False
    wrapped = found["line"].count("\n") == 1 and text[found.end()].islower()
    return not (wrapped and before[-1] not in ":：")


def _chinese_ends(text: str, found: re.Match[str]) -> bool:
    """A mark that needs no space behind it. Dots alone are a pause; who said it belongs to what was said."""
    quoted = bool(found["closers"])
    if not _FULL & set(found["mark"]) and not quoted:
        return False
    return not (quoted and (_SAID_BY.match(text, found.end()) or text[found.end()].islower()))


def _glued_ends(text: str, found: re.Match[str]) -> bool:
    """A mark with no space behind it: between Chinese signs, or where a space was forgotten."""
    at = found.start()
    if _HAN.match(text, found.end()):
        return found["mark"] != "." or bool(_HAN.match(text, max(0, at - 1)))
    if len(found["mark"]) > 1 or not _GLUED.match(text, found.end()):
        return False
    word = _word_before(text, 0, at)
    whole = len(word) > 2 and word.isalpha()  # noqa: PLR2004 - longer than initials and most abbreviations
    return whole and not _BEFORE.fullmatch(word) and not _BEFORE_NUMBERS.fullmatch(word)


def _full_stop(text: str, start: int, found: re.Match[str], word: str) -> bool:
    """Whether a single `.` before this word is a full stop and not an abbreviation's."""
    at = found.start()
    if _LIST_MARK.fullmatch(text, start, at):
        return False
    before = _word_before(text, start, at)
    if _BEFORE.fullmatch(before) or (_BEFORE_NUMBERS.fullmatch(before) and _NUMBER.match(text, found.end())):
        return False
    if _EITHER.fullmatch(before) or _INITIALS.fullmatch(before):
        return not word or (not word[0].islower() and bool(_STARTERS.fullmatch(word.casefold())))
    return True


def _word_before(text: str, start: int, at: int) -> str:
    found = _WORD_BEFORE.search(text, max(start, at - 20), at)
    return found[0].casefold() if found else ""
