"""Whose each word of a draft is: it belongs to whoever first brought it into the company it stands in.

A sentence that an earlier draft of the line had keeps what it had there, wherever it stands now. Of the rest,
words that survive from the draft before keep theirs; words in a row that a premise, a note or a text that was
worked in had before are that one's; all others are whose who wrote the draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.story.brief import Premise
from bot.story.credit.sources import Passage, Source, SourceKind, passage, taken_over, words_of
from bot.story.credit.wordings import Wordings, as_it_was
from bot.story.diff import survivors
from bot.story.matching import Token
from bot.story.room import Draft, Room
from bot.story.rounds import Round, Take
from bot.story.sentences import sentences
from bot.story.works import TextRef

_Sentence = tuple[str, ...]


@dataclass
class OwnedText:
    """A draft's text, its words, and the source of each by the place where it begins."""

    text: str
    words: list[Token]
    sources: dict[int, Source] = field(default_factory=dict)
    known: dict[_Sentence, tuple[Source, ...]] = field(default_factory=dict)  # sentences of the whole line

    @property
    def passage(self) -> Passage:
        """Its words in a row."""
        return Passage(
            tuple(one.key.casefold() for one in self.words), tuple(self.sources[one.at] for one in self.words)
        )


def owned(room: Room, draft: Draft, wordings: Wordings) -> OwnedText:
    """A draft's text with the source of every word; `wordings`: earlier ones of cards, as far as known."""
    reading = _Reading(room, wordings)
    for number in sorted(_needed(room, draft)):
        reading.read(room.drafts[number - 1])
    return reading.texts[draft.number]


def _needed(room: Room, draft: Draft) -> set[int]:
    """The drafts whose words may be in this one, itself included."""
    found: set[int] = set()
    waiting = [draft.number]
    while waiting:
        number = waiting.pop()
        if number not in found and (one := room.draft(number)):
            found.add(number)
            waiting += _before(room, one)
    return found


def _before(room: Room, draft: Draft) -> list[int]:
    one = _round_of(room, draft)
    spliced = [ref.draft for ref in _spliced(one)]
    if draft.by_hand:  # whoever edits may copy from anywhere
        spliced += [other.number for other in room.drafts if other.revision < draft.revision]
    before = (draft.parent, draft.rests_on, *spliced)
    return [number for number in before if number is not None and number < draft.number]


class _Reading:
    """The drafts of a room that were read so far, the older ones first."""

    def __init__(self, room: Room, wordings: Wordings) -> None:
        self.texts: dict[int, OwnedText] = {}
        self._room = room
        self._wordings = wordings
        self._cards: dict[tuple[int, int], list[Passage]] = {}  # many drafts rest on the same
        self._takes: dict[tuple[int, int], Passage] = {}

    def read(self, draft: Draft) -> None:
        """Find the source of each of a draft's words."""
        text = self._room.text_of(draft)
        one = OwnedText(text, words_of(text))
        parent = self.texts.get(draft.parent) if draft.parent is not None else None
        told = _sentences(one)
        if parent is not None:
            one.known = dict(parent.known)
            for words in told:
                kept = one.known.get(_keys(words))
                one.sources |= {word.at: source for word, source in zip(words, kept or (), strict=False)}
            if any(word.at not in one.sources for word in one.words):
                for new, old in survivors(parent.text, text).items():
                    if old in parent.sources:
                        one.sources.setdefault(new, parent.sources[old])
        free = [word.at not in one.sources for word in one.words]
        if any(free):
            passages = list(self._told_before(draft))
            keys = [word.key.casefold() for word in one.words]
            for place, source in taken_over(keys, free, passages).items():
                one.sources[one.words[place].at] = source
        writer = _writer(self._room, draft)
        one.sources = {word.at: one.sources.get(word.at, writer) for word in one.words}
        for words in told:
            one.known.setdefault(_keys(words), tuple(one.sources[word.at] for word in words))
        self.texts[draft.number] = one

    def _told_before(self, draft: Draft) -> Iterator[Passage]:
        """What may have been taken over into a draft, people's words first."""
        one = _round_of(self._room, draft)
        for card in _cards(self._room, draft, one, self._wordings):
            key = (card.id, card.version)
            if key not in self._cards:
                self._cards[key] = _of_card(card)
            yield from self._cards[key]
        yield from _of_notes(self._room, draft, one)
        for number in _before(self._room, draft):
            if number in self.texts and number != draft.parent:
                yield self.texts[number].passage
        for other, take in _takes(self._room, draft, one):
            place = (other.number, take.number)
            if place not in self._takes:
                self._takes[place] = passage(take.text, _by_model(other, take))
            yield self._takes[place]


