"""Bringing premises, in three ways, and finding one's own; what is done to a card is in `cards.py`."""

from __future__ import annotations

import hashlib

import discord

from bot.chat.actions.card_notices import tell_of_card
from bot.chat.custom_ids import CustomId
from bot.chat.render.cards import option_of
from bot.chat.render.modals import premise_modal
from bot.chat.render.paging import paged_select
from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Told, Turn
from bot.story.brief import Kind, Premise
from bot.story.commands import AddPremise
from bot.story.model import Person
from bot.story.refusals import CardIsLocked, NoSuchPremise, NotYours
from bot.story.room import Room
from bot.story.text import clean, clean_line

_NAME_IN_ID = 30  # what a custom id of 100 characters leaves


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
    return await tell_of_card(turn, outcome, key, premise)


async def show_mine(turn: Turn, *, page: int = 0) -> None:
    """List one's own premises, to choose one to change."""
    room = await turn.room()
    mine = [one for one in room.premises_in_force if one.author == turn.person.id]
    if not mine:
        raise Told("premise.none_of_yours")
    say = turn.words
    rows = paged_select(
        say,
        room,
        "chosen",
        [option_of(card, say) for card in mine],
        placeholder=say.say("menu.choose"),
        turn="my_premises",
        page=page,
    )
    await turn.reply.in_place(Shown(text=say.say("premise.choose"), rows=rows))


async def ask_for_change(turn: Turn, *, premise: int) -> None:
    """Open the modal for a premise, its kind and words filled in; only a read comes before a modal."""
    room = await turn.room()
    one = _in_force(room, premise)
    if one.author != turn.person.id and not one.open:  # the rules say so too, but only after all the typing
        raise Refused(NotYours(author=room.name_of(one.author)))
    if one.locked_by is not None:
        raise Refused(CardIsLocked(premise=premise, who=room.name_of(one.locked_by)))
    title = turn.words.say("premise.modal_edit", number=premise)
    custom_id = CustomId("edited", turn.room_id, 0, (str(premise), str(one.version)))
    await turn.reply.ask(premise_modal(turn.words, title, custom_id, text=one.text, kind=one.kind))


def _in_force(room: Room, number: int) -> Premise:
    premise = room.premise(number)
    if premise is None or premise.withdrawn:
        raise Refused(NoSuchPremise(premise=number))
    return premise


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
