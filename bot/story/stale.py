"""What a draft rests on that is no longer as it was when the draft was written, and why.

Read from the room alone. A draft rests on the cards of its round as they were when its prompt was made, with
the secrets that the model is told; on the frame (form, length, tone, rating); and, at another level, on the
draft that it was written from.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.story.bible import FRAME, Version
from bot.story.brief import Kind, Premise
from bot.story.lore import is_named, names_of
from bot.story.model import MemberId, Model
from bot.story.room import Draft, Room
from bot.story.rounds import Round


class Cause(StrEnum):
    """What happened to what a text rests on."""

    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    TOLD = "told"  # the secret that the model is told of it
    FRAME = "frame"
    DRAFT = "draft"


class Reason(Model):
    """One thing that a text rests on and that changed since. `number`: of the card, or of the newer draft."""

    cause: Cause
    number: int
    revision: int  # the room's, at which it changed
    kind: Kind | None = None
    by: MemberId | None = None


def stale_of(room: Room, draft: Draft) -> tuple[Reason, ...]:
    """Why a draft no longer rests on the room as it is; nothing where it does, or was found still fine."""
    one, since = _origin(room, draft)
    reasons = stale_since(room, one.premises if one else (), max(since, draft.fine_at))
    return (*reasons, *_drafts(room, draft))


def stale_round(room: Room, one: Round) -> tuple[Reason, ...]:
    """Why a round's takes no longer rest on the cards as they are."""
    return stale_since(room, one.premises, _written_from(one))


def stale_since(room: Room, premises: Sequence[int], revision: int) -> tuple[Reason, ...]:
    """What changed of these cards and of the frame after a revision of the room; 0 is not known, and nothing.

    For a part of a draft that was written on its own: with the cards of its round, and that round's revision.
    """
    if not revision:
        return ()
    cards = (card for number in premises if (card := room.premise(number)))
    reasons = [reason for card in cards if (reason := _of_card(card, revision))]
    if (version := _last(room.frame.versions)) and version.revision > revision:
        reasons.append(Reason(cause=Cause.FRAME, number=FRAME, revision=version.revision, by=version.by))
    return tuple(reasons)


def stale_parts(room: Room, draft: Draft, parts: Sequence[str]) -> tuple[tuple[Reason, ...], ...]:
    """The draft's reasons by its parts: each card's where the part names it, else, as the frame's, in all."""
    found: list[list[Reason]] = [[] for _ in parts]
    for reason in stale_of(room, draft):
        card = room.premise(reason.number) if reason.kind else None
        named = [at for at, part in enumerate(parts) if card and names_of(card) and is_named(card, part)]
        for at in named or range(len(parts)):
            found[at].append(reason)
    return tuple(map(tuple, found))


def _origin(room: Room, draft: Draft) -> tuple[Round | None, int]:
    """The round whose cards a draft rests on, and the room's revision when it was written.

    A draft that was changed by hand rests on what the draft before it rested on; its writer saw the cards as
    they were then.
    """
    since = draft.revision if draft.by_hand else 0
    while draft.by_hand and (parent := room.draft(draft.parent)):
        draft = parent
    one = room.round(draft.round) if draft.round is not None else None
    return one, since or (one and _written_from(one, draft.take)) or draft.revision


def _written_from(one: Round, take: int | None = None) -> int:
    """The revision of the room that a take's prompt was made from, or of all takes the earliest."""
    takes = [each for each in one.takes if take is None or each.number == take]
    return min((each.receipt.revision for each in takes if each.receipt.revision), default=one.revision)


def _of_card(card: Premise, revision: int) -> Reason | None:
    if card.withdrawn:
        if card.withdrawn_at <= revision:
            return None
        return Reason(
            cause=Cause.WITHDRAWN,
            number=card.id,
            revision=card.withdrawn_at,
            kind=card.kind,
            by=card.author,
        )
    for cause, version in ((Cause.CHANGED, _last(card.versions)), (Cause.TOLD, card.told)):
        if version is not None and version.revision > revision:
            return Reason(
                cause=cause, number=card.id, revision=version.revision, kind=card.kind, by=version.by
            )
    return None


def _drafts(room: Room, draft: Draft) -> tuple[Reason, ...]:
    """A newer draft in force at the level that this one was written from."""
    source = room.draft(draft.rests_on)
    newest = room.draft_at(source.level) if source else None
    if source is None or newest is None or newest.number == source.number:
        return ()
    if newest.rests_on == draft.number:  # it was written from this very draft
        return ()
    if newest.revision <= draft.fine_at:
        return ()
    return (Reason(cause=Cause.DRAFT, number=newest.number, revision=newest.revision, by=newest.adopted_by),)


def _last(versions: tuple[Version, ...]) -> Version | None:
    return versions[-1] if versions else None