def _sentences(one: OwnedText) -> list[list[Token]]:
    """The words of each sentence."""
    bounds = [sentence.end for sentence in sentences(one.text)]
    told: list[list[Token]] = [[] for _ in bounds]
    at = 0
    for word in one.words:
        while word.at >= bounds[at]:
            at += 1
        told[at].append(word)
    return [words for words in told if words]


def _keys(words: list[Token]) -> _Sentence:
    return tuple(word.key for word in words)


def _writer(room: Room, draft: Draft) -> Source:
    one, take = _round_of(room, draft), room.take_of(draft)
    if one is None or take is None:
        return Source(kind=SourceKind.HAND, person=draft.adopted_by, draft=draft.number)
    return _by_model(one, take)


def _by_model(one: Round, take: Take) -> Source:
    return Source(
        kind=SourceKind.MODEL,
        model=take.receipt.model,
        model_revision=take.receipt.model_revision,
        round=one.number,
        take=take.number,
    )


def _of_card(card: Premise) -> list[Passage]:
    source = Source(kind=SourceKind.PREMISE, person=card.author, number=card.id)
    details = (text for _, text in card.details.told()) if card.details else ()
    return [passage(text, source) for text in (card.text, *details)]


def _of_notes(room: Room, draft: Draft, one: Round | None) -> Iterator[Passage]:
    """The notes, and the question, that whoever wrote a draft had before them."""
    for note in room.notes:
        if note.number in one.answers if one else note.draft < draft.number:
            yield passage(note.text, Source(kind=SourceKind.NOTE, person=note.author, number=note.number))
    if one and one.work and one.work.text:
        yield passage(one.work.text, Source(kind=SourceKind.IDEA, person=one.asked_by, round=one.number))


def _cards(room: Room, draft: Draft, one: Round | None, wordings: Wordings) -> list[Premise]:
    """The premises that whoever wrote the draft had before them, in their words of then. Never their secrets.

    One whose words of then are not known is left out: its new words may be the draft's.
    """
    take = room.take_of(draft)
    seen = take.receipt.revision or (one.revision if one else 0) if take else draft.revision
    cards = [room.premise(number) for number in one.premises] if one else room.premises_in_force
    return [then for card in cards if card and (then := as_it_was(card, wordings, seen))]


def _takes(room: Room, draft: Draft, one: Round | None) -> Iterator[tuple[Round, Take]]:
    """The takes that were worked in, or, by hand, that there were and the person could read."""
    for ref in _spliced(one):
        other = room.round(ref.round) if ref.round is not None else None
        take = other.take(ref.take) if other and ref.take is not None else None
        if other and take:
            yield other, take
    if draft.by_hand:
        for other in room.rounds:
            if other.revision < draft.revision and (not other.private or other.asked_by == draft.adopted_by):
                yield from ((other, take) for take in other.takes)


def _spliced(one: Round | None) -> list[TextRef]:
    work = one.work if one else None
    return [ref for ref in (work.base, work.other) if ref] if work else []


def _round_of(room: Room, draft: Draft) -> Round | None:
    return room.round(draft.round) if draft.round is not None else None
