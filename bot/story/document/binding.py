"""What a document says of who wrote it and of what binds it, in plain characters."""

from __future__ import annotations

from bot.story.licence import licence_of
from bot.story.room import Room
from bot.story.saying import Say, listed


def disclosure(room: Room, say: Say) -> str:
    """Which models wrote the text, and what the people did."""
    models = _models(room)
    if not models:
        return say("document.disclosure.nothing")
    return say("document.disclosure", models=listed(say, models))


def licences(room: Room, say: Say) -> tuple[str, ...]:
    """What binds the text, a sentence for each model that wrote a take."""
    return tuple(say(f"document.licence.{licence_of(model)}", model=model) for model in _models(room))


def _models(room: Room) -> tuple[str, ...]:
    """Whose takes are in the room, the first one first."""
    return tuple(dict.fromkeys(take.receipt.model for one in room.rounds for take in one.takes))
