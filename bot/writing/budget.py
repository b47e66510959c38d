"""Makes a document fit the model's window, counted in the server's own tokens.

The stated rule, in this order: one example goes; then premises are cut to their first sentence, the oldest
first; then to a minimum, the oldest first. The title, the newest premise, the draft and the note are never
cut; if that is not enough, the prompt is too long.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.errors import PromptTooLong
from bot.story.brief import Language
from bot.writing.document import Document, Piece
from tgi.protocol import Info, SimpleToken

Tokenize = Callable[[str], Awaitable[Sequence[SimpleToken]]]

TOKENS = {Language.ENGLISH: 1.34, Language.CHINESE: 2.12}  # a word, a character: measured on OPT's tokenizer
HEADROOM = 1.3  # a synopsis may run over its length rather than be cut
HARDEST = 2  # the last level of shortening, see Piece.at
_ELLIPSIS_TOKENS = 3
_ROUNDS = 4  # of counting again after shortening; estimates are off by a token or two a seam


@dataclass(frozen=True, slots=True)
class Window:
    """What the server takes, in tokens: the longest prompt beside `max_new_tokens`."""

    prompt: int
    max_new_tokens: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is sent, its exact size in tokens, and how many premises were cut for it."""

    text: str
    tokens: int
    shortened: int


def window_of(info: Info, language: Language, words: int) -> Window:
    """The window for a text of that many words or characters; the text gets half of it at most."""
    wanted = math.ceil(words * TOKENS[language] * HEADROOM)
    new = max(1, min(wanted, info.max_total_tokens // 2))
    return Window(min(info.max_input_tokens, info.max_total_tokens - new), new)


async def fit(document: Document, window: Window, tokenize: Tokenize) -> Fitted:
    """Count the document, shorten it by the rule if it must be, and count what is left.

    One question to the tokenizer where everything fits, two or three where not.

    Raises:
        PromptTooLong: the hardest shortening is not enough.
        tgi.errors.ClientError: the tokenizer cannot be asked.

    """
    whole = document.text
    tokens = await tokenize(whole)
    if len(tokens) <= window.prompt:
        return Fitted(whole, len(tokens), 0)
    sizes = [[_tokens_in(tokens, whole, *span) for span in spans] for spans in _spans(document.pieces)]
    special = len(tokens) - sum(levels[0] for levels in sizes)
    limit = window.prompt - max(0, special)
    for _ in range(_ROUNDS):
        levels = shorten(document.pieces, sizes, limit)
        text = "".join(_shown(piece, level) for piece, level in zip(document.pieces, levels, strict=True))
        count = len(await tokenize(text))
        if count <= window.prompt:
            return Fitted(text, count, _shortened(document.pieces, levels))
        limit -= count - window.prompt
    raise PromptTooLong("the brief does not fit the model's window")


def shorten(pieces: Sequence[Piece], sizes: Sequence[Sequence[int]], limit: int) -> list[int | None]:
    """How far each piece is cut, None for a piece that goes; `sizes` are tokens by piece and level.

    Raises:
        PromptTooLong: the rule ends before the limit is met.

    """
    levels: list[int | None] = [0] * len(pieces)
    total = sum(size[0] for size in sizes)
    examples = [at for at, piece in enumerate(pieces) if piece.example]
    premises = sorted(
        (at for at, piece in enumerate(pieces) if piece.premise), key=lambda at: _age(pieces[at])
    )
    if total > limit and len(examples) > 1:
        levels[examples[0]] = None
        total -= sizes[examples[0]][0]
    for level in range(1, HARDEST + 1):
        for at in premises[:-1]:
            if total <= limit:
                return levels
            total -= sizes[at][level - 1] - sizes[at][level]
            levels[at] = level
    if total > limit:
        raise PromptTooLong("the brief does not fit the model's window, however it is shortened")
    return levels


def _age(piece: Piece) -> int:
    return piece.premise or 0


def _shown(piece: Piece, level: int | None) -> str:
    return "" if level is None else piece.at(level)


def _shortened(pieces: Sequence[Piece], levels: Sequence[int | None]) -> int:
    return sum(
        level is not None and piece.at(level) != piece.text
        for piece, level in zip(pieces, levels, strict=True)
    )


def _spans(pieces: Sequence[Piece]) -> list[list[tuple[int, int, int]]]:
    """By piece and level: where the kept text begins and ends in the whole, and what is added to it."""
    spans, start = [], 0
    for piece in pieces:
        ends = [piece.end(level) for level in range(HARDEST + 1 if piece.premise else 1)]
        spans.append([(start, start + end, _ELLIPSIS_TOKENS * (end < len(piece.text))) for end in ends])
        start += len(piece.text)
    return spans


def _tokens_in(tokens: Sequence[SimpleToken], whole: str, start: int, end: int, added: int) -> int:
    """The tokens that begin in the span. Offsets that make no sense are replaced by an even spread."""
    last = max(token.stop for token in tokens)
    if last == len(whole.encode()):  # TGI's router counts bytes
        start, end = len(whole[:start].encode()), len(whole[:end].encode())
    elif last != len(whole):  # a tokenizer without offsets; some count characters
        return math.ceil(len(tokens) * (end - start) / len(whole)) + added
    return sum(start <= token.start < end and token.start < token.stop for token in tokens) + added
