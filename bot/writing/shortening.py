"""In which order a document is shortened, a step at a time, until it fits.

1. Lore that nobody pinned goes, the oldest first.
2. One example goes; the second stays.
3. Cards are cut to their first sentence, the oldest first, pinned ones last; a secret goes with the cut.
4. Cards are cut to a minimum, in the same order.
5. Cards are left out, pinned ones last: of the kind that has the most, first those that neither the note nor
   the draft names, the later before the earlier.

The newest card that is not lore is never touched: somebody has just brought it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bot.errors import PromptTooLong
from bot.story.brief import Kind
from bot.writing.pieces import Piece

HARDEST = 2  # the last level of shortening, see Piece.at

Levels: TypeAlias = list[int | None]
"""How far each piece is cut; None is a piece that goes."""

# Of kinds that have equally many cards, the first in this list loses one first.
_DISPENSABLE = (
    Kind.LORE,
    Kind.TWIST,
    Kind.THEME,
    Kind.CONFLICT,
    Kind.SETTING,
    Kind.CHARACTER,
    Kind.LOGLINE,
)


def shorten(
    pieces: Sequence[Piece], sizes: Sequence[Sequence[int]], limit: int, levels: Sequence[int | None]
) -> Levels:
    """The pieces' levels at which they keep to the limit, from `levels` on; `sizes` by piece and level.

    Raises:
        PromptTooLong: the rule ends before the limit is met.

    """
    cut = list(levels)
    total = sum(sizes[at][level] for at, level in enumerate(cut) if level is not None)
    for step in _steps(pieces):
        if total <= limit:
            return cut
        for at, level in step:
            now = cut[at]
            if now is None or (level is not None and level <= now):
                continue
            total -= sizes[at][now] - (0 if level is None else sizes[at][level])
            cut[at] = level
    if total > limit:
        raise PromptTooLong("the brief does not fit the model's window, however it is shortened")
    return cut


def _steps(pieces: Sequence[Piece]) -> Iterator[list[tuple[int, int | None]]]:
    cards = {
        piece.premise: at
        for at, piece in enumerate(pieces)
        if piece.premise is not None and not piece.is_secret
    }
    numbers = sorted(cards)
    newest = max((n for n in numbers if pieces[cards[n]].kind is not Kind.LORE), default=None)
    pinned = [n for n in numbers if pieces[cards[n]].pinned and n != newest]
    loose = [n for n in numbers if not pieces[cards[n]].pinned and n != newest]
    leaving = _Leaving(pieces)
    for number in loose:
        if pieces[cards[number]].kind is Kind.LORE:
            yield leaving.without(number)
    examples = [at for at, piece in enumerate(pieces) if piece.example]
    if len(examples) > 1:
        yield [(examples[0], None)]
    staying = [n for n in (*loose, *pinned) if n not in leaving.gone]
    secrets = {piece.premise: at for at, piece in enumerate(pieces) if piece.is_secret}
    for level in range(1, HARDEST + 1):
        for number in staying:
            told = [(secrets[number], None)] if number in secrets else []
            yield [(cards[number], level), *told]
    for some in (loose, pinned):
        for number in _in_order([pieces[cards[n]] for n in some if n not in leaving.gone]):
            yield leaving.without(number)


class _Leaving:
    """Which pieces go with a card: its own, and a label when the last card under it goes."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.gone: set[int] = set()
        self._needs = {at: set(piece.needs) for at, piece in enumerate(pieces) if piece.needs}
        self._of: dict[int, list[int]] = {}
        for at, needs in self._needs.items():
            for number in needs:
                self._of.setdefault(number, []).append(at)

    def without(self, number: int) -> list[tuple[int, int | None]]:
        self.gone.add(number)
        for at in self._of[number]:
            self._needs[at].discard(number)
        return [(at, None) for at in self._of[number] if not self._needs[at]]


def _in_order(cards: Sequence[Piece]) -> Iterator[int]:
    """The cards' numbers, what can best be spared first."""
    waiting: dict[Kind, list[Piece]] = {}
    for card in sorted(cards, key=lambda one: (not one.named, one.premise or 0)):
        if card.kind is not None:
            waiting.setdefault(card.kind, []).append(card)
    left = Counter({kind: len(some) for kind, some in waiting.items()})
    while left:
        kind = max(left, key=lambda each: (left[each], -_DISPENSABLE.index(each)))
        card = waiting[kind].pop()
        left[kind] -= 1
        if not left[kind]:
            del left[kind]
        yield card.premise or 0
