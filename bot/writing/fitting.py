"""What of an answer fits a gap: whole sentences that pass the checks, or a point that cites a real sentence.

Nothing that does not pass is ever kept: a gap stays as it was rather than take a leak or a loop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.story.rounds import Purpose
from bot.writing import trim
from bot.writing.document import Document
from bot.writing.gaps import Frame, Gap
from bot.writing.guided.check import Check
from bot.writing.judge import Fault
from bot.writing.phrases import length_of, sentence_ends, sentences, units

_ENOUGH = 0.5  # of a gap's words: what passes may end there where the next sentence does not pass
_ROOM = 3  # times its words, that one sentence may have
_ANY_ROOM = 10_000
_CITATION = re.compile(r"\s*(\d{1,3})\s*\][\s:：,，.-]*")
_LEAST_POINT = 3  # words, or Chinese characters, behind a citation


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is kept of one answer; `fault`: why another should be asked for."""

    text: str = ""
    fault: Fault | None = Fault.EMPTY


class Fitting:
    """Fits answers into the gaps of one document."""

    def __init__(self, document: Document, frame: Frame) -> None:
        self._frame = frame
        self._document = document
        self._chinese = document.program.chinese
        self._check = Check(document)

    def is_enough(self, gap: Gap, heard: str) -> bool:
        """Whether the gap has its sentences, or its words up to a sentence's end, and another begins."""
        ends = [end for end in sentence_ends(heard) if end < len(heard)]
        if gap.sentences is not None and len(ends) >= gap.sentences:
            return True
        return bool(ends) and self._length(heard[: ends[-1]]) >= gap.words

    def fit(self, gap: Gap, answer: str, written: Sequence[str]) -> Fitted:
        """What of an answer fits a gap, with the gaps before it filled so."""
        if gap.cites:
            return self._cited(gap, answer, written)
        around = f"{self._frame.after} {self._frame.text(written)}{gap.before}"
        ends = sentence_ends(answer)[: gap.sentences]
        if not ends:
            return self._unended(answer, around)
        kept, fault = "", None
        for start, end in zip([0, *ends], ends, strict=False):
            fault = self._fault(gap, answer[start:end], f"{around} {kept}")
            if fault is not None:
                break
            kept = answer[:end]
        if not kept:
            return Fitted("", fault)
        if self._length(kept) < gap.words * _ENOUGH and fault is not None:
            return Fitted(kept, fault)
        return Fitted(kept, self._slip(kept))

    def _fault(self, gap: Gap, sentence: str, around: str) -> Fault | None:
        if fault := self._check.fault(sentence, around, room=gap.words * _ROOM):
            return fault
        said = units(sentence)
        return Fault.ECHO if any(units(old) == said for old in sentences(gap.replaced)) else None

    def _slip(self, text: str) -> Fault | None:
        """What is wrong with a text that is kept where no try does better; a reading may leave the story."""
        if self._check.drifts(text):
            return Fault.NAMES
        is_story = self._document.program.purpose is not Purpose.READING
        return Fault.VOICE if is_story and self._check.strays(text) else None

    def _unended(self, answer: str, around: str) -> Fitted:
        """An answer without a whole sentence is kept only where no try has one."""
        if not answer:
            return Fitted()
        passes = self._check.fault(answer, around, room=_ANY_ROOM) is None
        return Fitted(trim.whole_sentences(answer) if passes else "", Fault.LENGTH)

    def _cited(self, gap: Gap, answer: str, written: Sequence[str]) -> Fitted:
        """A point with a citation that exists; anything else is nothing."""
        found = _CITATION.match(answer)
        if found is None or not 1 <= int(found[1]) <= (gap.cites or 0):
            return Fitted()
        rest = answer[found.end() :].split("[", 1)[0]
        end = next(iter(sentence_ends(rest)), None)
        point = (rest[:end] if end else trim.whole_sentences(rest)).strip()
        if self._length(point) < _LEAST_POINT:
            return Fitted()
        fault = self._check.fault(point, self._frame.text(written), room=gap.words * _ROOM)
        return Fitted(f"{int(found[1])}] {point}", fault)

    def _length(self, text: str) -> int:
        return length_of(text, chinese=self._chinese)
