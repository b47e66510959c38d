"""How long a text is to become, in words or Chinese characters, by what is asked for."""

from __future__ import annotations

from typing import Final

from bot.story.brief import Language
from bot.story.levels import LISTS, Level
from bot.story.room import Room
from bot.story.rounds import Round
from bot.story.works import TextRef, WorkKind
from bot.writing.phrases import length_of

LOGLINE: Final = {Language.ENGLISH: 28, Language.CHINESE: 45}
# Of the draft's length; 1 for the others.
_SHARE: Final = {WorkKind.SHORTER: 0.6, WorkKind.LONGER: 1.5, WorkKind.GO_ON: 1.5}
_LEAST, _MOST = 20, 700


def aim_of(room: Room, one: Round) -> int:
    """The length that a round's text aims at; where only a part is written, its frame knows better."""
    if one.level is Level.LOGLINE:
        return LOGLINE[room.brief.language]
    if one.work is None or one.level in LISTS:
        return room.brief.words
    chinese = room.brief.language is Language.CHINESE
    lengths = [length_of(text, chinese=chinese) for text in _texts(room, one)]
    if not lengths:
        return room.brief.words
    share = _SHARE.get(one.work.kind, 1.0)
    return min(_MOST, max(_LEAST, round(share * sum(lengths) / len(lengths))))


def _texts(room: Room, one: Round) -> list[str]:
    """The draft that is worked on, and what is spliced into it."""
    work = one.work
    refs = [work.base or TextRef(draft=one.draft), work.other] if work else []
    return [room.text_at(ref) for ref in refs if ref is not None and room.text_at(ref)]
