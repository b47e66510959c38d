"""The words with which each take of a round begins what it writes, where its program's file has such words.

Takes of one prompt differ by their seeds alone, and a small model's endings come out alike. Three endings
that begin with three different words part at their first word, and a base model follows such words where it
would not follow an order.
"""

from __future__ import annotations

from dataclasses import replace

from bot.story.rounds import TAKES_LIMIT, Receipt, Round
from bot.story.sent import Origin
from bot.writing.budget import Fitted
from bot.writing.document import Document
from bot.writing.pieces import Piece
from bot.writing.prompt import Prompt


def led(prompt: Prompt, take: int) -> Prompt:
    """The prompt as that take is sent it: its first gap begins with the take's words."""
    document, words = prompt.document, words_of(prompt.document, take)
    if document.frame is None or not words:
        return prompt
    space = "" if document.program.chinese else " "
    first, *others = document.frame.gaps
    first = replace(first, before=f"{first.before}{words}{space}", sent=f"{first.sent}{space}{words}")
    ahead = replace(document, frame=replace(document.frame, gaps=(first, *others)))
    return replace(prompt, document=ahead, fitted=led_by(prompt.fitted, document, take))


def led_by(fitted: Fitted, document: Document, take: int) -> Fitted:
    """What that take is sent; its words are counted as a token a byte, which is never too few."""
    words = words_of(document, take)
    if document.frame is None or not words:
        return fitted
    words = words if document.program.chinese else f" {words}"
    return replace(
        fitted,
        text=fitted.text + words,
        tokens=fitted.tokens + len(words.encode()),
        pieces=(*fitted.pieces, Piece(words, origin=Origin.OPENING)),
    )


def words_of(document: Document, take: int) -> str:
    """The words for a take, counted from 0; nothing where the program has none."""
    leads = document.program.leads
    return leads[take % len(leads)] if leads else ""


def take_of(one: Round, receipt: Receipt) -> int:
    """Which take of a round a receipt is of: seeds tell it (`Round.seed_of`)."""
    return (receipt.seed - one.seed) % TAKES_LIMIT
