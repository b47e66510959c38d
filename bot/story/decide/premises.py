"""Premises: anybody brings them, and their author changes them, or everybody where the author said so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.story import refusals as no
from bot.story.bible import ALIASES_LIMIT, DETAIL_LIMIT, NAME_LIMIT, Details
from bot.story.brief import PREMISE_LIMIT, PREMISES_LIMIT, Kind, Premise
from bot.story.commands import AddPremise, EditPremise, WithdrawPremise
from bot.story.decide.cards import own, secret_events, unlocked
from bot.story.decide.room import closed
from bot.story.events import Event, PremiseAdded, PremiseEdited, PremiseWithdrawn, SecretDropped
from bot.story.lore import names_of
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.text import clean, clean_line

_BETWEEN_NAMES = re.compile(r"[,;\n，、；]")


def add(room: Room, command: AddPremise) -> tuple[Event, ...] | Refusal:
    """Bring a premise, with a secret if it has one."""
    if refusal := closed(room):
        return refusal
    card = Premise.model_construct(
        id=len(room.premises) + 1,
        kind=command.kind,
        text=clean(command.text),
        author=command.by.id,
        added_by=command.by.id,
        name=clean_line(command.name),
        aliases=_names(command.aliases),
        details=_cleaned(command.details) if command.details else None,
    )
    if refusal := _unfit(room, card):
        return refusal
    if len(room.premises_in_force) >= PREMISES_LIMIT:
        return no.TooManyPremises(limit=PREMISES_LIMIT)
    author = command.author if command.author and command.author.id != command.by.id else None
    added = PremiseAdded(
        at=command.at,
        by=command.by,
        premise=card.id,
        kind=card.kind,
        text=card.text,
        author=author,
        name=card.name,
        aliases=card.aliases,
        details=card.details,
    )
    secret = clean(command.secret)
    if not secret or author is not None:
        return (added,)
    kept = secret_events(card, command, secret)
    return kept if isinstance(kept, Refusal) else (added, *kept)


def edit(room: Room, command: EditPremise) -> tuple[Event, ...] | Refusal:
    """Change one's own premise, or one that is open to everybody."""
    premise = closed(room) or own(room, command, command.premise, opened=True)
    if isinstance(premise, Refusal):
        return premise
    card = premise.model_copy(update=_changes(premise, command))
    secret = _secret(premise, command)
    if isinstance(secret, Refusal):
        return secret
    if card == premise and not secret:
        return ()
    refusal = unlocked(room, premise) or _changed(room, premise, command.seen)
    if refusal or (card != premise and (refusal := _unfit(room, card))):
        return refusal
    if card == premise:
        return secret
    edited = PremiseEdited(
        at=command.at,
        by=command.by,
        premise=card.id,
        kind=card.kind,
        text=card.text,
        name=card.name if card.name != premise.name else None,
        aliases=card.aliases if card.aliases != premise.aliases else None,
        details=card.details if card.details != premise.details else None,
    )
    return (edited, *secret)


def withdraw(room: Room, command: WithdrawPremise) -> tuple[Event, ...] | Refusal:
    """Take one's own premise out."""
    if refusal := closed(room):
        return refusal
    premise = own(room, command, command.premise)
    if isinstance(premise, Refusal):
        return premise
    if refusal := unlocked(room, premise):
        return refusal
    return (PremiseWithdrawn(at=command.at, by=command.by, premise=premise.id),)


def names_in(text: str) -> tuple[str, ...]:
    """The names in a line that people typed, with commas between them."""
    return _names(_BETWEEN_NAMES.split(text))


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in names if (name := clean_line(each))))


def _cleaned(details: Details) -> Details:
    return Details.model_construct(
        want=clean_line(details.want), need=clean_line(details.need), flaw=clean_line(details.flaw)
    )


def _changes(premise: Premise, command: EditPremise) -> dict[str, object]:
    """What of the card becomes another, cleaned."""
    changes: dict[str, object] = {"text": clean(command.text), "kind": command.kind or premise.kind}
    if command.name is not None:
        changes["name"] = clean_line(command.name)
    if command.aliases is not None:
        changes["aliases"] = _names(command.aliases)
    if command.details is not None:
        details = _cleaned(command.details)
        changes["details"] = details if details.told() or premise.details else None
    return changes


def _secret(premise: Premise, command: EditPremise) -> tuple[Event, ...] | Refusal:
    """What an edit makes of the secret, for whom it stays as it is."""
    if command.secret is None or premise.author != command.by.id:
        return ()
    text, kept = clean(command.secret), premise.secret
    if not text:
        dropped = SecretDropped(at=command.at, by=command.by, premise=premise.id)
        return (dropped,) if kept else ()
    if kept is None:
        return secret_events(premise, command, text)
    return secret_events(premise, command, text, shared_with=kept.shared_with, model=kept.model)


def _changed(room: Room, premise: Premise, seen: int | None) -> Refusal | None:
    if seen is None or premise.version <= seen:
        return None
    return no.ChangedMeanwhile(premise=premise.id, who=room.name_of(premise.versions[-1].by))


def _unfit(room: Room, card: Premise) -> Refusal | None:
    if not card.text:
        return no.NoWords()
    details = card.details.told() if card.details else ()
    measured = [
        (card.text, PREMISE_LIMIT),
        *((name, NAME_LIMIT) for name in (card.name, *card.aliases)),
        *((text, DETAIL_LIMIT) for _, text in details),
    ]
    for text, limit in measured:
        if len(text) > limit:
            return no.TooLong(length=len(text), limit=limit)
    if len(card.aliases) > ALIASES_LIMIT:
        return no.TooManyNames(limit=ALIASES_LIMIT)
    if card.kind is Kind.LORE and not names_of(card):
        return no.LoreWithoutAName()
    same = (one for one in room.premises_in_force if one.id != card.id and one.text == card.text)
    if twin := next(same, None):
        return no.SamePremise(premise=twin.id)
    return None
