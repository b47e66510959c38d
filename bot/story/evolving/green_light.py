"""What asking for a green light, answering and its end change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import LightAsked, LightEnded, LightPlaced, LightSaid
from bot.story.evolving.changes import Change, known, who, with_one
from bot.story.green_light import GreenLight
from bot.story.room import Room


def _asked(room: Room, event: LightAsked) -> dict[str, Any]:
    light = GreenLight(
        number=event.light,
        draft=event.draft,
        asked_by=who(event).id,
        quorum=event.quorum,
        deadline=event.deadline,
        lock=event.lock,
    )
    return {"lights": (*room.lights, light)}


def _placed(room: Room, event: LightPlaced) -> dict[str, Any]:
    return _light_with(room, event.light, **{"told" if event.told else "message": event.message})


def _said(room: Room, event: LightSaid) -> dict[str, Any]:
    light, member = _known(room, event.light), who(event).id
    go = tuple(each for each in light.go if each != member)
    not_yet = tuple(each for each in light.not_yet if each != member)
    return _light_with(
        room,
        event.light,
        go=(*go, member) if event.go else go,
        not_yet=not_yet if event.go else (*not_yet, member),
        notes=light.notes if event.note is None else (*light.notes, event.note),
    )


def _ended(room: Room, event: LightEnded) -> dict[str, Any]:
    return _light_with(room, event.light, status=event.status)


def _light_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    _known(room, number)
    return {"lights": with_one(room.lights, number, **changes)}


def _known(room: Room, number: int) -> GreenLight:
    return known(room.light(number), "green light", number)


CHANGES: Final[dict[type[Any], Change]] = {
    LightAsked: _asked,
    LightPlaced: _placed,
    LightSaid: _said,
    LightEnded: _ended,
}
