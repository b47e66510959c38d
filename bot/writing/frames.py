"""Which parts of a room's text a round keeps and which it writes, as a frame of gaps.

A round that writes a whole paragraph has no frame. Pure; the room is as it was when the prompt is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from bot.story.brief import Form, Language
from bot.story.levels import Level
from bot.story.parts import Part, headed, parts_of
from bot.story.room import Draft, Room
from bot.story.rounds import Round
from bot.story.structure import Structure, structure_of, structures
from bot.story.works import READINGS, WorkKind
from bot.writing.aims import LOGLINE
from bot.writing.gaps import Frame, Gap
from bot.writing.phrases import length_of
from bot.writing.program import Program, Writes

POINTS: Final = 3  # of each heading, at most
BEAT_SENTENCES: Final = 2
SCENE_SENTENCES: Final = 3
_SCENES: Final[dict[Form, int]] = {
    Form.SHORT: 7,
    Form.HALF_HOUR: 10,
    Form.EPISODE: 12,
    Form.SERIES: 12,
    Form.HOUR: 12,
    Form.FEATURE: 14,
}
_BEAT: Final = {Language.ENGLISH: (14, 40), Language.CHINESE: (24, 70)}  # words, characters, of one beat
_SCENE: Final = {Language.ENGLISH: 30, Language.CHINESE: 55}
_POINT: Final = {Language.ENGLISH: 18, Language.CHINESE: 32}
_SPEECH: Final = {Language.ENGLISH: 60, Language.CHINESE: 110}
_SENTENCE: Final = {Language.ENGLISH: 12, Language.CHINESE: 20}  # of what is written anew, at least
_RECAP: Final = {Language.ENGLISH: 70, Language.CHINESE: 120}
_LIST_SHARE: Final = 1.5  # of the synopsis' length, for all beats together
_LAST_SENTENCES: Final = 2  # that three endings differ in

Neutral = Callable[[str], str]


def frame_of(program: Program, room: Room, one: Round, begin: str, neutral: Neutral) -> Frame | None:
    """The frame of a round; None where a whole paragraph is written. `begin`: the opening of the brief."""
    if program.writes is Writes.LIST:
        return _list(program, room, one, neutral)
    draft = room.draft(one.draft)
    kind = one.work.kind if one.work else None
    if kind in READINGS:
        return _reading(program, len(_parts(room, draft)))
    if program.writes is Writes.SENTENCE and kind is None:
        before = begin if program.chinese else f"{begin} "
        return Frame((Gap(before, begin, LOGLINE[program.language], sentences=1),))
    if draft is None:
        return None
    if kind is WorkKind.GO_ON:
        return _on(program, room, draft, neutral)
    parts = _parts(room, draft)
    fresh = _written(parts, one)
    return _prose(program, room.text_of(draft), parts, fresh, neutral) if fresh is not None else None


def _reading(program: Program, sentences: int) -> Frame:
    """What is said about the story: an answer, points on a draft of so many sentences, or a recap."""
    if program.writes is Writes.POINTS:
        return _points(program, sentences)
    if program.writes is Writes.SPEECH:
        return Frame((Gap("", "“", _SPEECH[program.language], sentences=4),))
    return Frame((Gap("", "", _RECAP[program.language], sentences=5),))


def _written(parts: Sequence[Part], one: Round) -> Collection[int] | None:
    """The numbers of the sentences that are written anew; None where nothing of the text is kept."""
    kind, at = (one.work.kind, one.work.at or 1) if one.work else (None, 1)
    last = len(parts)
    if kind is WorkKind.SENTENCE:
        return {at}
    if kind is WorkKind.ONWARD:
        return set(range(at, last + 1)) - set(one.locked)
    if kind is WorkKind.ENDINGS:
        ending = min(_LAST_SENTENCES, last - 1)
        return set(range(last - ending + 1, last + 1)) - set(one.locked)
    return set(range(1, last + 1)) - set(one.locked) if one.locked else None


def _prose(
    program: Program, text: str, parts: Sequence[Part], fresh: Collection[int], neutral: Neutral
) -> Frame:
    """Gaps for the sentences that are written anew, neighbours together; the last may end as it likes."""
    gaps: list[Gap] = []
    kept_from, at = 0, 0
    while at < len(parts):
        if parts[at].number not in fresh:
            at += 1
            continue
        end = at
        while end < len(parts) and parts[end].number in fresh:
            end += 1
        old = text[parts[at].start : parts[end - 1].end].rstrip()
        before = text[kept_from : parts[at].start]
        shown = "" if program.writes is Writes.SENTENCE else neutral(before)  # the draft is shown as a field
        gaps.append(
            Gap(
                before,
                shown,
                max(_SENTENCE[program.language], length_of(old, chinese=program.chinese)),
                sentences=None if end == len(parts) and end - at > 1 else end - at,
                replaced=old,
                kept=len(shown),
            )
        )
        kept_from = parts[at].start + len(old)
        at = end
    return Frame(tuple(gaps), text[kept_from:])


def _on(program: Program, room: Room, draft: Draft, neutral: Neutral) -> Frame:
    text = room.text_of(draft)
    words = max(20, round(room.brief.words / 2))
    return Frame((Gap(text + ("" if program.chinese else " "), neutral(text), words),))


def _points(program: Program, count: int) -> Frame:
    gaps = []
    for at, heading in enumerate(program.headings):
        for number in range(POINTS):
            head = ("\n" if at else "") + heading + program.colon.rstrip() if number == 0 else ""
            gaps.append(
                Gap(
                    "\n- [",
                    "\n- [",
                    _POINT[program.language],
                    sentences=1,
                    head=head,
                    cites=count,
                    may_stay_empty=True,
                )
            )
    return Frame(tuple(gaps), nothing=program.nothing)


def _list(program: Program, room: Room, one: Round, neutral: Neutral) -> Frame:
    """Every part of the list in order: those that stay, and between them those to be written."""
    draft = room.draft(one.draft)
    parts = _parts(room, draft) if draft else ()
    fresh = _fresh_parts(parts, one)
    headings = _headings(room, one, parts)
    structure = _structure(room, one)
    gaps: list[Gap] = []
    pending, sent = "", ""
    for number, heading in enumerate(headings, start=1):
        if number > 1:
            pending, sent = pending + "\n", sent + "\n"
        old = parts[number - 1] if number <= len(parts) else None
        if old is not None and number not in fresh:
            pending += old.line
            sent += headed(number, neutral(old.heading), chinese=program.chinese) + neutral(old.text)
            continue
        lead = headed(number, heading, chinese=program.chinese)
        shown = headed(number, neutral(heading), chinese=program.chinese)
        gaps.append(
            Gap(
                pending + lead,
                sent + shown.rstrip(),
                _part_words(room, one.level, structure, number, len(headings)),
                sentences=BEAT_SENTENCES if one.level is Level.BEATS else SCENE_SENTENCES,
                replaced=old.text if old else "",
                kept=len(sent) if sent.strip() else 0,
            )
        )
        pending, sent = "", ""
    return Frame(tuple(gaps), pending)


def _fresh_parts(parts: Sequence[Part], one: Round) -> Collection[int]:
    """The numbers of a draft's parts that are written anew; parts that it does not have yet always are."""
    kind = one.work.kind if one.work else None
    if kind is WorkKind.GO_ON:
        return ()
    fresh = _written(parts, one)
    return range(1, len(parts) + 1) if fresh is None else fresh


