"""A round's takes in the order in which counting finds them near to the brief, each with its reasons.

An order to read in, no verdict: nothing here knows whether a text is good. While a ballot on the round is
open it is not shown, so that voters look for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chat.render.quoting import quoted_line
from bot.story.brief import Kind, Language, Premise
from bot.story.decide.outcome import waiting_on
from bot.story.levels import Level
from bot.story.lore import is_named
from bot.story.room import Room
from bot.story.rounds import Purpose, Round, RoundStatus, Take
from bot.words import Words
from tgi.prose.names import Name, cast_of
from tgi.prose.phrases import grams, length_of, units

WITHIN = 0.2  # of the length asked for
_TELLING = 5  # letters of an English word that tells a card, at least
_RUN = {False: 4, True: 6}  # units in a row; by whether they are Chinese
_REPEATED = 0.1  # of a text's runs that came before in it
_NAMES = 3  # of people who are missing, before the rest is left out


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one take. `length`: words, or Chinese characters; `off`: by more than a fifth."""

    take: Take
    missing: tuple[str, ...]  # people of the cards who are not named
    cards: int  # taken up by a name or a word
    length: int
    off: bool
    repeats: bool


def ranking_line(room: Room, one: Round, say: Words) -> Iterator[str]:
    """One line with all takes in order; none where there is nothing to put in order."""
    is_over = one.status is not RoundStatus.OPEN
    if not is_over or len(one.takes) < 2 or one.purpose is Purpose.READING or waiting_on(room, one.number):  # noqa: PLR2004 - one is no order
        return
    cards = [card for number in one.premises if (card := room.premise(number)) and card.kind is not Kind.LORE]
    ranked = ranking(room, one)
    takes = say.say("document.comma").join(
        say.say("ranking.take", letter=each.take.letter, reasons=_reasons(each, len(cards), say))
        for each in ranked
    )
    yield f"-# {say.say('ranking.line', takes=takes)}"


def ranking(room: Room, one: Round) -> list[Counted]:
    """The takes, the nearest to the brief first: who is missing, the length, repetition, cards taken up."""
    cards = [card for number in one.premises if (card := room.premise(number)) and card.kind is not Kind.LORE]
    cast = cast_of(card.text for card in cards if card.kind is Kind.CHARACTER)
    counted = [_counted(room, one, take, cards, cast) for take in one.takes]
    aim = room.brief.words
    return sorted(
        counted,
        key=lambda each: (
            len(each.missing),
            each.off,
            each.repeats,
            -each.cards,
            abs(each.length - aim) if _has_length(one) else 0,
            each.take.number,
        ),
    )


def _counted(room: Room, one: Round, take: Take, cards: Sequence[Premise], cast: Sequence[Name]) -> Counted:
    chinese = room.brief.language is Language.CHINESE
    words = units(take.text)
    length = length_of(take.text, chinese=chinese)
    runs = grams(words, _RUN[chinese])
    return Counted(
        take=take,
        missing=tuple(name.short for name in cast if not name.in_(take.text)) if _has_cast(one) else (),
        cards=sum(is_named(card, take.text) or _touches(card, words, chinese=chinese) for card in cards),
        length=length,
        off=_has_length(one) and abs(length - room.brief.words) > WITHIN * room.brief.words,
        repeats=bool(runs) and 1 - len(set(runs)) / len(runs) > _REPEATED,
    )


def _has_length(one: Round) -> bool:
    """Whether the room's length is what the takes were asked for."""
    return one.level is Level.SYNOPSIS and one.work is None


def _has_cast(one: Round) -> bool:
    return one.level is not Level.LOGLINE


def _touches(card: Premise, words: Sequence[str], *, chinese: bool) -> bool:
    """Whether a text has a telling word of a card, or two Chinese characters of it in a row."""
    own = units(f"{card.name} {card.text}")
    if chinese:
        return not set(grams(own, 2)).isdisjoint(grams(words, 2))
    telling = {word for word in own if len(word) >= _TELLING} or set(own)
    return not telling.isdisjoint(words)


def _reasons(one: Counted, cards: int, say: Words) -> str:
    told = [say.say("ranking.cards", cards=one.cards, of=cards)] if cards else []
    told.append(say.say("ranking.off" if one.off else "ranking.length", length=one.length))
    if one.missing:
        names = say.say("document.comma").join(quoted_line(name, 30) for name in one.missing[:_NAMES])
        told.append(say.say("ranking.without", names=names))
    if one.repeats:
        told.append(say.say("ranking.repeats"))
    return say.say("document.comma").join(told)
