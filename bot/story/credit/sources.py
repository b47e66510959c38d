"""Where words can come from, and the finding of words that were taken over from there as they stood.

Few words in a row are anybody's: a run counts from four English words or six Chinese characters on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bot.story.matching import Token, tokens
from bot.story.model import MemberId, Model

_GRAM = 3
_ENOUGH = 6.0  # what a run must weigh: a Chinese character 1, a word 1.5
_WORD_WEIGHT = 1.5
_TELLING = 2  # words of a run that are longer than "with"
_TELLING_LENGTH = 5


class SourceKind(StrEnum):
    """How words came into the room."""

    MODEL = "model"  # a model wrote them into a take
    HAND = "hand"  # a person wrote them into a draft
    PREMISE = "premise"
    NOTE = "note"
    IDEA = "idea"  # the question of a "what if"


class Source(Model):
    """Where a word first stood: `person` or `model` wrote it there."""

    kind: SourceKind
    person: MemberId | None = None
    model: str | None = None
    model_revision: str | None = None
    draft: int | None = None  # a hand edit
    round: int | None = None
    take: int | None = None  # 0 to 3
    number: int | None = None  # of the premise or note


@dataclass(frozen=True)
class Passage:
    """Words in a row, each with its source."""

    words: tuple[str, ...]
    sources: tuple[Source, ...]

    @cached_property
    def grams(self) -> dict[tuple[str, ...], list[int]]:
        """Where each few words in a row begin."""
        found: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self.words) - _GRAM + 1):
            found.setdefault(self.words[at : at + _GRAM], []).append(at)
        return found


def words_of(text: str) -> list[Token]:
    """What credit counts: the text's words and Chinese characters; its marks where it has no word."""
    found = tokens(text)
    return [one for one in found if one.is_word] or found


def passage(text: str, source: Source) -> Passage:
    """A text that is all from one source."""
    words = tuple(one.key.casefold() for one in words_of(text))
    return Passage(words, (source,) * len(words))


def taken_over(words: Sequence[str], free: Sequence[bool], passages: Sequence[Passage]) -> dict[int, Source]:
    """For the words that are `free`, by place: the sources of those that stand in a row in a passage too.

    The longest run wins, of equal ones that of the earlier passage.
    """
    wanted = {
        tuple(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1) if all(free[at : at + _GRAM])
    }
    places = {
        gram: [(number, at) for number, one in enumerate(passages) for at in one.grams.get(gram, ())]
        for gram in wanted
    }
    found: dict[int, Source] = {}
    at = 0
    while at < len(words):
        run = _longest(words, free, at, passages, places.get(tuple(words[at : at + _GRAM]), ()))
        found |= {at + step: source for step, source in enumerate(run)}
        at += len(run) or 1
    return found


def _longest(
    words: Sequence[str],
    free: Sequence[bool],
    at: int,
    passages: Sequence[Passage],
    places: Sequence[tuple[int, int]],
) -> tuple[Source, ...]:
    best: tuple[Source, ...] = ()
    for number, start in places:
        one = passages[number]
        size = 0
        while (
            at + size < len(words)
            and start + size < len(one.words)
            and free[at + size]
            and words[at + size] == one.words[start + size]
        ):
            size += 1
        if size > len(best) and _is_enough(words[at : at + size]):
            best = one.sources[start : start + size]
    return best


def _is_enough(run: Sequence[str]) -> bool:
    chinese = sum(len(word) == 1 and word > "\u2e7f" for word in run)
    telling = chinese + sum(len(word) >= _TELLING_LENGTH for word in run)
    return chinese + _WORD_WEIGHT * (len(run) - chinese) >= _ENOUGH and telling >= _TELLING