def _headings(room: Room, one: Round, parts: Sequence[Part]) -> list[str]:
    """The headings of all parts: a draft's own where it is rewritten, else those of the structure form."""
    if one.work is not None or one.answers:
        more = [""] if one.work and one.work.kind is WorkKind.GO_ON else []
        return [part.heading for part in parts] + more
    language = room.brief.language
    headings = list(_structure(room, one).headings(language))
    if one.level is Level.OUTLINE:
        headings = _scenes(room, one, headings)
    locked = max(one.locked, default=0)
    return headings + [""] * (locked - len(headings))


def _scenes(room: Room, one: Round, headings: list[str]) -> list[str]:
    """A heading for every scene: the beats' own where there are any, each for as many scenes as its share."""
    source = room.draft(one.source)
    structure = _structure(room, one)
    if source is not None and source.level is Level.BEATS:
        headings = [part.heading for part in _parts(room, source)]
    known = len(headings) == len(structure.beats)
    shares = [beat.share for beat in structure.beats] if known else [1 / len(headings)] * len(headings)
    numbered = "（{}）" if room.brief.language is Language.CHINESE else " ({})"
    scenes = []
    for heading, share in zip(headings, shares, strict=True):
        count = max(1, round(share * _SCENES[room.brief.form]))
        scenes += [
            heading + (numbered.format(n) if heading and count > 1 else "") for n in range(1, count + 1)
        ]
    return scenes


def _part_words(room: Room, level: Level, structure: Structure, number: int, count: int) -> int:
    language = room.brief.language
    if level is Level.OUTLINE:
        return _SCENE[language]
    least, most = _BEAT[language]
    share = structure.beats[number - 1].share if count == len(structure.beats) else 1 / count
    return min(most, max(least, round(room.brief.words * _LIST_SHARE * share)))


def _structure(room: Room, one: Round) -> Structure:
    return structures().get(one.structure or "") or structure_of(room)


def _parts(room: Room, draft: Draft | None) -> tuple[Part, ...]:
    return parts_of(draft.level, room.text_of(draft)) if draft else ()
