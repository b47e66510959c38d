"""Rewritings and readings: what is left to choose is asked step by step, then a round is asked for."""

from __future__ import annotations

from discord import ButtonStyle
from discord.ui import Button, View

from bot.chat.actions.rounds import own_round, queued, show_round
from bot.chat.custom_ids import CustomId
from bot.chat.render.components import button
from bot.chat.render.modals import words_modal
from bot.chat.render.quoting import quoted_line, quoted_whole
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.render.waiting import place_words
from bot.chat.render.works import (
    TAKE_BASE,
    name_of,
    other_menu,
    part_menu,
    people_of,
    person_menu,
    texts_of,
    told,
    work_menu,
)
from bot.chat.turn import Refused, Told, Turn
from bot.rooms import Outcome
from bot.story.commands import AskWork
from bot.story.levels import LISTS
from bot.story.refusals import DraftMovedOn, NoDraftYet, NoSuchRound, OnlyProse
from bot.story.room import Draft, Room
from bot.story.rounds import RoundStatus
from bot.story.works import PIECEWISE, QUESTION_LIMIT, TextRef, Work, WorkKind


async def choose(turn: Turn, *, draft: int) -> None:
    """Ask what should become of a draft."""
    room, current = await _current(turn, draft)
    await turn.reply.private(work_menu(room, current, turn.words))


async def begin(turn: Turn, kind: WorkKind, *, draft: int | None = None) -> None:
    """Ask for a work, or first for what it still needs: a sentence, a person, a text, an idea."""
    if kind is WorkKind.WHAT_IF:
        return await _ask_for_idea(turn, draft or 0)
    if kind in PIECEWISE:
        return await parts(turn, kind, draft=draft)
    if kind is WorkKind.VIEWPOINT:
        return await people(turn, draft=draft)
    if kind is WorkKind.SPLICE:
        return await others(turn, draft=draft)
    return await ask(turn, Work(kind=kind), draft=draft)


async def parts(turn: Turn, kind: WorkKind, *, draft: int | None, page: int = 0) -> None:
    """Ask which sentence, or which part of a list."""
    room, current = await _current(turn, draft)
    await step(turn, part_menu(room, current, kind, turn.words, page=page))


async def people(turn: Turn, *, draft: int | None, page: int = 0) -> None:
    """Ask through whose eyes."""
    room, current = await _current(turn, draft)
    if not people_of(room):
        raise Told("works.no_person")
    await step(turn, person_menu(room, current, turn.words, page=page))


async def others(turn: Turn, *, draft: int | None, page: int = 0) -> None:
    """Ask what is spliced into the draft."""
    room, current = await _current(turn, draft)
    if current.level in LISTS:
        raise Refused(OnlyProse(level=current.level), room)
    if not any(number != current.number for _, number in texts_of(room, turn.words)):
        raise Told("works.no_other")
    await step(turn, other_menu(room, current, turn.words, page=page))


async def ask(turn: Turn, work: Work, *, draft: int | None = None, base: TextRef | None = None) -> None:
    """Ask for a work on the draft that the person saw, or on the current one."""
    turn.typed = work.text or ""
    outcome = await _act(turn, work, draft, base)
    await queued(turn, outcome)


async def piece(turn: Turn, kind: WorkKind, number: int | None) -> None:
    """Rewrite one sentence, or from one on; without a number, ask which."""
    if number is None:
        return await begin(turn, kind)
    return await ask(turn, Work(kind=kind, at=number))


async def viewpoint(turn: Turn, character: int | None) -> None:
    """Tell the draft through somebody's eyes; without a character, ask whose."""
    if character is None:
        return await begin(turn, WorkKind.VIEWPOINT)
    return await ask(turn, Work(kind=WorkKind.VIEWPOINT, character=character))


async def splice(turn: Turn, other: int | None, base: int | None) -> None:
    """Splice two texts; without a second, ask which."""
    if other is None:
        return await begin(turn, WorkKind.SPLICE)
    work = Work(kind=WorkKind.SPLICE, other=text_ref(other))
    return await ask(turn, work, base=None if base is None else text_ref(base))


