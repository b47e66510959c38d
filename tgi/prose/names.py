"""The names of people in a premise: `Mara, a well-digger`, `the twins Bo and Jo`, `李明，三十岁的医生`.

Rough on purpose: capitals, separators and a few hundred words, no model of a language. A premise that begins
like an order (`Ignore the above …`) or describes nobody by name brings none.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tgi.prose.chinese_names import chinese_names, is_chinese_order
from tgi.prose.words import CLAUSE, LINKS, NOUNS, ORDERS, PARTICLES, TITLES

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = r"[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_LABEL = re.compile(
    r"^(?:(?:full\s+)?name|character|protagonist|hero(?:ine)?|antagonist|villain)\s*[:：]\s*", re.IGNORECASE
)
_LEADING = re.compile(r"^(?:[^\w'\"“‘«]|_)+")
_QUOTED = re.compile(
    r"(\"[^\"]{1,40}\"|'[^']{1,40}'|“[^”]{1,40}”|‘[^’]{1,40}’|«[^»]{1,40}»)(\s*)(.*)", re.DOTALL
)
_CALLED = re.compile(r"\b(?:named|called|known as|whose name is|goes by|by the name of)\s+", re.IGNORECASE)
_DETERMINER = re.compile(
    r"^(?:an?|the|one|two|three|four|both|his|her|their|our|my|this|that|some|every)\s+(?=\S)", re.IGNORECASE
)
_BREAK = re.compile(r"[,;:!?(\[{/|，、；：。！？（【،؛—–…\n\"“”«»]|\.(?=\s|$)|\s-+\s|(?<=\w)['’]s\b")
_CLAUSE = re.compile(rf"\s(?:{CLAUSE})\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,\s*(?:and|&)|\band\b|&|,)\s*", re.IGNORECASE)
_GROUP = re.compile(
    r"(?:\w+\s+){0,4}?(?:twins|brothers|sisters|siblings|couple|friends|lovers|partners)\s*[,:—–]\s*",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?:twins?|brothers?|sisters?|siblings|couple|friends|lovers|partners)\s+([^\W\d_]+)\s+(?:and|&)\s+([^\W\d_]+)$",
    re.IGNORECASE,
)
_LIST = re.compile(r"^[^,;:(.]{1,60}(?:,[^,;:(.]{1,60})*?,?\s+(?:and|&)\s+[^,;:(.]{1,60}")
_LONGEST_WORDS = 24
_LIST_WORDS = 3
_TITLE_REACH = 40  # characters; no title is as long


@dataclass(frozen=True, slots=True)
class Name:
    """One person's name. `full` as it was typed; `marks`: each of them in a text shows the person there."""

    full: str
    marks: tuple[str, ...]

    @property
    def short(self) -> str:
        """The name for a second mention: its first part that is nobody else's."""
        return self.marks[1] if len(self.marks) > 1 else self.full

    def in_(self, text: str) -> bool:
        """Whether the person is named in the text."""
        return any(stands_in(mark, text) for mark in self.marks)

    def count(self, text: str) -> int:
        """How often the person is named in the text."""
        return max(len(_standing(mark).findall(text)) for mark in self.marks)


def cast_of(premises: Iterable[str]) -> tuple[Name, ...]:
    """Everybody whom the characters' premises name, each once, in the order they came."""
    found = dict.fromkeys(name for text in premises for name in names_in(text))
    kept = [name for name in found if not any(name != each and stands_in(name, each) for each in found)]
    parts = Counter(part for name in kept for part in set(_parts(name)))
    return tuple(
        Name(name, (name, *(part for part in _parts(name) if part != name and parts[part] == 1)))
        for name in kept
    )


def names_in(text: str) -> list[str]:
    """The names that one premise brings, as they were typed; usually one or none."""
    text = _LABEL.sub("", _LEADING.sub("", text.strip()))
    if quoted := _QUOTED.match(text):
        nick, gap, rest = quoted.groups()
        if (after := _named(rest)) and rest.startswith(after[0]):
            return [nick + gap + after[0]]
        text = nick[1:-1] + (gap + rest if _BREAK.match(rest) else "")
    text = _LEADING.sub("", text, count=1).lstrip("'\"“‘«")
    first = next((char for char in text if char.isalpha()), "")
    if _CJK.match(first):
        return chinese_names(text)
    if (group := _GROUP.match(text)) and _is_name(text[group.end() : group.end() + 1]):
        text = text[group.end() :]
    if called := _CALLED.search(_clause(text, 160)):
        return _named(text[called.end() :])[:2]
    if listed := _LIST.match(text):
        several = [_run(part) for part in _AND.split(_DETERMINER.sub("", _head(listed[0], lists=True)))]
        if len(several) > 1 and all(one and len(one.split()) <= _LIST_WORDS for one in several):
            return several
    return _named(text)


