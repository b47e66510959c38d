"""Bringing premises, in three ways, and changing one's own."""

from __future__ import annotations

import hashlib

import discord
from discord import SelectOption

from bot.chat.custom_ids import CustomId
from bot.chat.render.components import button, select
from bot.chat.render.modals import premise_modal
from bot.chat.render.quoting import plain_line, quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.turn import Refused, Told, Turn
from bot.rooms import Outcome
from bot.story.brief import Kind, Premise
from bot.story.commands import AddPremise, EditPremise, WithdrawPremise
from bot.story.model import Person
from bot.story.refusals import NoSuchPremise, NotYours
from bot.story.room import Room
from bot.story.text import clean, clean_line
from bot.words import words

_NAME_IN_ID = 30  # what a custom id of 100 characters leaves
_NOTICE_ROOM = MESSAGE_LIMIT - 300


async def ask_for_one(turn: Turn) -> None:
    """Open the modal for a new premise."""
    custom_id = CustomId("added", turn.room_id, 0)
    await turn.reply.ask(premise_modal(turn.words, turn.words.say("premise.modal_add"), custom_id))


async def pick_up(turn: Turn, message: discord.Message) -> None:
    """Open the modal for a message somebody wrote, its words filled in."""
    text = clean(message.content)
    name = clean_line(message.author.display_name)[:100] or message.author.name
    author = Person(id=str(message.author.id), name=name)
    found = (author.id, _fingerprint(text), author.name[:_NAME_IN_ID])
    custom_id = CustomId("picked_up", turn.room_id, 0, found)
    await turn.reply.ask(
        premise_modal(turn.words, turn.words.say("premise.modal_pick_up"), custom_id, text=text)
    )


def author_of(custom_id: CustomId, text: str) -> Person | None:
    """Whose words a picked-up premise is: the message's author's, unless they were changed since."""
    if len(custom_id.arguments) < 3 or _fingerprint(clean(text)) != custom_id.arguments[1]:  # noqa: PLR2004
        return None
    author, _, *name = custom_id.arguments
    return Person(id=author, name=":".join(name) or author)


async def add(turn: Turn, *, kind: Kind, text: str, author: Person | None = None) -> None:
    """Bring a premise."""
    turn.typed = text
    outcome = await turn.act(
        AddPremise(at=turn.at, by=turn.person, leads=turn.leads, kind=kind, text=text, author=author)
    )
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    premise = next(one for one in reversed(room.premises) if one.added_by == turn.person.id)
    key = "premise.added" if premise.author == premise.added_by else "premise.added_for"
    return await _notice(turn, outcome, key, premise)


async def edit(turn: Turn, *, premise: int, text: str, kind: Kind | None = None) -> None:
    """Change one's own premise."""
    turn.typed = text
    outcome = await turn.act(
        EditPremise(at=turn.at, by=turn.person, leads=turn.leads, premise=premise, text=text, kind=kind)
    )
    if outcome.repeated:
        return await turn.reply.silent()
    changed = outcome.room.premise(premise) if outcome.room else None
    if changed is None or not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("premise.same")))
    return await _notice(turn, outcome, "premise.edited", changed)


async def withdraw(turn: Turn, *, premise: int) -> None:
    """Take one's own premise out."""
    outcome = await turn.act(WithdrawPremise(at=turn.at, by=turn.person, leads=turn.leads, premise=premise))
    gone = outcome.room.premise(premise) if outcome.room else None
    if gone is None or not outcome.events:
        return await turn.reply.silent()
    return await _notice(turn, outcome, "premise.withdrawn", gone)


async def show_mine(turn: Turn) -> None:
    """List one's own premises, to choose one to change."""
    room = await turn.room()
    mine = [one for one in room.premises_in_force if one.author == turn.person.id]
    if not mine:
        raise Told("premise.none_of_yours")
    options = [
        SelectOption(
            label=plain_line(f"{one.id} · {turn.words.say(f'kind.{one.kind}')}", 100),
            description=plain_line(one.text, 100),
            value=str(one.id),
        )
        for one in mine
    ]
    menu = select(room, "chosen", placeholder=turn.words.say("premise.choose"), options=options)
    await turn.reply.private(Shown(text=turn.words.say("premise.choose"), rows=([menu],)))


async def show_one(turn: Turn, *, premise: int) -> None:
    """Show the chosen premise with its buttons."""
    room = await turn.room()
    one = _in_force(room, premise)
    say = turn.words
    text = f"**{one.id} · {say.say(f'kind.{one.kind}')}**\n{quoted(one.text, _NOTICE_ROOM)}"
    row = [
        button(say, room, "edit", premise, style=discord.ButtonStyle.primary),
        button(say, room, "withdraw", premise, style=discord.ButtonStyle.danger),
    ]
    await turn.reply.update(Shown(text=text, rows=(row,)))


async def ask_for_change(turn: Turn, *, premise: int) -> None:
    """Open the modal for a premise, its words filled in; only a read comes before a modal."""
    room = await turn.room()
    one = _in_force(room, premise)
    if one.author != turn.person.id:  # the rules would say so too, but only after all the typing
        raise Refused(NotYours(author=room.name_of(one.author)))
    title = turn.words.say("premise.modal_edit", number=premise)
    custom_id = CustomId("edited", turn.room_id, 0, (str(premise),))
    await turn.reply.ask(premise_modal(turn.words, title, custom_id, text=one.text, kind=one.kind))


async def _notice(turn: Turn, outcome: Outcome, key: str, premise: Premise) -> None:
    room = outcome.room
    if room is None:
        return
    say = words(room.brief.language)
    text = say.say(
        key,
        who=quoted_line(turn.person.name, 60),
        number=premise.id,
        kind=say.say(f"kind.{premise.kind}"),
        text=quoted(premise.text, _NOTICE_ROOM),
        author=quoted_line(room.name_of(premise.author), 60),
    )
    turn.desk.boards.refresh(room)
    await turn.reply.public(Shown(text=text))


def _in_force(room: Room, number: int) -> Premise:
    premise = room.premise(number)
    if premise is None or premise.withdrawn:
        raise Refused(NoSuchPremise(premise=number))
    return premise


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
