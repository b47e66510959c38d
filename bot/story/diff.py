"""Two texts compared word by word, so that a person sees what was changed and not a confetti of letters.

A sentence that stands elsewhere in the other text is moved, not removed here and added there. A few short
words that two changes have between them count as changed. Chinese is compared by character; spaces are not
compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from bot.story.matching import Token, matched, rising, tokens
from bot.story.sentences import sentences

_SHORT = 3  # words that do not stand alone between two changes
_ENDS = frozenset(".!?…。！？")
_MOVABLE = 3  # words of a sentence that is worth following


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"
    MOVED_AWAY = "moved_away"  # it stands elsewhere in the later text
    MOVED_HERE = "moved_here"  # it stood elsewhere in the earlier one


@dataclass(frozen=True)
class Piece:
    """A run of words with one fate, and the space behind it."""

    change: Change
    text: str


@dataclass
class _Step:
    """What is kept, as it stands in either text; or what goes and what comes in its place."""

    kept: list[tuple[Token, Token]] = field(default_factory=list)
    removed: list[Token] = field(default_factory=list)
    added: list[Token] = field(default_factory=list)


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """What to take away from one text and to add, to have the other.

    What is kept, added and moved here is `after`; what is kept, removed and moved away is `before`, but for
    spaces. No two neighbours have the same fate.
    """
    moves = _moves(before, after)
    steps = _compared(tokens(before), tokens(after), moves)
    away = set(moves.values())
    pieces = [piece for step in steps for piece in _pieces(step, away, set(moves))]
    return tuple(
        Piece(change, "".join(piece.text for piece in run))
        for change, run in groupby(pieces, key=lambda piece: piece.change)
    )


def survivors(before: str, after: str) -> dict[int, int]:
    """Where the words of `after` that are kept or moved begin, and where they began in `before`."""
    moves = _moves(before, after)
    steps = _compared(tokens(before), tokens(after), moves)
    return moves | {new.at: old.at for step in steps for old, new in step.kept}


def share_kept(pieces: Sequence[Piece]) -> float:
    """How much of the later text was there before, by characters, moved or not; 1 where it is empty."""
    sizes: Counter[Change] = Counter()
    for piece in pieces:
        sizes[piece.change] += len("".join(piece.text.split()))
    whole = sizes[Change.KEPT] + sizes[Change.ADDED] + sizes[Change.MOVED_HERE]
    return (whole - sizes[Change.ADDED]) / whole if whole else 1.0


def _compared(before: list[Token], after: list[Token], moves: dict[int, int]) -> list[_Step]:
    away = set(moves.values())
    keys_a = [f"\0a{one.at}" if one.at in away else one.key for one in before]
    keys_b = [f"\0b{one.at}" if one.at in moves else one.key for one in after]
    steps = _slid(_steps(before, after, matched(keys_a, keys_b)), away, set(moves))
    return _settled(steps, away, set(moves))


def _moves(before: str, after: str) -> dict[int, int]:
    """Where the words of moved sentences begin, and where they began: of those in both once, out of order."""
    first, second = _sentences_once(before), _sentences_once(after)
    common = [(index, second[words][0]) for words, (index, _) in first.items() if words in second]
    kept = dict(rising(common))
    return {
        new: old
        for words, (index, places) in first.items()
        if words in second and index not in kept
        for old, new in zip(places, second[words][1], strict=True)
    }


def _sentences_once(text: str) -> dict[tuple[str, ...], tuple[int, list[int]]]:
    """The sentences worth following, by their words: the sentence's number and where its words begin."""
    found = []
    for index, one in enumerate(sentences(text)):
        inside = tokens(one.text)
        if sum(token.is_word for token in inside) >= _MOVABLE:
            places = [one.start + token.at for token in inside]
            found.append((tuple(token.key for token in inside), (index, places)))
    counts = Counter(words for words, _ in found)
    return {words: where for words, where in found if counts[words] == 1}


