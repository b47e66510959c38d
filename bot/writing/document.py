"""A room's brief as a document in pieces: examples, fields, premises, and how the written text opens.

The pieces joined are exactly what the model is sent. Which of them may be shortened, and to what, is said
here; how much must go is `budget.py`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.story.brief import Kind, Language
from bot.story.room import Room
from bot.story.rounds import Purpose, Round
from bot.writing.neutral import neutral
from bot.writing.opening import opening
from bot.writing.phrases import sentence_ends
from bot.writing.program import Example, Program

MINIMUM_CHARACTERS = {Language.ENGLISH: 60, Language.CHINESE: 12}  # of a premise shortened all the way
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the document. A premise also says where it may be cut; cuts are offsets into `text`."""

    text: str
    premise: int | None = None
    cuts: tuple[int, ...] = ()  # from gentle to hard: behind the first sentence, then the minimum
    example: bool = False

    def at(self, level: int) -> str:
        """The text uncut (0), at its first cut (1), or at its second (2)."""
        cut = self.end(level)
        if cut == len(self.text):
            return self.text
        kept = self.text[:cut]
        return kept if sentence_ends(kept)[-1:] == [cut] else kept.rstrip() + ELLIPSIS

    def end(self, level: int) -> int:
        """How many characters of the text that level keeps."""
        return min([len(self.text), *self.cuts[:level]])


@dataclass(frozen=True, slots=True)
class Document:
    """The pieces in order; `opening` is the end of the last, and the beginning of every take."""

    program: Program
    pieces: tuple[Piece, ...]
    opening: str
    brief: str = field(repr=False)  # the people's words, which a take may rightly repeat
    draft: str = field(repr=False)  # the draft that a refinement works on, or nothing

    @property
    def text(self) -> str:
        """The whole document, nothing shortened."""
        return "".join(piece.text for piece in self.pieces)


def document_of(program: Program, room: Room, one: Round) -> Document:
    """The document for a round of a room."""
    labels = tuple(program.labels.values())
    premises: dict[Kind, list[tuple[int, str]]] = {kind: [] for kind in Kind}
    for number in one.premises:
        premise = room.premise(number)
        words = neutral(premise.text, labels) if premise else ""
        if premise and words:
            premises[premise.kind].append((number, words))
    title = neutral(room.brief.title, labels) or "—"
    words_of = {kind: [words for _, words in some] for kind, some in premises.items()}
    begin = opening(program, title, words_of)
    draft = _draft(room, one, labels)
    known = _known(program, room, one, title, draft)
    pieces = [
        *(Piece(_block(program, example), example=True) for example in program.examples),
        *_fields(program, known, premises, begin),
    ]
    brief = " ".join([title, *(words for some in words_of.values() for words in some), known.get("note", "")])
    return Document(program, tuple(pieces), begin, brief, draft)


def _known(program: Program, room: Room, one: Round, title: str, draft: str) -> dict[str, str]:
    """The fields that are no premises; empty ones are left out."""
    labels = program.labels.values()
    known = {
        "title": title,
        "form": program.form[room.brief.form],
        "tone": neutral(room.brief.tone or "", labels),
        "rating": program.rating[room.brief.rating] if room.brief.rating else "",
        "length": program.length.format(words=room.brief.words),
        "draft": draft,
    }
    note = room.note(one.note)
    if note and (words := neutral(note.text, labels)):
        known["note"] = _quoted(program, words)
    return {key: value for key, value in known.items() if value}


def _draft(room: Room, one: Round, labels: tuple[str, ...]) -> str:
    draft = room.draft(one.draft) if one.purpose is Purpose.REFINEMENT else None
    return neutral(room.take_of(draft).text, labels) if draft else ""


def _fields(
    program: Program, known: dict[str, str], premises: dict[Kind, list[tuple[int, str]]], begin: str
) -> Iterator[Piece]:
    minimum = MINIMUM_CHARACTERS[program.language]
    for key, label in program.labels.items():
        if key == "answer":
            yield Piece(f"{label}{program.colon}{begin}")
        elif key in known:
            yield Piece(f"{label}{program.colon}{known[key]}\n")
        elif key in (kinds := {kind.value: kind for kind in Kind}) and premises[kinds[key]]:
            some = premises[kinds[key]]
            yield Piece(_before(program, label, len(some)))
            for number, words in some:
                yield Piece("- " if len(some) > 1 else "")
                yield Piece(words, premise=number, cuts=_cuts(words, minimum))
                yield Piece("\n")


def _before(program: Program, label: str, count: int) -> str:
    return f"{label}{program.colon.rstrip()}\n" if count > 1 else f"{label}{program.colon}"


def _cuts(words: str, minimum: int) -> tuple[int, ...]:
    """Behind the first sentence, and at the last word end within the minimum."""
    first = next(iter(sentence_ends(words)), len(words))
    if len(words) <= minimum:
        return (first, first)
    least = words.rfind(" ", minimum // 2, minimum + 1)
    return (first, min(first, least if least > 0 else minimum))


def _block(program: Program, example: Example) -> str:
    """A finished example as the document shows it, with the separator behind it."""
    lines = []
    for key, label in program.labels.items():
        value: str | tuple[str, ...] | None = getattr(example, key)
        if isinstance(value, tuple) and value:
            items = [f"- {item}" for item in value] if len(value) > 1 else list(value)
            lines.append(_before(program, label, len(value)) + "\n".join(items))
        elif value:
            words = _quoted(program, str(value)) if key == "note" else str(value).strip()
            lines.append(f"{label}{program.colon}{words}")
    return "\n".join([*lines, program.separator, ""])


def _quoted(program: Program, words: str) -> str:
    quotes = str.maketrans({"“": "‘", "”": "’", '"': "'"})
    return program.note.format(text=words.translate(quotes))
