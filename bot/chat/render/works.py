"""Works on a draft: the menus that ask for one, a step a message, and how their rounds are called."""

from __future__ import annotations

from collections.abc import Sequence

from discord import SelectOption
from discord.ui import Select, View

from bot.chat.custom_ids import CustomId
from bot.chat.render.levels import part_options
from bot.chat.render.paging import page_of, turning
from bot.chat.render.quoting import plain_line, quoted_line
from bot.chat.render.shown import Shown
from bot.story.brief import Kind, Premise
from bot.story.coverage import points_of
from bot.story.levels import LISTS, Level
from bot.story.lore import title_of
from bot.story.parts import parts_of
from bot.story.room import Draft, Room
from bot.story.rounds import Purpose, Round
from bot.story.works import READINGS, WorkKind
from bot.words import Words

OFFERED = tuple(kind for kind in WorkKind if kind not in READINGS and kind is not WorkKind.GO_ON)
"""The works that a draft's menu offers, in the order of use; `Go on` has a button, readings have commands."""

TAKE_BASE = 10_000  # numbers above are takes: round times ten and the take's number
_QUOTE = 60  # characters of a cited sentence


def work_menu(room: Room, draft: Draft, say: Words) -> Shown:
    """What should become of a draft."""
    offered = OFFERED
    if draft.level in LISTS:
        offered = tuple(kind for kind in OFFERED if kind is not WorkKind.SPLICE)
    options = [SelectOption(label=say.say(f"work.{kind}"), value=kind.value) for kind in offered]
    text = say.say("works.choose", draft=draft.number)
    return Shown(text=text, rows=([_menu(say, room, "work_kind", options, draft.number)],))


def part_menu(room: Room, draft: Draft, kind: WorkKind, say: Words, *, page: int = 0) -> Shown:
    """Which sentence of a draft, or which part of a list; a page of them at a time."""
    text = say.say("works.choose_part" if draft.level in LISTS else "works.choose_sentence")
    parts, page, pages = page_of(parts_of(draft.level, room.text_of(draft)), page)
    options = part_options(room, draft, parts)
    menu = _menu(say, room, "work_part", options, draft.number, kind.value)
    return Shown(text=text, rows=([menu], *turning(say, room, "work_parts", page, pages, draft.number, kind)))


def person_menu(room: Room, draft: Draft, say: Words, *, page: int = 0) -> Shown:
    """Through whose eyes."""
    text = say.say("works.choose_person")
    people, page, pages = page_of(people_of(room), page)
    options = [
        SelectOption(label=plain_line(f"{card.id} · {title_of(card)}", 100), value=str(card.id))
        for card in people
    ]
    menu = _menu(say, room, "work_person", options, draft.number)
    return Shown(text=text, rows=([menu], *turning(say, room, "work_people", page, pages, draft.number)))


def other_menu(room: Room, draft: Draft, say: Words, *, page: int = 0) -> Shown:
    """What is spliced into a draft: the newest texts first."""
    text = say.say("works.choose_other", draft=draft.number)
    named, page, pages = page_of([each for each in texts_of(room, say) if each[1] != draft.number], page)
    options = [SelectOption(label=plain_line(name, 100), value=str(number)) for name, number in named]
    menu = _menu(say, room, "work_other", options, draft.number)
    return Shown(text=text, rows=([menu], *turning(say, room, "work_others", page, pages, draft.number)))


def people_of(room: Room) -> list[Premise]:
    """The characters that are in the story."""
    return [card for card in room.premises_in_force if card.kind is Kind.CHARACTER]


def texts_of(room: Room, say: Words) -> list[tuple[str, int]]:
    """Every text of prose by its name and number, the newest first: drafts, and takes that are none."""
    adopted = {(draft.round, draft.take) for draft in room.drafts}
    found = [
        (say.say("works.draft", draft=draft.number, text=room.text_of(draft)[:80]), draft.number)
        for draft in reversed(room.drafts)
        if draft.level not in LISTS
    ]
    found += [
        (
            say.say("works.take", round=one.number, letter=take.letter, text=take.text[:80]),
            TAKE_BASE + 10 * one.number + take.number,
        )
        for one in reversed(room.rounds)
        if one.purpose is not Purpose.READING and one.level not in LISTS
        for take in one.takes
        if (one.number, take.number) not in adopted
    ]
    return found


def round_title(room: Room, one: Round, say: Words) -> str | None:
    """The title of a round that is no plain synopsis and no note; None for those."""
    takes = say.count("round.takes", one.takes_wanted)
    if one.work is None:
        if one.purpose is Purpose.SYNOPSIS and one.level is not Level.SYNOPSIS:
            return say.say("works.level", number=one.number, takes=takes, level=say.say(f"level.{one.level}"))
        return None
    title = _work_title(room, one, say)
    if one.purpose is Purpose.READING:
        return say.say("works.reading", number=one.number, title=title)
    return say.say("works.round", number=one.number, takes=takes, title=title)


def _work_title(room: Room, one: Round, say: Words) -> str:
    work = one.work
    if work is None:
        return ""
    draft = one.draft or 0
    if one.level in LISTS and work.kind is WorkKind.SENTENCE:
        return say.say("works.part", draft=draft, at=work.at or 0)
    if one.level in LISTS and work.kind is WorkKind.ONWARD:
        return say.say("works.part_onward", draft=draft, at=work.at or 0)
    return say.say(
        f"work.title.{work.kind}",
        draft=draft,
        at=work.at or 0,
        text=quoted_line(work.text or "", 200),
        name=quoted_line(name_of(room, one), 60),
    )


def name_of(room: Room, one: Round) -> str:
    """The name of the person whom a round's work is about."""
    card = room.premise(one.work.character) if one.work and one.work.character else None
    return plain_line(title_of(card), 60) if card else "?"


def told(room: Room, one: Round, text: str) -> str:
    """A take's text as it is shown: each point of a report with the words that it cites."""
    draft = room.draft(one.draft)
    if draft is None or one.work is None or one.work.kind is not WorkKind.COVERAGE:
        return text
    parts = parts_of(draft.level, room.text_of(draft))
    return "\n".join(_cited(line, [part.text for part in parts]) for line in text.split("\n"))


def _cited(line: str, sentences: Sequence[str]) -> str:
    point = next(points_of(line, len(sentences)), None)
    if point is None:
        return line
    return f"- [{point.sentence}] “{plain_line(sentences[point.sentence - 1], _QUOTE)}” {point.text}"


def _menu(
    say: Words, room: Room, action: str, options: Sequence[SelectOption], *arguments: object
) -> Select[View]:
    custom_id = CustomId(action, room.id, 0, tuple(str(each) for each in arguments))
    return Select(custom_id=str(custom_id), placeholder=say.say("menu.choose"), options=list(options)[:25])
