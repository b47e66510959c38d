"""Whether somebody can be asked a question, or the story told through their eyes."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.brief import Kind
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.works import Work


def character_gone(room: Room, work: Work) -> Refusal | None:
    """Why the person of a work cannot be asked or looked through, if not."""
    premise = room.premise(work.character or 0)
    if premise is None:
        return no.NoSuchPremise(premise=work.character or 0)
    if premise.kind is not Kind.CHARACTER:
        return no.NotACharacter(premise=premise.id)
    return no.CharacterIsGone(premise=premise.id) if premise.withdrawn else None
