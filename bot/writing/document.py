"""A room's brief as a document in pieces: examples, fields, premises, and how the written text opens.

The pieces joined are exactly what the model is sent. Which of them may be shortened, and to what, is said
here; how much must go is `budget.py`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from bot.errors import NothingToWrite
from bot.story.brief import Kind
from bot.story.levels import Level
from bot.story.room import Room
from bot.story.rounds import Round
from bot.story.sent import Origin
from bot.story.works import WorkKind
from bot.writing.aims import aim_of
from bot.writing.cards import Card, card_of, pieces_of
from bot.writing.fields import draft_of, fields_of, name_of, quoted
from bot.writing.frames import frame_of
from bot.writing.gaps import Frame
from bot.writing.neutral import neutral
from bot.writing.opening import opening
from bot.writing.pieces import Piece
from bot.writing.program import Example, Program, Writes
from tgi.prose.names import Name, cast_of

# Where fields come from; those not named here are the frame of the story.
_ORIGINS = {
    **dict.fromkeys(("note", "idea", "question"), Origin.NOTE),
    **dict.fromkeys(("draft", "source", "sentence", "other", "numbered"), Origin.DRAFT),
}
_LINES = (Writes.LIST, Writes.POINTS)  # what is written in several lines, below its label


@dataclass(frozen=True, slots=True)
class Document:
    """The pieces in order; `opening` is the end of the last, and the beginning of every take.

    With a `frame`, the last piece is what the model is shown of the text before the first gap, and `opening`
    is empty: what a take begins with is in the frame.
    """

    program: Program
    pieces: tuple[Piece, ...]
    opening: str
    brief: str = field(repr=False)  # the people's words, which a take may rightly repeat
    draft: str = field(repr=False)  # the draft that a refinement works on, or nothing
    cast: tuple[Name, ...] = field(default=(), repr=False)  # the people of the brief who are to be named
    frame: Frame | None = field(default=None, repr=False)
    aim: int = 0  # how long the written text is to be, in words or Chinese characters

    @property
    def text(self) -> str:
        """The whole document, nothing shortened."""
        return "".join(piece.text for piece in self.pieces)


def document_of(program: Program, room: Room, one: Round) -> Document:
    """The document for a round of a room.

    Raises:
        NothingToWrite: every part that it would write is locked.

    """
    labels = tuple(program.labels.values())
    cards: dict[Kind, list[Card]] = {kind: [] for kind in Kind}
    for number in one.premises:
        premise = room.premise(number)
        if premise and (card := card_of(premise, program.language, labels)):
            cards[premise.kind].append(card)
    title = neutral(room.brief.title, labels) or "—"
    words_of = {kind: [card.words for card in some] for kind, some in cards.items()}
    plain = partial(neutral, labels=labels)
    begin = opening(program, title, words_of)
    if one.work is not None and one.work.kind is WorkKind.VIEWPOINT:
        begin = plain(name_of(room, one.work)) or begin
    frame = frame_of(program, room, one, begin, plain)
    if frame is not None and not frame.gaps:
        raise NothingToWrite("every part that was to be written is locked")
    lead = frame.gaps[0].head + frame.gaps[0].sent if frame else begin
    aim = frame.words if frame else aim_of(room, one)
    draft = draft_of(program, room, one, plain)
    known = {**_known(program, room, title, aim_of(room, one)), **fields_of(program, room, one, plain)}
    pieces = [
        *(
            Piece(_block(program, example), example=True, origin=Origin.EXAMPLE)
            for example in program.examples
        ),
        *_fields(program, known, cards, lead),
    ]
    said = (card.said for some in cards.values() for card in some)
    brief = " ".join([title, *said, *(known.get(key, "") for key in _ORIGINS if key != "draft")])
    cast = cast_of(words_of[Kind.CHARACTER]) if one.level is not Level.LOGLINE else ()
    if draft:  # whoever is in it stays, unless the note is about them
        cast = tuple(name for name in cast if name.in_(draft) and not name.in_(known.get("note", "")))
    return Document(program, tuple(pieces), "" if frame else begin, brief, draft, cast, frame, aim)


def _known(program: Program, room: Room, title: str, aim: int) -> dict[str, str]:
    """The brief's fields; empty ones are left out."""
    labels = program.labels.values()
    known = {
        "title": title,
        "form": program.form[room.brief.form],
        "tone": neutral(room.brief.tone or "", labels),
        "rating": program.rating[room.brief.rating] if room.brief.rating else "",
        "length": program.length.format(words=aim),
    }
    return {key: value for key, value in known.items() if value}


def _fields(
    program: Program, known: dict[str, str], cards: dict[Kind, list[Card]], begin: str
) -> Iterator[Piece]:
    about = "\n".join(filter(None, (known.get("note"), known.get("draft"), known.get("source"))))
    kinds = {kind.value: kind for kind in Kind}
    for key, label in program.labels.items():
        if key == "answer":
            under = program.writes in _LINES
            yield Piece(_before(program, label, under=under or begin.startswith("\n"), bare=not begin))
            yield Piece(begin, origin=Origin.OPENING)
        elif key in known:
            yield Piece(_before(program, label, under="\n" in known[key]))
            yield Piece(known[key], origin=_ORIGINS.get(key, Origin.TITLE))
            yield Piece("\n")
        elif key in kinds and (some := cards[kinds[key]]):
            yield from pieces_of(some, _before(program, label, under=len(some) > 1), program.language, about)


def _before(program: Program, label: str, *, under: bool, bare: bool = False) -> str:
    """A label with its colon; its value follows `under` it, or behind it, or not yet where it is `bare`."""
    if under:
        return f"{label}{program.colon.rstrip()}\n"
    return label + (program.colon.rstrip() if bare else program.colon)


def _block(program: Program, example: Example) -> str:
    """A finished example as the document shows it, with the separator behind it."""
    lines = []
    for key, label in program.labels.items():
        value: str | tuple[str, ...] | None = getattr(example, key)
        if isinstance(value, tuple) and value:
            items = [f"- {item}" for item in value] if len(value) > 1 else list(value)
            lines.append(_before(program, label, under=len(value) > 1) + "\n".join(items))
        elif value:
            words = quoted(program, str(value)) if key == "note" else str(value).strip()
            lines.append(_before(program, label, under="\n" in words) + words)
    return "\n".join([*lines, program.separator, ""])
