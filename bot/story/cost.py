"""About what a round costs the writing machine, in tokens, before its prompt is built.

An estimate from the room alone, for the queue's shares and the servers' room; what was really used takes its
place when the round is written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.story.brief import Language
from bot.story.levels import Level
from bot.story.room import Room
from bot.story.rounds import Round

_FRAME = 250  # tokens of a prompt around what people wrote: fields and an example
_ENGLISH = 4.0  # characters a token
_CHINESE = 2.12  # tokens a character, measured on OPT's tokenizer
_WORD = 1.34  # tokens an English word, measured there too
_HEADROOM = 1.3  # a take may run over its length
_LOGLINE = 0.2  # of a synopsis


@dataclass(frozen=True)
class Cost:
    """Of one take, in tokens: what is read, and what may be written. `takes`: how many there are."""

    read: int
    written: int
    takes: int

    @property
    def charge(self) -> int:
        """What the round counts in its guild's share: input and twice the output."""
        return self.takes * (self.read + 2 * self.written)

    @property
    def tokens(self) -> int:
        """What the servers need room for while all takes are written at once."""
        return self.takes * (self.read + self.written)


def cost_of(room: Room, one: Round) -> Cost:
    """What a round is likely to cost."""
    chinese = room.brief.language is Language.CHINESE
    words = room.brief.words * (_LOGLINE if one.level is Level.LOGLINE else 1.0)
    cards = [card.text for card in room.premises if card.id in one.premises]
    notes = [note.text for number in one.answers if (note := room.note(number))]
    draft = room.draft(one.draft)
    read = sum(map(_tokens, [*cards, *notes, *([room.text_of(draft)] if draft else [])]))
    written = math.ceil(words * (_CHINESE if chinese else _WORD) * _HEADROOM)
    return Cost(_FRAME + read, written, one.takes_wanted)


def _tokens(text: str) -> int:
    plain = sum(map(str.isascii, text))
    return math.ceil(plain / _ENGLISH + _CHINESE * (len(text) - plain))
