"""A structure reading of a draft: where it shows want, need, conflict, turn, stakes, and who acts.

By words alone: cues of the language (`cues.*.toml`), the names of the room's characters, and what their cards
say they want and need. Each finding cites a sentence that is there, and the words for which it was chosen;
where no sentence has any, it says so. It knows words, not their sense: a draft may say it in other words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from bot.story.brief import Kind, Language, Premise
from bot.story.lore import is_named
from bot.story.model import Model
from bot.story.parts import parts_of
from bot.story.room import Draft, Room


class Element(StrEnum):
    """What a story is looked through for."""

    WANT = "want"
    NEED = "need"
    CONFLICT = "conflict"
    TURN = "turn"
    STAKES = "stakes"
    AGENCY = "agency"


class Finding(Model):
    """Where an element shows. `sentence` counts from 1, None where none does; `cues`: the words that told.

    `cards`: the characters named there, or whose card says what the sentence says, by the cards' numbers.
    """

    element: Element
    sentence: int | None = None
    quote: str = ""
    cues: tuple[str, ...] = ()
    cards: tuple[int, ...] = ()


_LATE: Final = frozenset({Element.NEED, Element.TURN, Element.AGENCY})  # of equals, the later one is meant
_BY_A_PERSON: Final = frozenset({Element.WANT, Element.NEED, Element.AGENCY})
_CUE, _NAMED, _CARD = 2, 1, 3  # what each is worth
_WORD: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2}|[^\W\d_\u3400-\u9fff]{4,}")
_HAN: Final = re.compile(r"(?=([\u3400-\u4dbf\u4e00-\u9fff]{2}))")
_SHARED: Final = 2  # words that a card's want and a sentence have in common, at least


def structure_reading(room: Room, draft: Draft) -> tuple[Finding, ...]:
    """A finding for every element, in order."""
    sentences = [part.text for part in parts_of(draft.level, room.text_of(draft))]
    people = [card for card in room.premises_in_force if card.kind is Kind.CHARACTER]
    return tuple(_finding(element, sentences, people, room.brief.language) for element in Element)


def _finding(
    element: Element, sentences: Sequence[str], people: Sequence[Premise], language: Language
) -> Finding:
    best, weight = Finding(element=element), 0
    for number, sentence in enumerate(sentences, start=1):
        cues = _cues_in(element, sentence, language)
        named = [card.id for card in people if is_named(card, sentence)]
        on_cards = [card.id for card in people if _says(card, element, sentence)]
        if not (cues or on_cards):
            continue
        worth = _CUE * len(cues) + _CARD * len(on_cards) + _NAMED * bool(named)
        if element in _BY_A_PERSON and people and not (named or on_cards):
            worth = 1  # somebody may be meant, but nobody is named
        if worth > weight or (worth == weight and element in _LATE):
            cards = tuple(dict.fromkeys([*on_cards, *named]))
            best = Finding(element=element, sentence=number, quote=sentence, cues=cues, cards=cards)
            weight = worth
    return best


def _cues_in(element: Element, sentence: str, language: Language) -> tuple[str, ...]:
    """The cues of an element that a sentence has, as they stand in it, each once."""
    found = (match[0] for match in _patterns(language)[element].finditer(sentence))
    return tuple(dict.fromkeys(found))


def _says(card: Premise, element: Element, sentence: str) -> bool:
    """Whether a sentence says what a character's card says they want or need."""
    details = dict(card.details.told()) if card.details else {}
    said = details.get(element.value, "")
    return len(_words(said) & _words(sentence)) >= _SHARED


def _words(text: str) -> set[str]:
    return {*(word.casefold() for word in _WORD.findall(text)), *_HAN.findall(text)}


@cache
def _patterns(language: Language) -> dict[Element, re.Pattern[str]]:
    file = files(__package__) / f"cues.{language}.toml"
    cues = tomllib.loads(file.read_text(encoding="utf-8"))
    return {element: _pattern(cues[element], language) for element in Element}


def _pattern(cues: Sequence[str], language: Language) -> re.Pattern[str]:
    """The longest cue first; English as whole words in any case, Chinese wherever it stands."""
    ordered = sorted(cues, key=len, reverse=True)
    if language is Language.CHINESE:
        return re.compile("|".join(map(re.escape, ordered)))
    words = "|".join(re.escape(cue).replace(r"\*", r"\w*") for cue in ordered)
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
