"""Adopting takes, looking at the drafts, going back to one."""

from __future__ import annotations

from discord import SelectOption

from bot.chat.actions import ballots
from bot.chat.render.levels import draft_rows
from bot.chat.render.paging import paged_select
from bot.chat.render.quoting import plain_line, quoted_line
from bot.chat.render.shown import Shown
from bot.chat.render.tickets import answers_line
from bot.chat.turn import Refused, Told, Turn
from bot.rooms import Outcome
from bot.story.commands import Adopt, GoBack
from bot.story.events import DraftAdopted
from bot.story.refusals import AdoptedMeanwhile
from bot.story.rounds import LETTERS
from bot.words import words


async def adopt(turn: Turn, *, round_number: int, take: int, seen: int) -> None:
    """Make a take the current draft."""
    try:
        outcome = await turn.act(
            Adopt(
                at=turn.at,
                by=turn.person,
                leads=turn.leads,
                round=round_number,
                take=take,
                seen=seen,
                message=turn.pressed,
            )
        )
    except Refused as refused:
        if isinstance(refused.refusal, AdoptedMeanwhile) and refused.room is not None:
            # The button that was pressed is an old one: with a fresh one, pressing again adopts.
            await turn.desk.rounds.refresh(refused.room, round_number)
        raise
    if not outcome.events:
        return await turn.reply.silent()
    adopted = any(isinstance(each, DraftAdopted) for each in outcome.events)
    return await announce(turn, outcome, "draft.adopted" if adopted else "draft.chosen")


async def show(turn: Turn, *, page: int | None = None) -> None:
    """List the drafts, to choose the one to go back to; the newest ones unless a page is named."""
    room = await turn.room()
    if not room.drafts:
        raise Told("draft.none")
    say = turn.words
    options = []
    for draft in room.drafts:
        take = room.take_of(draft)
        key = "draft.option_current" if draft.number == room.current else "draft.option"
        text = room.text_of(draft)[:200]
        if take is None:
            name = room.name_of(draft.adopted_by)
            about = say.say("draft.option_by_hand", name=name, text=text)
        else:
            about = say.say("draft.option_about", letter=take.letter, round=draft.round, text=text)
        options.append(
            SelectOption(
                label=say.say(key, number=draft.number),
                description=plain_line(about, 100),
                value=str(draft.number),
            )
        )
    menu = paged_select(
        say,
        room,
        "went_back",
        options,
        placeholder=say.say("menu.choose"),
        turn="drafts_page",
        page=len(options) if page is None else page,
    )
    await turn.reply.in_place(Shown(text=say.say("draft.choose"), rows=menu))


async def go_back(turn: Turn, *, draft: int) -> None:
    """Make an earlier draft the current one."""
    outcome = await turn.act(GoBack(at=turn.at, by=turn.person, leads=turn.leads, draft=draft))
    await announce(turn, outcome, "draft.chosen")


async def announce(turn: Turn, outcome: Outcome, key: str) -> None:
    """Tell everybody which draft is the current one now, in the words of that key."""
    room = outcome.room
    draft = room.draft(room.current) if room else None
    if room is None or draft is None:
        return
    say = words(room.brief.language)
    text = say.say(
        key,
        who=quoted_line(turn.person.name, 60),
        draft=draft.number,
        letter=LETTERS[draft.take or 0],
    )
    if key == "draft.adopted":
        text = say.say("document.space").join(filter(None, (text, answers_line(room, draft.number, say))))
    turn.desk.boards.refresh(room)
    await turn.reply.public(Shown(text=text, rows=draft_rows(room, draft, say)))
    if draft.round is not None:
        await turn.desk.rounds.refresh(room, draft.round)
    await ballots.settled(turn, outcome)
