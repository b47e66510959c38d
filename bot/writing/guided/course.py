"""The course of a text: how long it may still get, and with which words its next sentence begins.

Pure. A length is met by counting at the end of every sentence; a person is named by giving the model the name
as the first words of a sentence; a text that the model would end too early is taken up again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.writing.phrases import length_of, sentences
from bot.writing.program import Guide
from tgi.prose.names import Name

# Shares of the length asked for, by `chinese`: punctuation counts there, and would be half of the tolerance.
ENOUGH = {False: 0.93, True: 0.98}  # a text may end here
AT_LEAST = {False: 0.83, True: 0.9}  # where nothing better comes; a take is held to 0.8
AT_MOST = 1.15  # a take is held to 1.2
TYPICAL = {False: 18, True: 36}  # words, or Chinese characters, of a sentence; by `chinese`
LEAST = {False: 4, True: 6}  # words, or Chinese characters, of a sentence worth asking for
READABLE = 3  # times the typical: a longer sentence is ended at a clause
_SHORTEST, _LONGEST = 0.6, 1.6  # of the typical, for what a text's own sentences are taken to be
_ENDLESS = re.compile(r"[^\w\s]{12}|\S{200}")  # a loop of marks or of letters is never a word
_NAMES_SHARE = 0.6  # of the room for a sentence that names may take


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next. `prefix`: its first words, with the space before them; `room`: its greatest length."""

    prefix: str
    room: int


@dataclass(frozen=True, slots=True)
class Course:
    """Where a text is to go. `aim`: its length; `pick`: which of several words for one purpose it gets."""

    opening: str
    guide: Guide
    chinese: bool
    aim: int
    cast: tuple[Name, ...]
    pick: int = 0

    def next(self, written: str, *, misses: int = 0, ended: bool = False) -> Step | None:
        """The next sentence behind the opening and what is `written`; None where the text is whole.

        `misses`: how often it was tried and failed. `ended`: the model would write no more.
        """
        text = self.opening + written
        length = length_of(text, chinese=self.chinese)
        room = self.room(written)
        missing = [name for name in self.cast if not name.in_(text)]
        if room < LEAST[self.chinese] or (not missing and self._is_enough(text, length, misses, ended=ended)):
            return None
        if not written.strip():
            return (
                Step("", room)
                if not ended and misses < self.guide.patience
                else self._taken_up(text, room, misses)
            )
        left = max(1, round((self.aim - length) / self._typical(written)))
        if missing and len(missing) >= left - 1:
            # A comma ends a name that the model makes another word of, tried every other time.
            closed = "," if misses % 2 and not self.chinese else ""
            return Step(self._named(missing, left, room) + closed, room)
        if ended or misses >= self.guide.patience:
            return self._taken_up(text, room, misses)
        return Step("", room)

    def room(self, written: str) -> int:
        """How long the next sentence may be."""
        return round(self.aim * AT_MOST) - length_of(self.opening + written, chinese=self.chinese)

    def runs_on(self, written: str, sentence: str) -> bool:
        """Whether a sentence under way is too long already, for its room or for a reader."""
        if _ENDLESS.search(sentence):
            return True
        length = length_of(sentence, chinese=self.chinese)
        return length > min(self.room(written), TYPICAL[self.chinese] * READABLE)

    def _is_enough(self, text: str, length: int, misses: int, *, ended: bool) -> bool:
        if length >= self.aim * ENOUGH[self.chinese]:
            return True
        return length >= self.aim * AT_LEAST[self.chinese] and (
            ended or misses > 0 or self.aim - length < self._typical(text) / 3
        )

    def _typical(self, text: str) -> float:
        """How long a sentence of this text is: its own measure, but nothing odd."""
        usual = TYPICAL[self.chinese]
        lengths = [length_of(sentence, chinese=self.chinese) for sentence in sentences(text)]
        mean = (sum(lengths) + usual) / (len(lengths) + 1)
        return min(usual * _LONGEST, max(usual * _SHORTEST, mean))

    def _named(self, missing: list[Name], left: int, room: int) -> str:
        """The first words that name whoever is due: one person, or several where sentences run out."""
        due = -(-len(missing) // left)
        most = room * _NAMES_SHARE
        names: list[str] = []
        for name in missing[:due]:
            for form in (name.full, name.short):
                if not names or length_of(self._joined([*names, form]), chinese=self.chinese) <= most:
                    fits = length_of(form, chinese=self.chinese) <= most
                    names.append(form if fits else name.short)
                    break
        return self._spaced(_capital(self._joined(names)))

    def _joined(self, names: list[str]) -> str:
        if len(names) < 2:  # noqa: PLR2004 - nothing to join
            return "".join(names)
        return self.guide.join.join(names[:-1]) + self.guide.last + names[-1]

    def _taken_up(self, text: str, room: int, misses: int) -> Step:
        """Words by which a text goes on: whoever was named least, or a word that tells what comes after."""
        if self.cast and misses % 2 == 0:
            least = min(self.cast, key=lambda name: name.count(text))
            words = least.short if length_of(least.short, chinese=self.chinese) < room / 2 else ""
        else:
            words = self._one_of(self.guide.go_on, misses + len(sentences(text)))
        return Step(self._spaced(_capital(words)), room)

    def _one_of(self, words: tuple[str, ...], turn: int) -> str:
        return words[(self.pick + turn) % len(words)]

    def _spaced(self, words: str) -> str:
        return words if self.chinese or not words else f" {words}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