def stands_in(name: str, text: str) -> bool:
    """Whether the words stand in the text by themselves, capitals aside; Chinese has no spaces between."""
    return _standing(name).search(text) is not None


def is_order(text: str) -> bool:
    """Whether the words tell the reader what to do, instead of telling of somebody or of a place."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return (bool(words) and words[0] in ORDERS) or is_chinese_order(text)


@lru_cache(maxsize=4096)
def _standing(name: str) -> re.Pattern[str]:
    left = rf"(?<!{_WORD})" if name[:1].isalnum() and not _CJK.match(name) else ""
    right = rf"(?!{_WORD})" if name[-1:].isalnum() and not _CJK.match(name[-1:]) else ""
    return re.compile(left + re.escape(name) + right, re.IGNORECASE)


def _named(text: str) -> list[str]:
    head = _head(text)
    bare = _DETERMINER.sub("", head)
    if is_order(head):
        return []
    if (pair := _PAIR.match(bare)) and not {pair[1].casefold(), pair[2].casefold()} & (NOUNS | LINKS):
        return [pair[1], pair[2]]
    if bare != head:
        return [part for part in map(_tail, _both(bare)) if part]
    return [part for part in (_run(part) or _tail(part) for part in _both(bare)) if part]


def _both(phrase: str) -> list[str]:
    """The two of `Bo and Jo`; `Tom and the sea` is one."""
    parts = re.split(r"\s+(?:and|&)\s+", phrase, maxsplit=1)
    return (
        parts
        if len(parts) > 1 and all(_is_name(part.split()[-1]) for part in parts if part.split())
        else [phrase]
    )


def _head(text: str, *, lists: bool = False) -> str:
    """What stands before the first separator; a title's full stop is none."""
    for match in _BREAK.finditer(text):
        near = text[max(0, match.start() - _TITLE_REACH) : match.start()]
        if match[0] == "." and re.search(rf"(?:^|\s)(?:{TITLES}|[A-Z])$", near, re.IGNORECASE):
            continue
        if lists and match[0] == ",":
            continue
        text = text[: match.start()]
        break
    words = _CLAUSE.split(text, maxsplit=1)[0].split()
    while words and not any(map(str.isalnum, words[-1])):
        words.pop()
    return " ".join(words)


def _clause(text: str, most: int) -> str:
    return re.split(r"[.;!?](?:\s|$)", text[:most], maxsplit=1)[0]


def _run(phrase: str) -> str:
    """The name that a phrase begins with, or nothing."""
    words = phrase.split()
    if not words:
        return ""
    if words[0].islower() and all(word.islower() for word in words):
        fits = len(words) <= 2 and not set(words) & (NOUNS | ORDERS | LINKS)  # noqa: PLR2004 - a name and a surname
        return phrase if fits else ""
    size = 0
    for at, word in enumerate(words):
        if _is_name(word):
            size = at + 1
        elif word.casefold().strip("'‘\"“") not in PARTICLES:
            break
    run, rest = words[:size][:_LONGEST_WORDS], words[size:]
    if not run or run[0].casefold() in ORDERS or all(_plain(word) in NOUNS for word in run):
        return ""
    if rest and len(run) == 1 and not _goes_on(rest[0]):
        return ""
    return " ".join(run).strip(" ,.;:-'’\"")


def _tail(phrase: str) -> str:
    """The name at the end of a description: `detective Sam Spade`, `twins Bo`."""
    words = list(itertools.takewhile(_is_name, reversed(phrase.split())))
    run = " ".join(reversed(words))
    return "" if not run or all(_plain(word) in NOUNS for word in run.split()) else run.strip(" ,.;:-'’\"")


def _is_name(word: str) -> bool:
    first = next((char for char in word if char.isalpha()), "")
    return bool(first) and not first.islower()


def _goes_on(word: str) -> bool:
    """Whether a name may stand before this: `Tom the pilot`, `Mara digs`, `Mara okafor` may not."""
    word = word.casefold()
    return word in LINKS or word.endswith(("s", "ed"))


def _plain(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalpha())


def _parts(name: str) -> Sequence[str]:
    """The first and the last part, titles aside; of a name in Chinese only the whole."""
    words = [word for word in name.split() if not re.fullmatch(rf"(?:{TITLES})\.?", word, re.IGNORECASE)]
    words = [word.strip(".,\"'“”‘’()") for word in words if any(map(str.isalpha, word))]
    words = [word for word in words if word.casefold() not in PARTICLES and len(word) > 1]
    return list(dict.fromkeys((words[0], words[-1]))) if words else []
