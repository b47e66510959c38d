"""Whether a sentence has somebody's name wrong by one letter: `Rafela` where the brief says Rafaela.

A reader takes that for another person. Asked of names that are long enough to be told from other words: those
of five letters, and of three Chinese characters, the first of which is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tgi.prose.names import stands_in
from tgi.prose.words import CLAUSE, LINKS, NOUNS, ORDERS

_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+")  # `Rafaela` alone, in `Rafaela说`
_NO_NAMES = NOUNS | ORDERS | LINKS | frozenset(CLAUSE.split("|"))  # Every is no Avery, While no White
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LETTERS = 5
_CHARACTERS = 3


def drifts(sentence: str, names: Iterable[str], known: str) -> bool:
    """Whether the sentence has one of the names all but right; the words of `known` are right anyway."""
    return any(
        _chinese(sentence, name, known) if _CHINESE.fullmatch(name) else _other(sentence, name, known)
        for name in names
    )


def _other(sentence: str, name: str, known: str) -> bool:
    if len(name) < _LETTERS or not _WORD.fullmatch(name):
        return False
    return any(
        word[0].isupper()
        and word.casefold() not in _NO_NAMES
        and _one_off(_plain(word), _plain(name))
        and _plain(word) != f"{_plain(name)}s"  # the Kesslers
        and not stands_in(word, known)
        for word in _WORD.findall(sentence)
    )


def _chinese(sentence: str, name: str, known: str) -> bool:
    size = len(name)
    end = size - 1 if size == _CHARACTERS else size  # 王小姐 is no 王小明 gone wrong
    if size < _CHARACTERS:
        return False
    runs = (sentence[at : at + size] for at in range(len(sentence) - size + 1))
    return any(
        any(
            run[:at] == name[:at] and run[at] != name[at] and run[at + 1 :] == name[at + 1 :]
            for at in range(1, end)
        )
        and _CHINESE.fullmatch(run)
        and run not in known
        for run in runs
    )


def _one_off(one: str, other: str) -> bool:
    """Whether one letter was changed, left out or put in."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    left, right = one[at:], other[at:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _plain(word: str) -> str:
    """Without accents, which people leave out, and in small letters."""
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
