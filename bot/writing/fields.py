"""The fields of a document that come from drafts, notes and the work that was asked for.

Every text is made neutral part by part, so that a list stays a list and nothing else. Keys are those of a
program's labels; what a program has no label for is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.story.levels import Level
from bot.story.lore import names_of
from bot.story.noted import notes_sent
from bot.story.parts import headed, parts_of
from bot.story.room import Room
from bot.story.rounds import Purpose, Round
from bot.story.works import TextRef, Work, WorkKind
from bot.writing.program import Program, Writes

Neutral = Callable[[str], str]


def fields_of(program: Program, room: Room, one: Round, neutral: Neutral) -> dict[str, str]:
    """The fields of a round that are neither the brief's nor cards; empty ones are left out."""
    found = {
        "draft": draft_of(program, room, one, neutral),
        "note": _note(program, room, one, neutral),
        **dict(_of_source(program, room, one, neutral)),
    }
    if one.work is not None:
        found |= dict(_of_work(program, room, one.work, one, neutral))
    return {key: value for key, value in found.items() if value and key in program.labels}


def draft_of(program: Program, room: Room, one: Round, neutral: Neutral) -> str:
    """The draft that is refined, or what is spliced in its place; nothing for a text written afresh."""
    if one.purpose is Purpose.SYNOPSIS:
        return ""
    base = one.work.base if one.work else None
    level, text = _text(room, base or TextRef(draft=one.draft))
    return _shown(program, level, text, neutral)


def name_of(room: Room, work: Work | None) -> str:
    """The name of the person whom a work is about; of a card without a name, its first words."""
    card = room.premise(work.character) if work and work.character else None
    if card is None:
        return ""
    return next(iter(names_of(card)), "") or card.text.split(",")[0].split("，")[0][:40]


def _of_source(program: Program, room: Room, one: Round, neutral: Neutral) -> Iterator[tuple[str, str]]:
    """The draft of another level: a list shows it as its source, a synopsis as its logline."""
    source = room.draft(one.source)
    if source is None:
        return
    key = "logline" if source.level is Level.LOGLINE and "logline" in program.labels else "source"
    yield key, _shown(program, source.level, room.text_of(source), neutral)


def _of_work(
    program: Program, room: Room, work: Work, one: Round, neutral: Neutral
) -> Iterator[tuple[str, str]]:
    draft = room.draft(one.draft)
    name = neutral(name_of(room, work))
    said = neutral(work.text or "")
    if program.writes is Writes.LIST:
        if standing := program.standing.get(work.kind):
            yield "note", quoted(program, standing.replace("{name}", name).replace("{text}", said))
        return
    yield "viewpoint", name
    yield "idea" if work.kind is WorkKind.WHAT_IF else "question", said
    if work.other is not None:
        yield "other", _shown(program, *_text(room, work.other), neutral)
    if draft is None:
        return
    parts = parts_of(draft.level, room.text_of(draft))
    if work.kind is WorkKind.SENTENCE and work.at and work.at <= len(parts):
        yield "sentence", neutral(parts[work.at - 1].text)
    if "numbered" in program.labels:
        lines = (f"[{part.number}] {neutral(part.text)}" for part in parts)
        yield "numbered", "\n".join(lines)


def _note(program: Program, room: Room, one: Round, neutral: Neutral) -> str:
    words = " ".join(filter(None, map(neutral, notes_sent(room, one))))
    return quoted(program, words) if words else ""


def quoted(program: Program, words: str) -> str:
    """Somebody's words in the program's quotation marks, which they cannot close."""
    quotes = str.maketrans({"“": "‘", "”": "’", '"': "'"})
    return program.note.replace("{text}", words.translate(quotes))


def _text(room: Room, ref: TextRef) -> tuple[Level, str]:
    if (draft := room.draft(ref.draft)) is not None:
        return draft.level, room.text_of(draft)
    one = room.round(ref.round or 0)
    take = one.take(ref.take or 0) if one else None
    return (one.level, take.text) if one and take else (Level.SYNOPSIS, "")


def _shown(program: Program, level: Level, text: str, neutral: Neutral) -> str:
    """A text as a document shows it: prose on one line, a list with a line for each part."""
    if level not in (Level.BEATS, Level.OUTLINE):
        return neutral(text)
    return "\n".join(
        headed(part.number, neutral(part.heading), chinese=program.chinese) + neutral(part.text)
        for part in parts_of(level, text)
    )
