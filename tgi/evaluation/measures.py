"""What counting can say of one text: who is named, what repeats, what is copied, how long it is.

Alarms for what is broken, not verdicts on what is good. Pure; each function says exactly what it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tgi.evaluation.briefs import Brief
from tgi.evaluation.writers import Shown
from tgi.prose.names import cast_of, stands_in
from tgi.prose.phrases import chinese_share, grams, latin_share, length_of, sentence_ends, sentences, units

WITHIN = 0.2  # of the length asked for
LEAST_SENTENCE = {False: 4, True: 7}  # units of a sentence that may not come twice; by `chinese`
LONG_RUN = {False: 8, True: 14}  # units in a row that may not come twice
SHORT_RUN = {False: 4, True: 6}
SHORT_RUNS_SHARE = 0.2  # of the short runs, that came before
LEAKED_RUN = {False: 7, True: 10}  # units in a row that stand in what the prompt shows
CHINESE = 0.5  # of a Chinese text's letters, at least
FOREIGN = 0.2  # of an English text's that are not Latin, at most
_LABEL = re.compile(
    r"(?:^|[.!?。！？]\s*|\n)\s*(?:title|characters?|scene|setting|logline|synopsis|premise|form|length|tone|audience|draft|note)\s*:"
    "|(?:片名|人物设定|场景描述|剧情梗概|一句话故事|核心冲突|篇幅|修改意见|原稿)[:：]|###",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Faults:
    """What one text has wrong. `length`: by the one asked for. `names`: how many people were due."""

    loops: bool
    leaks: bool
    misses_names: bool
    foreign: bool
    unfinished: bool
    length: float
    names: int

    @property
    def within(self) -> bool:
        """Whether the length is met within a fifth."""
        return abs(self.length - 1) <= WITHIN


def faults_of(brief: Brief, text: str, shown: Shown) -> Faults:
    """Measure one text of a brief; `shown`: what its prompt showed besides."""
    cast = cast_of(brief.characters)
    return Faults(
        loops=loops(text, chinese=brief.chinese),
        leaks=leaks(text, shown, brief),
        misses_names=not all(name.in_(text) for name in cast),
        foreign=foreign(text, brief),
        unfinished=sentence_ends(text)[-1:] != [len(text)] or not text,
        length=length_of(text, chinese=brief.chinese) / brief.words,
        names=len(cast),
    )


def loops(text: str, *, chinese: bool) -> bool:
    """Whether a sentence or a long run of words comes twice, or a fifth of the short runs came before."""
    said = [tuple(units(sentence)) for sentence in sentences(text)]
    long = [sentence for sentence in said if len(sentence) >= LEAST_SENTENCE[chinese]]
    if len(set(long)) < len(long):
        return True
    words = units(text)
    runs = grams(words, LONG_RUN[chinese])
    if len(set(runs)) < len(runs):
        return True
    short = Counter(grams(words, SHORT_RUN[chinese]))
    return bool(short) and 1 - len(short) / short.total() > SHORT_RUNS_SHARE


def leaks(text: str, shown: Shown, brief: Brief) -> bool:
    """Whether it has a made-up name, a run of words or a label of the prompt that the brief has not."""
    if any(stands_in(name, text) and not stands_in(name, brief.told) for name in shown.names):
        return True
    if _LABEL.search(text) and not _LABEL.search(brief.told):
        return True
    size = LEAKED_RUN[brief.chinese]
    theirs = {gram for each in shown.texts for gram in grams(units(each), size)}
    own = {
        gram
        for each in [brief.title, *(one.text for one in brief.premises)]
        for gram in grams(units(each), size)
    }
    return not (theirs - own).isdisjoint(grams(units(text), size))


def foreign(text: str, brief: Brief) -> bool:
    """Whether the text is in another script than was asked for, the brief's own names aside."""
    for name in cast_of(brief.characters):
        for mark in name.marks:
            text = text.replace(mark, " ")
    if not any(map(str.isalpha, text)):
        return True
    return chinese_share(text) < CHINESE if brief.chinese else latin_share(text) < 1 - FOREIGN
