"""What of the notes on a draft is sent to the model: whole sentences, as many as a document has place for.

A person may write four thousand characters; the prompt takes the first sentences, and the round says so.
"""

from __future__ import annotations

from typing import Final

from bot.story.brief import Language
from bot.story.room import Room
from bot.story.rounds import Round
from bot.story.sentences import sentences

SENT_OF_NOTES: Final = {Language.ENGLISH: 900, Language.CHINESE: 300}  # characters, of all notes of a round


def notes_sent(room: Room, one: Round) -> tuple[str, ...]:
    """The notes of a round as they are sent, each cut behind a sentence where it is too long."""
    notes = [note.text for number in one.answers if (note := room.note(number))]
    share = SENT_OF_NOTES[room.brief.language] // max(1, len(notes))
    return tuple(first_sentences(text, share) for text in notes)


def is_note_cut(room: Room, one: Round) -> bool:
    """Whether some note of the round was too long to be sent whole."""
    whole = (note.text for number in one.answers if (note := room.note(number)))
    return any(sent != text for sent, text in zip(notes_sent(room, one), whole, strict=True))


def first_sentences(text: str, limit: int) -> str:
    """The first sentences of a text within so many characters; of one endless sentence, its beginning."""
    if len(text) <= limit:
        return text
    end = max((one.end for one in sentences(text) if len(text[: one.end].rstrip()) <= limit), default=0)
    return text[:end].rstrip() if end else text[: limit - 1].rstrip() + "…"
