"""What is wrong with a take as far as counting can tell: it loops, copies, is empty or in another script.

Alarms, not taste. A fault has a code, which the receipt keeps where a take was drawn again for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from bot.story.brief import Language
from bot.writing.document import Document
from bot.writing.phrases import chinese_share, grams, length_of, units
from bot.writing.trim import before_repetition

SHORTEST_SHARE = 0.25  # of the length aimed at
SHORTEST_UNITS = 12
REPEATED_SHARE = 0.2  # of a take's 4-grams that came before
LEAKED_SHARE = 0.15  # of a take's n-grams that stand in the examples
ECHOED_SHARE = 0.9  # of a refinement's n-grams that stand in its draft
CHINESE_SHARE = 0.5  # of a Chinese take's letters, at least
FOREIGN_SHARE = 0.2  # of an English take's letters, at most
WITHIN = 0.2  # of the length asked for; told of guided programs only, which can keep to it
_LOOP_GRAM = 4
_GRAM = {Language.ENGLISH: 6, Language.CHINESE: 8}


class Fault(StrEnum):
    """Why a take is drawn again; from the worst to what is easiest to bear."""

    EMPTY = "empty"  # nothing, or next to nothing, was written
    LEAK = "leak"  # it copies the prompt's examples
    LANGUAGE = "language"  # it is not in the room's script
    LOOP = "loop"  # it repeats itself
    ECHO = "echo"  # a refinement that is its draft again
    NAMES = "names"  # a person of the brief is not in it
    LENGTH = "length"  # it is over a fifth too long or too short
    VOICE = "voice"  # of a sentence only: it speaks to its reader, or of itself as a text


def fault_of(document: Document, text: str, *, aim: int) -> Fault | None:
    """The worst fault of a take, if it has one. `aim`: the length asked for, in words or characters."""
    written = units(text.removeprefix(document.opening))
    looks: dict[Fault, Callable[[], bool]] = {
        Fault.EMPTY: lambda: len(written) < max(SHORTEST_UNITS, SHORTEST_SHARE * aim),
        Fault.LEAK: lambda: _leaks(document, text, written),
        Fault.LANGUAGE: lambda: _foreign(document.program.language, text),
        Fault.LOOP: lambda: before_repetition(text) != text or _repeated(written) > REPEATED_SHARE,
        Fault.ECHO: lambda: bool(document.draft) and _echoes(document, text),
    }
    if document.program.guide is not None:
        looks[Fault.NAMES] = lambda: not all(name.in_(text) for name in document.cast)
        looks[Fault.LENGTH] = lambda: _off_length(document, text, aim)
    return next((fault for fault, found in looks.items() if found()), None)


def rank(document: Document, text: str, fault: Fault | None) -> tuple[int, int]:
    """How a draw compares with others of its take: the higher is the better one to keep."""
    severity = len(Fault) if fault is None else list(Fault).index(fault)
    return severity, len(units(text.removeprefix(document.opening)))


def _leaks(document: Document, text: str, written: Sequence[str]) -> bool:
    brief = f"{document.brief} {document.draft}"
    examples = document.program.examples
    names = (name for example in examples for name in example.names)
    if any(_names(text, name) and not _names(brief, name) for name in names):
        return True
    size = _GRAM[document.program.language]
    theirs = {gram for example in examples for gram in grams(units(example.answer), size)}
    return _contained(grams(written, size), theirs - set(grams(units(brief), size))) > LEAKED_SHARE


def _off_length(document: Document, text: str, aim: int) -> bool:
    length = length_of(text, chinese=document.program.language is Language.CHINESE)
    return abs(length - aim) > WITHIN * aim


def _echoes(document: Document, text: str) -> bool:
    size = _GRAM[document.program.language]
    return _contained(grams(units(text), size), set(grams(units(document.draft), size))) > ECHOED_SHARE


def _foreign(language: Language, text: str) -> bool:
    share = chinese_share(text)
    return share < CHINESE_SHARE if language is Language.CHINESE else share > FOREIGN_SHARE


def _repeated(words: Sequence[str]) -> float:
    said = grams(words, _LOOP_GRAM)
    return 1 - len(set(said)) / len(said) if said else 0.0


def _names(text: str, name: str) -> bool:
    """Whether the text has the name as words of its own; Chinese has no spaces between them."""
    sought, words = units(name), units(text)
    return any(words[at : at + len(sought)] == sought for at in range(len(words) - len(sought) + 1))


def _contained(some: Sequence[tuple[str, ...]], whole: set[tuple[str, ...]]) -> float:
    return sum(gram in whole for gram in some) / len(some) if some else 0.0
