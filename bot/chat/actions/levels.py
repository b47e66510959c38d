"""Levels: writing one, moving between its drafts, changing one by hand, locking parts, the structure form."""

from __future__ import annotations

from enum import StrEnum

from bot.chat.actions import works
from bot.chat.actions.rounds import ask
from bot.chat.render.levels import draft_message, edit_modal, joined, parts_menu
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.render.structure import structure_shown
from bot.chat.turn import Refused, Turn
from bot.rooms import Outcome
from bot.story.commands import ChooseStructure, EditDraft, GoBack, LockPart, StepDraft
from bot.story.decide.rounds import cannot_ask
from bot.story.levels import Level, below
from bot.story.refusals import AlreadyCurrent, DraftMovedOn, NoDraftAt, NoSuchDraft, NothingBelow
from bot.story.room import Draft, Room
from bot.story.structure import structure_of
from bot.story.works import Work, WorkKind
from bot.words import words


class Act(StrEnum):
    """What can be done at a level."""

    WRITE = "write"
    GO_ON = "go_on"
    PREVIOUS = "previous"
    NEXT = "next"
    EDIT = "edit"
    PARTS = "parts"


async def write(turn: Turn, level: Level, *, act: Act = Act.WRITE, takes: int | None = None) -> None:
    """Write a level, or do something to its draft in force."""
    if act is Act.WRITE:
        return await ask(turn, takes=takes, level=level)
    if act in (Act.PREVIOUS, Act.NEXT):
        return await step(turn, level=level, back=act is Act.PREVIOUS)
    room = await turn.room()
    draft = room.draft_at(level)
    if draft is None:
        raise Refused(NoDraftAt(level=level), room)
    if act is Act.EDIT:
        return await turn.reply.ask(edit_modal(room, draft, turn.words))
    if act is Act.PARTS:
        return await turn.reply.private(parts_menu(room, draft, turn.words))
    if draft.number != room.current:  # what goes on is what the room works on
        if refusal := cannot_ask(room):
            raise Refused(refusal, room)
        try:
            await turn.act(
                GoBack(at=turn.at, by=turn.person, leads=turn.leads, draft=draft.number), step="level"
            )
        except Refused as refused:  # somebody else may have gone there first
            if not isinstance(refused.refusal, AlreadyCurrent):
                raise
    return await works.ask(turn, Work(kind=WorkKind.GO_ON), draft=draft.number)


async def write_below(turn: Turn, level: Level) -> None:
    """Write the level that tells more than this one."""
    lower = below(level)
    if lower is None:
        raise Refused(NothingBelow(level=level))
    await ask(turn, level=lower)


async def step(turn: Turn, *, back: bool, level: Level | None = None) -> None:
    """Go to the draft before or after the one in force at a level."""
    outcome = await turn.act(StepDraft(at=turn.at, by=turn.person, leads=turn.leads, back=back, level=level))
    await _announce(turn, outcome, "levels.chosen")


async def ask_for_edit(turn: Turn, *, draft: int) -> None:
    """Open the modal with a draft's text; only a read comes before a modal."""
    room, one = await _in_force(turn, draft)
    await turn.reply.ask(edit_modal(room, one, turn.words))


async def edit(turn: Turn, *, draft: int, typed: dict[str, str]) -> None:
    """Change a draft by hand; what was typed is given back where it cannot be kept."""
    turn.typed = "\n".join(typed.values())
    room = await turn.room()
    one = room.draft(draft)
    if one is None:
        raise Refused(NoSuchDraft(draft=draft), room)
    text = joined(room.text_of(one), typed)
    turn.typed = text
    outcome = await turn.act(EditDraft(at=turn.at, by=turn.person, leads=turn.leads, draft=draft, text=text))
    if outcome.repeated:
        return await turn.reply.silent()
    if not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("levels.same")))
    return await _announce(turn, outcome, "levels.edited")


async def parts(turn: Turn, *, draft: int, page: int = 0) -> None:
    """Show a draft's parts, to lock one or let it go."""
    room, one = await _in_force(turn, draft)
    await works.step(turn, parts_menu(room, one, turn.words, page=page))


async def toggle_part(turn: Turn, *, draft: int, part: int, page: int = 0) -> None:
    """Lock a part of a draft, or let it go."""
    room, one = await _in_force(turn, draft)
    outcome = await turn.act(
        LockPart(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            draft=draft,
            part=part,
            locked=part not in one.locked,
        )
    )
    room = outcome.room or room
    changed = room.draft(draft) or one
    await turn.reply.update(parts_menu(room, changed, turn.words, page=page))


async def structure(turn: Turn, form: str | None = None) -> None:
    """Choose the structure form, or look at the present one."""
    if form is None:
        room = await turn.room()
        return await turn.reply.private(structure_shown(structure_of(room), turn.words))
    outcome = await turn.act(ChooseStructure(at=turn.at, by=turn.person, leads=turn.leads, structure=form))
    changed = outcome.room
    if changed is None or not outcome.events:
        return await turn.reply.silent()
    chosen = structure_of(changed)
    say = words(changed.brief.language)
    turn.desk.boards.refresh(changed)
    text = say.say(
        "structure.chosen",
        who=quoted_line(turn.person.name, 60),
        name=chosen.name[changed.brief.language],
        beats=" → ".join(chosen.headings(changed.brief.language)),
    )
    return await turn.reply.public(Shown(text=text))


async def _in_force(turn: Turn, number: int) -> tuple[Room, Draft]:
    """The room and a draft that is in force at its level."""
    room = await turn.room()
    draft = room.draft(number)
    if draft is None:
        raise Refused(NoSuchDraft(draft=number), room)
    newest = room.draft_at(draft.level)
    if newest is not None and newest.number != number:
        raise Refused(DraftMovedOn(seen=number, current=newest.number), room)
    return room, draft


async def _announce(turn: Turn, outcome: Outcome, key: str) -> None:
    room = outcome.room
    draft = room.draft(room.current) if room else None
    if room is None or draft is None or not outcome.events:
        return await turn.reply.silent()
    say = words(room.brief.language)
    text = say.say(
        key,
        who=quoted_line(turn.person.name, 60),
        draft=draft.number,
        parent=draft.parent or 0,
        level=say.say(f"level.{draft.level}"),
    )
    turn.desk.boards.refresh(room)
    return await turn.reply.public(draft_message(room, draft, text, say))
