"""Names of cards, where a text names a card, and which cards a round is written from.

All cards in force are a round's premises but lore, of which there may be a world: that enters where it is
pinned, or where its name or one of its other names stands in what the round is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.story.bible import NAME_LIMIT
from bot.story.brief import Kind, Premise
from bot.story.room import Room

_BREAK = re.compile(
    r"\s*(?:[,;:，、；：。！？!?(（\[【—–\n]|(?<!\bDr|\bMr|\bMs|\bSt)(?<!\bMrs)(?<!\bProf)\.(?:\s|$)|\s-+\s)"
)
_CLAUSE = re.compile(
    r"\s+(?:who|whom|whose|which|that|is|are|was|were|has|have|had|wants?|needs?|lives?|works?(?!$)|must|can|will"
    r"|but|because|when|where)\b",
    re.IGNORECASE,
)
_CLAUSE_ZH = re.compile("是|叫|在|想|要|为了|因为|必须")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_NAMED_KINDS = (Kind.CHARACTER, Kind.SETTING, Kind.LORE)
_NAME_WORDS = 6
_NAME_SIGNS = 12  # of a name in Chinese
_SHORTEST = 2  # characters of a name that is looked for; one letter stands everywhere


def leading_name(text: str) -> str:
    """`Mara, a well-digger who …` gives `Mara`; a text that begins with a whole sentence gives nothing."""
    clause = _CLAUSE_ZH if _HAN.match(text) else _CLAUSE
    name = clause.split(_BREAK.split(text, maxsplit=1)[0], maxsplit=1)[0].strip()
    short = len(name) <= _NAME_SIGNS if _HAN.search(name) else len(name.split()) <= _NAME_WORDS
    return name if short and len(name) <= NAME_LIMIT and any(map(str.isalnum, name)) else ""


def title_of(card: Premise) -> str:
    """What a card is called in lists: its name, the name its words begin with, or else its first words."""
    return card.name or (card.kind in _NAMED_KINDS and leading_name(card.text)) or card.text


def names_of(card: Premise) -> tuple[str, ...]:
    """Every name under which a text may speak of a card; none for a theme or a twist without a name."""
    name = card.name or (leading_name(card.text) if card.kind in _NAMED_KINDS else "")
    return tuple(dict.fromkeys(each for each in (name, *card.aliases) if len(each) >= _SHORTEST))


def is_named(card: Premise, text: str) -> bool:
    """Whether a text names a card, as words of their own, in any case; Chinese has no spaces between them."""
    return _any_in(names_of(card), text.casefold())


def cards_of_round(room: Room, *texts: str) -> tuple[int, ...]:
    """The cards that a round asked for now is written from, in their order.

    `texts`: what the round is made of besides the brief: a note, the draft it works on, a passage.
    """
    chosen = [card for card in room.premises_in_force if card.kind is not Kind.LORE or card.pinned]
    taken = {card.id for card in chosen}
    asleep = [card for card in room.premises_in_force if card.id not in taken]
    if asleep:
        spoken = "\n".join((room.brief.title, *_spoken(chosen), *texts)).casefold()
        taken |= {card.id for card in asleep if _any_in(names_of(card), spoken)}
    return tuple(card.id for card in room.premises_in_force if card.id in taken)


def _spoken(cards: Iterable[Premise]) -> Iterable[str]:
    for card in cards:
        yield card.text
        for _, text in card.details.told() if card.details else ():
            yield text


def _any_in(names: Iterable[str], folded: str) -> bool:
    return any(_stands_in(name.casefold(), folded) for name in names)


def _stands_in(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (_goes_on(text[max(0, at - 1) : at], name[0]) or _goes_on(text[end : end + 1], name[-1])):
            return True
        at = text.find(name, at + 1)
    return False


def _goes_on(beside: str, edge: str) -> bool:
    """Whether the sign beside a name's edge makes it a part of a longer word."""
    return beside.isalnum() and edge.isalnum() and not _HAN.search(beside + edge)