def _steps(before: list[Token], after: list[Token], pairs: list[tuple[int, int]]) -> list[_Step]:
    """What is kept and what is changed, in turns."""
    steps: list[_Step] = []
    at_a = at_b = 0
    for a, b in (*pairs, (len(before), len(after))):
        if a > at_a or b > at_b:
            steps.append(_Step(removed=before[at_a:a], added=after[at_b:b]))
        if a < len(before) and b < len(after):
            if not steps or not steps[-1].kept:
                steps.append(_Step())
            steps[-1].kept.append((before[a], after[b]))
        at_a, at_b = a + 1, b + 1
    return steps


def _slid(steps: list[_Step], away: set[int], here: set[int]) -> list[_Step]:
    """The steps with what was only added, or only removed, at the sentence's edge where it can stand there.

    Of `A. B.` and `A. C. B.` the change is `C.` and not `. C`.
    """
    for first, change, second in zip(steps, steps[1:], steps[2:], strict=False):
        if not (first.kept and second.kept) or (change.removed and change.added):
            continue
        if any(one.at in away for one in change.removed) or any(one.at in here for one in change.added):
            continue
        slid = 0
        while first.kept and _slide(first.kept, -1, change, second.kept, 0):
            slid += 1
        best, at, right = _edge(first), 0, 0
        while second.kept and _slide(second.kept, 0, change, first.kept, len(first.kept)):
            right += 1
            if _edge(first) > best:
                best, at = _edge(first), right
        for _ in range(right - (at if best else slid)):
            _slide(first.kept, -1, change, second.kept, 0)
    return [step for step in steps if step.kept or step.removed or step.added]


def _slide(
    source: list[tuple[Token, Token]], end: int, change: _Step, target: list[tuple[Token, Token]], place: int
) -> bool:
    """Take the word at one end of what is kept into a change, and give the same word out at its other end."""
    words = change.added or change.removed
    old, new = source[end]
    out = words[-1 if end else 0]
    if (new if change.added else old).key != out.key:
        return False
    del source[end]
    target.insert(place, (old, out) if change.added else (out, new))
    del words[-1 if end else 0]
    words.insert(0 if end else len(words), new if change.added else old)
    return True


def _edge(kept: _Step) -> int:
    """How good a place the end of what is kept is for a change to begin."""
    last = kept.kept[-1][1] if kept.kept else None
    if last is None or last.key[-1] in '.!?…。！？”"' or "\n" in last.text:
        return 2
    return int(last.key in ",;:，；：、")


def _settled(steps: list[_Step], away: set[int], here: set[int]) -> list[_Step]:
    """The steps without the crumbs that two changes have between them."""
    settled: list[_Step] = []
    for step in steps:
        settled.append(step)
        while len(settled) >= 3:  # noqa: PLR2004 - change, kept, change
            first, crumb, second = settled[-3:]
            if not _is_crumb(first, crumb, second, away, here):
                break
            settled[-3:] = [
                _Step(
                    removed=[*first.removed, *(old for old, _ in crumb.kept), *second.removed],
                    added=[*first.added, *(new for _, new in crumb.kept), *second.added],
                )
            ]
    return settled


def _is_crumb(first: _Step, crumb: _Step, second: _Step, away: set[int], here: set[int]) -> bool:
    """Whether so little is kept between two changes that it is easier to read as changed with them."""
    if not crumb.kept or any(new.key[-1] in _ENDS for _, new in crumb.kept):
        return False
    changes = (first, second)
    if any(one.at in away for step in changes for one in step.removed):
        return False
    if any(one.at in here for step in changes for one in step.added):
        return False
    words = [new for _, new in crumb.kept if new.is_word]
    size = _size(words)
    least = min(max(_size(step.removed), _size(step.added)) for step in changes)
    return len(words) <= _SHORT and size <= least


def _size(words: list[Token]) -> int:
    return sum(len(one.key) for one in words)


def _pieces(step: _Step, away: set[int], here: set[int]) -> Iterator[Piece]:
    for _, new in step.kept:
        yield Piece(Change.KEPT, new.text)
    for one in step.removed:
        yield Piece(Change.MOVED_AWAY if one.at in away else Change.REMOVED, one.text)
    for one in step.added:
        yield Piece(Change.MOVED_HERE if one.at in here else Change.ADDED, one.text)
