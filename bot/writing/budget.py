"""Makes a document fit the model's window, counted in the server's own tokens.

The stated rule is in `shortening.py`: lore goes first, then an example, then cards are cut, then left out.
The title, the newest card, the draft and the note are never cut; if that is not enough, the prompt is too
long.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.errors import PromptTooLong
from bot.story.brief import Language
from bot.writing.document import Document
from bot.writing.pieces import Piece
from bot.writing.shortening import HARDEST, Levels, shorten
from tgi.protocol import Info, SimpleToken

Tokenize = Callable[[str], Awaitable[Sequence[SimpleToken]]]

TOKENS = {Language.ENGLISH: 1.34, Language.CHINESE: 2.12}  # a word, a character: measured on OPT's tokenizer
HEADROOM = 1.3  # a synopsis may run over its length rather than be cut
_ELLIPSIS_TOKENS = 3
_LONGEST_TOKEN = 16  # characters: a longer text is shortened before the server is asked to count it
_ROUNDS = 4  # of counting again after shortening; estimates are off by a token or two a seam


@dataclass(frozen=True, slots=True)
class Window:
    """What the server takes, in tokens: the longest prompt beside `max_new_tokens`."""

    prompt: int
    max_new_tokens: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is sent, its exact size in tokens, and what became of the cards for it.

    `pieces` joined are the text; `shortened`: how many cards were cut; `left_out`: those that had no place.
    """

    text: str
    tokens: int
    shortened: int
    left_out: tuple[int, ...] = ()
    pieces: tuple[Piece, ...] = ()


def window_of(info: Info, language: Language, words: int) -> Window:
    """The window for a text of that many words or characters; the text gets half of it at most."""
    wanted = math.ceil(words * TOKENS[language] * HEADROOM)
    new = max(1, min(wanted, info.max_total_tokens // 2))
    return window_beside(info, new)


def window_beside(info: Info, new: int) -> Window:
    """The window beside a text of `new` tokens, which is sent again as it grows, behind its prompt.

    So both must fit the server's input; where they cannot, each gets half of it.
    """
    most = info.max_input_tokens
    return Window(min(max(1, most // 2, most - new), info.max_total_tokens - new), new)


async def fit(document: Document, window: Window, tokenize: Tokenize) -> Fitted:
    """Count the document, shorten it by the rule if it must be, and count what is left.

    One question to the tokenizer where everything fits, two or three where not.

    Raises:
        PromptTooLong: the hardest shortening is not enough.
        tgi.errors.ClientError: the tokenizer cannot be asked.

    """
    pieces = document.pieces
    levels = _within_reason(pieces, window.prompt * _LONGEST_TOKEN)
    whole = _text(pieces, levels)
    tokens = await tokenize(whole)
    if len(tokens) <= window.prompt:
        return _fitted(pieces, levels, whole, len(tokens))
    offsets = _Offsets(tokens, whole)
    sizes = [[offsets.tokens_in(*span) for span in spans] for spans in _spans(pieces, levels)]
    special = len(tokens) - sum(size[0] for size in sizes)
    limit = window.prompt - max(0, special)
    for _ in range(_ROUNDS):
        cut = shorten(pieces, sizes, limit, levels)
        text = _text(pieces, cut)
        count = len(await tokenize(text))
        if count <= window.prompt:
            return _fitted(pieces, cut, text, count)
        limit -= count - window.prompt
    raise PromptTooLong("the brief does not fit the model's window")


def _within_reason(pieces: Sequence[Piece], characters: int) -> Levels:
    """The rule by characters, as far as no tokenizer could spare it: a room may have a book of cards."""
    if sum(len(piece.text) for piece in pieces) <= characters:
        return [0] * len(pieces)
    sizes = [[len(piece.at(level)) for level in range(HARDEST + 1)] for piece in pieces]
    return shorten(pieces, sizes, characters, [0] * len(pieces))


def _fitted(pieces: Sequence[Piece], levels: Levels, text: str, tokens: int) -> Fitted:
    both = list(zip(pieces, levels, strict=True))
    left_out = {piece.premise for piece, level in both if level is None and not piece.is_secret}
    cut = {
        piece.premise
        for piece, level in both
        if piece.premise is not None and (level is None or piece.at(level) != piece.text)
    }
    sent = (replace(piece, text=piece.at(level), cuts=()) for piece, level in both if level is not None)
    gone = left_out - {None}
    return Fitted(
        text,
        tokens,
        len(cut - gone),
        tuple(sorted(number for number in gone if number is not None)),
        tuple(sent),
    )


def _text(pieces: Sequence[Piece], levels: Levels) -> str:
    return "".join(_shown(piece, level) for piece, level in zip(pieces, levels, strict=True))


def _shown(piece: Piece, level: int | None) -> str:
    return "" if level is None else piece.at(level)


def _spans(pieces: Sequence[Piece], levels: Levels) -> list[list[tuple[int, int, int]]]:
    """By piece and level: where the kept text begins and ends in the whole, and what is added to it.

    The whole has the pieces at `levels` already; a gentler level than a piece's own is its own.
    """
    spans, start = [], 0
    for piece, now in zip(pieces, levels, strict=True):
        length = len(_shown(piece, now))
        ends = [length if now is None or level <= now else piece.end(level) for level in range(HARDEST + 1)]
        spans.append([(start, start + end, _ELLIPSIS_TOKENS * (end < length)) for end in ends])
        start += length
    return spans


class _Offsets:
    """Where the tokens of a text begin. Offsets that make no sense are replaced by an even spread."""

    def __init__(self, tokens: Sequence[SimpleToken], whole: str) -> None:
        self._tokens = len(tokens)
        self._length = max(1, len(whole))
        self._starts = sorted(token.start for token in tokens if token.start < token.stop)
        self._bytes: list[int] | None = None
        last = max((token.stop for token in tokens), default=0)
        self._known = last in (len(whole), len(whole.encode()))
        if last != len(whole) and self._known:  # TGI's router counts bytes, some count characters
            self._bytes = [0, *accumulate(len(sign.encode()) for sign in whole)]

    def tokens_in(self, start: int, end: int, added: int) -> int:
        """The tokens that begin in the span, and what is added to it."""
        if not self._known:  # a tokenizer without offsets
            return math.ceil(self._tokens * (end - start) / self._length) + added
        if self._bytes is not None:
            start, end = self._bytes[start], self._bytes[end]
        return bisect_left(self._starts, end) - bisect_left(self._starts, start) + added
