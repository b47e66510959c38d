"""Rooms in which every kind of work was asked for, in both languages, made by the rules from commands."""

from __future__ import annotations

from bot.story.brief import Language
from bot.story.commands import AskRound, AskWork, ChooseStructure, LockPart
from bot.story.levels import Level
from bot.story.room import Room
from bot.story.works import TextRef, Work, WorkKind
from tests.bot.building import ANA, adopt, after, record_take
from tests.bot.writing.rooms_at_hand import RIVER, RIVER_PREMISES, refined, room_of

SYNOPSIS = {
    Language.ENGLISH: (
        "In a lighthouse on a rock, Mara, a retired diver, keeps the lamp lit for a ship that is late. "
        "Old Tom brings bread and the owner's letter. She burns it. "
        "That night something answers the lamp from below the water. She goes down to meet it."
    ),
    Language.CHINESE: (
        "故事发生在1962年的矿镇。阿良，退休的船长，每晚点一盏河灯。小满问他灯是给谁的。"
        "他不说话。河干的那天，灯自己漂了回来。他终于走进水里。"
    ),
}
OTHER = {
    Language.ENGLISH: "In a lighthouse on a rock, Mara turns the lamp off, and the sea comes up the stairs.",
    Language.CHINESE: "故事发生在1962年的矿镇。阿良把灯全部打碎，河却涨了起来。",
}
BEATS = {
    Language.ENGLISH: (
        "1. Opening: Mara trims the lamp.\n2. Disturbance: Old Tom brings the owner's letter.\n"
        "3. Struggle: She burns it.\n4. Crisis: Something answers from below.\n5. Last image: She goes down."
    ),
    Language.CHINESE: "1. 起：阿良点灯。\n2. 承：小满追问。\n3. 转：河干灯回。\n4. 合：他走进水里。",
}
WORDS = {
    WorkKind.WHAT_IF: {Language.ENGLISH: "the lamp is her brother", Language.CHINESE: "灯里住着他的妻子"},
    WorkKind.INTERVIEW: {Language.ENGLISH: "Why do you stay?", Language.CHINESE: "你为什么不走？"},
}
MARA = {Language.ENGLISH: 3, Language.CHINESE: 1}  # the premises of whom is asked
TOM = {Language.ENGLISH: 5, Language.CHINESE: 2}


def drafted(language: Language) -> Room:
    """A room whose synopsis is adopted: draft 1; round 1 has another take."""
    room = room_of() if language is Language.ENGLISH else room_of(RIVER, RIVER_PREMISES)
    return after(
        room,
        record_take(1, 0, SYNOPSIS[language]),
        record_take(1, 1, OTHER[language]),
        adopt(1, 0),
    )


def with_beats(language: Language) -> Room:
    """A room with a synopsis, draft 1, and beats, draft 2."""
    room = drafted(language)
    if language is Language.CHINESE:
        room = after(room, ChooseStructure(at=6, by=ANA, structure="qi-cheng-zhuan-he"))
    room = asked(room, Level.BEATS)
    return after(room, record_take(2, 0, BEATS[language]), adopt(2, 0))


def asked(room: Room, level: Level) -> Room:
    """The room after a round of one take was asked for at a level."""
    return after(room, AskRound(at=6, by=ANA, seed=60, takes=1, level=level))


def working(room: Room, kind: WorkKind, *, at: int | None = None, other: TextRef | None = None) -> Room:
    """The room after a work was asked for."""
    language = room.brief.language
    person = {WorkKind.INTERVIEW: MARA, WorkKind.VIEWPOINT: TOM}.get(kind)
    work = Work(
        kind=kind,
        at=at,
        text=WORDS.get(kind, {}).get(language),
        character=person[language] if person else None,
        other=other,
    )
    return after(room, AskWork(at=7, by=ANA, seed=80, work=work))


def every_program(language: Language) -> dict[str, Room]:
    """By program, a room whose last round it writes."""
    room = drafted(language)
    note = "结局太“顺”。" if language is Language.CHINESE else 'Too "neat"; the ending\nis easy.'
    piece = {WorkKind.SENTENCE: 3, WorkKind.ONWARD: 4}
    other = {WorkKind.SPLICE: TextRef(round=1, take=1)}
    works = {kind: working(room, kind, at=piece.get(kind), other=other.get(kind)) for kind in WorkKind}
    return {
        "synopsis": room_of() if language is Language.ENGLISH else room_of(RIVER, RIVER_PREMISES),
        "refinement": refined(works_room(language), SYNOPSIS[language], note),
        "logline": asked(room, Level.LOGLINE),
        "beats": asked(room, Level.BEATS),
        "outline": asked(with_beats(language), Level.OUTLINE),
        **{kind.value: made for kind, made in works.items()},
    }


def works_room(language: Language) -> Room:
    return room_of() if language is Language.ENGLISH else room_of(RIVER, RIVER_PREMISES)


def lock(draft: int, part: int) -> LockPart:
    return LockPart(at=8, by=ANA, draft=draft, part=part, locked=True)
