"""Whether a sentence may stand in a text: it copies nothing, repeats nothing, and is in the room's language.

Stricter than the judge of whole takes (`judge.py`), because another sentence costs little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.story.brief import Language
from bot.writing.document import Document
from bot.writing.guided.drift import drifts
from bot.writing.guided.voice import strays
from bot.writing.judge import FOREIGN_SHARE, Fault
from bot.writing.phrases import chinese_share, grams, latin_share, length_of, sentences, units
from tgi.prose.names import stands_in

LEAKED_RUN = {Language.ENGLISH: 6, Language.CHINESE: 9}  # units in a row that stand in an example
LOOPED_RUN = {Language.ENGLISH: 6, Language.CHINESE: 10}  # units in a row that were said before
SHORT_RUN = {Language.ENGLISH: 3, Language.CHINESE: 4}
LOOPED_SHARE = 0.25  # of a sentence's short runs that were said before
CHINESE_SENTENCE = 0.8  # of a Chinese sentence's letters, the brief's names aside; a take may have half
_REMEMBERED = 4  # sentences back in which the same beginning is a repetition
_FOREIGN_TO_PROSE = re.compile(r"https?:|www\.|[{}\[\]|<>\\_=*#@~^]|\ufffd")
_COUNT = re.compile(
    r"(?:^|[\n.(])\s*(?:words?|characters?)\s*:|\d\s*(?:words?|characters?)\s*[:)]", re.IGNORECASE
)

# No word of any language: too long, of two alphabets, a long run of capitals.
_BABBLE = re.compile(
    r"[^\W\d_]{26,}|[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]|\b[A-Z]{14,}\b|(\w)\1{4,}"
)

_BROKEN = re.compile(
    r"(?<=\w)\s+[.,;:!?](?=\s|$)|(?<!\.)\.\.(?!\.)|\.{4,}|[,;:，、；：]{2,}|。{2,}|[，、；：][。！？]"
)


@dataclass(frozen=True)
class Check:
    """Checks the sentences of one document."""

    document: Document

    def fault(self, sentence: str, before: str, *, room: int) -> Fault | None:
        """What is wrong with the sentence behind the text `before`. `room`: its greatest length."""
        program = self.document.program
        said = units(sentence)
        if not said:
            return Fault.EMPTY
        if self._leaks(sentence, said):
            return Fault.LEAK
        if self._foreign(sentence):
            return Fault.LANGUAGE
        if self._loops(said, before):
            return Fault.LOOP
        if length_of(sentence, chinese=program.language is Language.CHINESE) > room:
            return Fault.LENGTH
        return None

    def strays(self, sentence: str) -> bool:
        """Whether the sentence leaves the story, in words that neither the brief nor the draft has."""
        document = self.document
        return strays(sentence, f"{document.brief} {document.draft}", document.program.language)

    def drifts(self, sentence: str, before: str = "") -> bool:
        """Whether the sentence has the name of one of the brief's people wrong by a letter.

        What was kept `before` is right by now: a model that insists would spend all its requests otherwise.
        """
        marks = (mark for name in self.document.cast for mark in name.marks)
        return drifts(sentence, marks, f"{self.document.brief} {self.document.draft} {before}")

    def _leaks(self, sentence: str, said: list[str]) -> bool:
        if _FOREIGN_TO_PROSE.search(self._bare(sentence)):
            return True
        if _COUNT.search(sentence) or self._labels.search(sentence):
            return True
        if any(stands_in(name, sentence) for name in self._names):
            return True
        return any(gram in self._shown for gram in grams(said, LEAKED_RUN[self.document.program.language]))

    def _foreign(self, sentence: str) -> bool:
        bare = self._bare(sentence)
        if _BROKEN.search(sentence):
            return True
        if self.document.program.language is Language.CHINESE:
            return any(map(str.isalpha, bare)) and chinese_share(bare) < CHINESE_SENTENCE
        return latin_share(bare) < 1 - FOREIGN_SHARE or bool(_BABBLE.search(bare))

    def _bare(self, sentence: str) -> str:
        """The sentence without the names of the brief's people, which may be of any signs."""
        return self._marks.sub("", sentence) if self._marks else sentence

    def _loops(self, said: list[str], before: str) -> bool:
        language = self.document.program.language
        earlier = sentences(before)
        told = units(before)
        if any(units(one) == said for one in earlier):
            return True
        long = LOOPED_RUN[language]
        runs = grams(said, long)
        if len(set(runs)) < len(runs) or not set(runs).isdisjoint(grams(told, long)):
            return True
        if len(said) > SHORT_RUN[language] and any(
            units(one)[: SHORT_RUN[language]] == said[: SHORT_RUN[language]] for one in earlier[-_REMEMBERED:]
        ):
            return True
        short = grams(said, SHORT_RUN[language])
        seen = set(grams(told, SHORT_RUN[language]))
        again = 0
        for gram in short:
            again += gram in seen
            seen.add(gram)
        return bool(short) and again / len(short) > LOOPED_SHARE

    @cached_property
    def _marks(self) -> re.Pattern[str] | None:
        marks = sorted({mark for name in self.document.cast for mark in name.marks}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, marks)), re.IGNORECASE) if marks else None

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, self.document.program.labels.values()))
        return re.compile(rf"\b(?:{names})\s*[:：]", re.IGNORECASE)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The examples' names that the room's people did not bring themselves."""
        theirs = (name for example in self.document.program.examples for name in example.names)
        brought = f"{self.document.brief} {self.document.draft}"
        return tuple(name for name in theirs if not stands_in(name, brought))

    @cached_property
    def _shown(self) -> frozenset[tuple[str, ...]]:
        """The examples' runs of words that are not the room's own."""
        size = LEAKED_RUN[self.document.program.language]
        own = set(grams(units(f"{self.document.brief} {self.document.draft}"), size))
        shown = {
            gram
            for example in self.document.program.examples
            for value in (example.answer, example.draft or "", *example.character, *example.setting)
            for gram in grams(units(value), size)
        }
        return frozenset(shown - own)
