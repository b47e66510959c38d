"""Who contributed what to a room, read from the room alone.

Credit follows use: a premise that a round was written from is credited for good, whether or not it was
withdrawn later. It counts and names; it weighs nothing.
"""

from __future__ import annotations

from bot.story.brief import Premise
from bot.story.model import MemberId, Model, Person
from bot.story.room import Draft, Room


class TakeRef(Model):
    """One take of a room."""

    round: int
    take: int  # 0 to 3


class PersonCredit(Model):
    """What one person brought. Everything is named by its number in the room."""

    person: Person
    opened: bool
    premises: tuple[int, ...]  # their words, in force
    withdrawn: tuple[int, ...]  # their words, taken out after a round had used them
    picked_up: tuple[int, ...]  # other people's words that they brought in
    notes: tuple[int, ...]
    rounds: tuple[int, ...]  # asked for, those of their notes included
    drafts: tuple[int, ...]  # adopted


class ModelCredit(Model):
    """What one model wrote."""

    model: str
    revision: str | None
    takes: tuple[TakeRef, ...]


class DraftCredit(Model):
    """What stands behind one draft: everything on its line from the first draft down to it."""

    draft: int
    canon: bool
    line: tuple[int, ...]  # drafts, the first one first
    premises: tuple[int, ...]  # used by any round of the line
    authors: tuple[MemberId, ...]  # of those premises
    notes: tuple[int, ...]
    adopted_by: tuple[MemberId, ...]
    takes: tuple[TakeRef, ...]  # one a draft of the line, with their receipts in the room


class Credits(Model):
    """Everybody's and every model's share. People stand in the order in which the room met them."""

    people: tuple[PersonCredit, ...]
    models: tuple[ModelCredit, ...]
    draft: DraftCredit | None  # of the canon, or of the current draft where there is no canon

    def of(self, member: MemberId) -> PersonCredit | None:
        """One person's credit."""
        return next((one for one in self.people if one.person.id == member), None)


def credits_of(room: Room) -> Credits:
    """Everybody's credit in a room."""
    used = used_premises(room)
    people = (_person(room, member, used) for member in room.people)
    draft = standing_draft(room)
    return Credits(
        people=tuple(one for one in people if _anything(one)),
        models=_models(room),
        draft=_draft(room, draft) if draft else None,
    )


def used_premises(room: Room) -> frozenset[int]:
    """The premises that any round was written from."""
    return frozenset(premise for one in room.rounds for premise in one.premises)


def standing_draft(room: Room) -> Draft | None:
    """The canon, or the current draft where there is no canon."""
    return room.draft(room.current if room.canon is None else room.canon)


def line_of(room: Room, draft: Draft) -> tuple[Draft, ...]:
    """A draft and all it was refined from, the first one first."""
    line = [draft]
    while (parent := room.draft(line[-1].parent)) is not None:
        line.append(parent)
    return tuple(reversed(line))


def _person(room: Room, member: MemberId, used: frozenset[int]) -> PersonCredit:
    def credited(premise: Premise) -> bool:
        return not premise.withdrawn or premise.id in used

    theirs = [premise for premise in room.premises if premise.author == member and credited(premise)]
    brought = [premise for premise in room.premises if premise.added_by == member and credited(premise)]
    return PersonCredit(
        person=Person(id=member, name=room.name_of(member)),
        opened=room.opened_by == member,
        premises=tuple(premise.id for premise in theirs if not premise.withdrawn),
        withdrawn=tuple(premise.id for premise in theirs if premise.withdrawn),
        picked_up=tuple(premise.id for premise in brought if premise.author != member),
        notes=tuple(note.number for note in room.notes if note.author == member),
        rounds=tuple(one.number for one in room.rounds if one.asked_by == member),
        drafts=tuple(draft.number for draft in room.drafts if draft.adopted_by == member),
    )


def _anything(one: PersonCredit) -> bool:
    brought = (one.premises, one.withdrawn, one.picked_up, one.notes, one.rounds, one.drafts)
    return one.opened or any(brought)


def _models(room: Room) -> tuple[ModelCredit, ...]:
    written: dict[tuple[str, str | None], list[TakeRef]] = {}
    for one in room.rounds:
        for take in one.takes:
            key = (take.receipt.model, take.receipt.model_revision)
            written.setdefault(key, []).append(TakeRef(round=one.number, take=take.number))
    return tuple(
        ModelCredit(model=model, revision=revision, takes=tuple(takes))
        for (model, revision), takes in written.items()
    )


def _draft(room: Room, draft: Draft) -> DraftCredit:
    line = line_of(room, draft)
    rounds = [one for step in line if step.round is not None and (one := room.round(step.round))]
    numbers = sorted({number for one in rounds for number in one.premises})
    premises = [premise for number in numbers if (premise := room.premise(number))]
    return DraftCredit(
        draft=draft.number,
        canon=room.canon == draft.number,
        line=tuple(step.number for step in line),
        premises=tuple(premise.id for premise in premises),
        authors=tuple(dict.fromkeys(premise.author for premise in premises)),
        notes=tuple(one.note for one in rounds if one.note is not None),
        adopted_by=tuple(dict.fromkeys(step.adopted_by for step in line)),
        takes=tuple(
            TakeRef(round=step.round, take=step.take)
            for step in line
            if step.round is not None and step.take is not None
        ),
    )
