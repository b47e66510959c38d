"""A card of the bible as it stands in a document: its words, what drives a character, and a secret if any.

Only a secret that its owner gave to the model is written here, as a piece of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.story.brief import Kind, Language, Premise
from bot.story.lore import is_named
from bot.story.sent import Origin
from bot.writing.neutral import neutral
from bot.writing.phrases import sentence_ends
from bot.writing.pieces import Piece

MINIMUM_CHARACTERS = {Language.ENGLISH: 60, Language.CHINESE: 12}  # of a card shortened all the way

_TOLD = {
    Language.ENGLISH: {
        "want": "Wants: {}.",
        "need": "Needs: {}.",
        "flaw": "Flaw: {}.",
        "secret": "Secret: {}.",
    },
    Language.CHINESE: {
        "want": "想要：{}。",
        "need": "需要：{}。",
        "flaw": "弱点：{}。",
        "secret": "秘密：{}。",
    },
}
_STOPS = " .。!！?？…;；,，"


@dataclass(frozen=True, slots=True)
class Card:
    """A card's words as the document has them: on one line, nothing in them that ends or opens anything."""

    premise: Premise
    words: str
    details: str
    secret: str

    @property
    def said(self) -> str:
        """All of it, which a take may rightly repeat."""
        return " ".join(filter(None, (self.words, self.details, self.secret)))


def card_of(premise: Premise, language: Language, labels: Iterable[str]) -> Card | None:
    """The card in these labels' document; None where nothing is left of its words."""
    labels = tuple(labels)
    words = neutral(premise.text, labels)
    if not words:
        return None
    name = neutral(premise.name, labels)
    if name and name.casefold() not in words.casefold():
        words = f"{name}{':' if language is Language.ENGLISH else '：'} {words}"
    between = " " if language is Language.ENGLISH else ""
    told = (
        _told(language, name, neutral(text, labels))
        for name, text in (premise.details.told() if premise.details else ())
    )
    secret = neutral(premise.secret.text, labels) if premise.secret and premise.secret.model else ""
    return Card(
        premise,
        words,
        between.join(filter(None, told)),
        _told(language, "secret", secret),
    )


def pieces_of(cards: Sequence[Card], before: str, language: Language, about: str) -> Iterator[Piece]:
    """Cards of one kind under their label `before`; `about`: the note and the draft, which may name them."""
    everyone = tuple(card.premise.id for card in cards)
    yield Piece(before, needs=everyone)
    for card in cards:
        one = card.premise
        needs = (one.id,)
        if len(cards) > 1:
            yield Piece("- ", needs=needs)
        between = " " if language is Language.ENGLISH else ""
        words = _closed(card.words, language) if card.details or card.secret else card.words
        text = between.join(filter(None, (words, card.details)))
        yield Piece(
            text,
            premise=one.id,
            cuts=_cuts(text, MINIMUM_CHARACTERS[language]),
            origin=Origin.LORE if one.kind is Kind.LORE else Origin.CARD,
            needs=needs,
            kind=one.kind,
            pinned=one.pinned,
            named=bool(about) and is_named(one, about),
        )
        if card.secret and one.secret:
            yield Piece(
                between + card.secret,
                premise=one.id,
                origin=Origin.SECRET,
                needs=needs,
                owner=one.secret.owner,
                secret=one.secret.digest,
            )
        yield Piece("\n", needs=needs)


def _told(language: Language, name: str, words: str) -> str:
    words = words.rstrip(_STOPS)
    return _TOLD[language][name].format(words) if words else ""


def _closed(words: str, language: Language) -> str:
    """The words as a sentence, for others to follow."""
    if sentence_ends(words)[-1:] == [len(words)]:
        return words
    return words.rstrip(_STOPS) + ("." if language is Language.ENGLISH else "。")


def _cuts(words: str, minimum: int) -> tuple[int, ...]:
    """Behind the first sentence, and at the last word end within the minimum."""
    first = next(iter(sentence_ends(words)), len(words))
    if len(words) <= minimum:
        return (first, first)
    least = words.rfind(" ", minimum // 2, minimum + 1)
    return (first, min(first, least if least > 0 else minimum))