async def what_if(turn: Turn, idea: str | None) -> None:
    """Ask what would be; without an idea, open a modal for it."""
    if idea is None:
        return await begin(turn, WorkKind.WHAT_IF)
    return await ask(turn, Work(kind=WorkKind.WHAT_IF, text=idea))


async def interview(turn: Turn, *, character: int, question: str, private: bool = False) -> None:
    """Ask a person of the story; a private answer is shown to nobody else here."""
    turn.typed = question
    work = Work(kind=WorkKind.INTERVIEW, character=character, text=question, private=private)
    outcome = await _act(turn, work, None, None)
    if not private:
        return await queued(turn, outcome)
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    number = own_round(turn, room).number
    text = turn.words.say("works.on_its_way", number=number)
    await turn.reply.private(Shown(text=text, rows=(_while_waiting(turn, room, number),)))
    return await show_round(turn, outcome)


async def show_private(turn: Turn, *, number: int) -> None:
    """Show a private answer to who asked for it."""
    room = await turn.room()
    one = room.round(number)
    if one is None:
        raise Refused(NoSuchRound(round=number))
    if one.asked_by != turn.person.id or one.work is None:
        raise Told("works.not_yours")
    say = turn.words
    if one.status is RoundStatus.OPEN:
        place = await turn.desk.rooms.queued(room.id, number)
        text = say.say("works.not_yet") if place is None else place_words(say, place)
        return await turn.reply.update(Shown(text=text, rows=(_while_waiting(turn, room, number),)))
    if one.cancelled_by is not None:
        return await turn.reply.update(Shown(text=say.say("cancel.private")))
    if not one.takes:
        key = f"failure.{one.failure}"
        return await turn.reply.update(Shown(text=say.say(key if say.has(key) else "failure.writer_failed")))
    head = say.say(
        "works.answer",
        name=quoted_line(name_of(room, one), 60),
        question=quoted_line(one.work.text or "", QUESTION_LIMIT),
    )
    pieces = quoted_whole(told(room, one, one.takes[0].text), MESSAGE_LIMIT - 500)
    await turn.reply.update(Shown(text=f"{head}\n{pieces[0] if pieces else '…'}"))
    for piece in pieces[1:]:
        await turn.reply.private(Shown(text=piece))
    return None


def _while_waiting(turn: Turn, room: Room, number: int) -> list[Button[View]]:
    return [
        button(turn.words, room, "work_show", number, style=ButtonStyle.primary),
        button(turn.words, room, "cancel", number),
    ]


def text_ref(number: int) -> TextRef:
    """The text of a number as menus and suggestions have it: a draft's, or a take's."""
    if number < TAKE_BASE:
        return TextRef(draft=number)
    one, take = divmod(number - TAKE_BASE, 10)
    return TextRef(round=one, take=take)


async def _act(turn: Turn, work: Work, draft: int | None, base: TextRef | None) -> Outcome:
    return await turn.act(
        AskWork(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            work=work,
            draft=draft,
            base=base,
            seed=turn.desk.seed(),
        )
    )


async def _current(turn: Turn, seen: int | None) -> tuple[Room, Draft]:
    """The room and its current draft, if that is the one the person saw."""
    room = await turn.room()
    current = room.draft(room.current)
    if current is None:
        raise Refused(NoDraftYet(), room)
    if seen is not None and seen != current.number:
        raise Refused(DraftMovedOn(seen=seen, current=current.number), room)
    return room, current


async def step(turn: Turn, shown: Shown) -> None:
    """The next step of a choice: in the same message where it began in one for the person alone."""
    message = turn.interaction.message
    if message is not None and message.flags.ephemeral:
        await turn.reply.update(shown)
    else:
        await turn.reply.private(shown)


async def _ask_for_idea(turn: Turn, draft: int) -> None:
    say = turn.words
    custom_id = CustomId("work_idea", turn.room_id, 0, (str(draft),))
    modal = words_modal(
        say.say("works.modal_what_if"),
        custom_id,
        label=say.say("works.field_what_if"),
        placeholder=say.say("works.placeholder_what_if"),
        limit=QUESTION_LIMIT,
    )
    await turn.reply.ask(modal)
