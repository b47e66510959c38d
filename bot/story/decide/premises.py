"""Premises: anybody brings them, only their author changes them."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.brief import PREMISE_LIMIT, PREMISES_LIMIT, Premise
from bot.story.commands import AddPremise, EditPremise, PersonCommand, WithdrawPremise
from bot.story.decide.room import closed
from bot.story.events import Event, PremiseAdded, PremiseEdited, PremiseWithdrawn
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.text import clean


def add(room: Room, command: AddPremise) -> tuple[Event, ...] | Refusal:
    """Bring a premise."""
    if refusal := closed(room):
        return refusal
    text = clean(command.text)
    if refusal := _unfit(room, text):
        return refusal
    if len(room.premises_in_force) >= PREMISES_LIMIT:
        return no.TooManyPremises(limit=PREMISES_LIMIT)
    author = command.author if command.author and command.author.id != command.by.id else None
    return (
        PremiseAdded(
            at=command.at,
            by=command.by,
            premise=len(room.premises) + 1,
            kind=command.kind,
            text=text,
            author=author,
        ),
    )


def edit(room: Room, command: EditPremise) -> tuple[Event, ...] | Refusal:
    """Change one's own premise."""
    if refusal := closed(room):
        return refusal
    premise = _own(room, command, command.premise)
    if isinstance(premise, Refusal):
        return premise
    text, kind = clean(command.text), command.kind or premise.kind
    if (text, kind) == (premise.text, premise.kind):
        return ()
    if refusal := _unfit(room, text, besides=premise.id):
        return refusal
    return (PremiseEdited(at=command.at, by=command.by, premise=premise.id, kind=kind, text=text),)


def withdraw(room: Room, command: WithdrawPremise) -> tuple[Event, ...] | Refusal:
    """Take one's own premise out."""
    if refusal := closed(room):
        return refusal
    premise = _own(room, command, command.premise)
    if isinstance(premise, Refusal):
        return premise
    return (PremiseWithdrawn(at=command.at, by=command.by, premise=premise.id),)


def _own(room: Room, command: PersonCommand, number: int) -> Premise | Refusal:
    premise = room.premise(number)
    if premise is None or premise.withdrawn:
        return no.NoSuchPremise(premise=number)
    if premise.author != command.by.id:
        return no.NotYours(author=room.name_of(premise.author))
    return premise


def _unfit(room: Room, text: str, besides: int | None = None) -> Refusal | None:
    if not text:
        return no.NoWords()
    if len(text) > PREMISE_LIMIT:
        return no.TooLong(length=len(text), limit=PREMISE_LIMIT)
    same = (one for one in room.premises_in_force if one.id != besides and one.text == text)
    if twin := next(same, None):
        return no.SamePremise(premise=twin.id)
    return None
