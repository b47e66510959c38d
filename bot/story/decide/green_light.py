"""Green lights: asked for, answered in the open, ended when enough people say go or the time is up."""

from __future__ import annotations

from typing import Final

from bot.story import refusals as no
from bot.story.commands import AskLight, EndLight, PlaceLight, SayGo
from bot.story.decide.ballots import out_of_time, without_quorum
from bot.story.decide.room import closed, leaders, led
from bot.story.decide.tickets import written
from bot.story.events import (
    Event,
    LightAsked,
    LightEnded,
    LightPlaced,
    LightSaid,
    NoteWritten,
    RoomLocked,
)
from bot.story.green_light import HOURS_LIMIT, LIGHTS_LIMIT, PEOPLE_LIMIT, GreenLight, LightStatus
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import Room

_HOUR: Final = 3_600_000  # ms


def ask(room: Room, command: AskLight) -> tuple[Event, ...] | Refusal:
    """Ask whether the current draft may go; to lock it by itself, only who may lock it."""
    if refusal := closed(room) or (led(room, command) if command.lock else None):
        return refusal
    draft = room.current
    if draft is None:
        return no.NoDraftYet()
    if refusal := (
        without_quorum(command.quorum, PEOPLE_LIMIT)
        or out_of_time(command.at, command.deadline, HOURS_LIMIT * _HOUR)
        or (no.TooManyLights(limit=LIGHTS_LIMIT) if len(room.lights) >= LIGHTS_LIMIT else None)
    ):
        return refusal
    earlier = open_light(room)
    if earlier is not None and earlier.draft == draft:
        return no.LightIsAsked(who=room.name_of(earlier.asked_by), draft=draft)
    ended: tuple[Event, ...] = ()
    if earlier is not None:
        ended = (
            LightEnded(at=command.at, by=command.by, light=earlier.number, status=LightStatus.OVERTAKEN),
        )
    asked = LightAsked(
        at=command.at,
        by=command.by,
        light=len(room.lights) + 1,
        draft=draft,
        quorum=command.quorum,
        deadline=command.deadline,
        lock=command.lock,
    )
    return (*ended, asked)


def place(room: Room, command: PlaceLight) -> tuple[Event, ...] | Refusal:
    """Record where a light, or its end, is shown."""
    light = room.light(command.light)
    if light is None:
        return no.NoSuchLight(light=command.light)
    if (light.told if command.told else light.message) == command.message:
        return ()
    return (LightPlaced(at=command.at, light=light.number, message=command.message, told=command.told),)


def say(room: Room, command: SayGo) -> tuple[Event, ...] | Refusal:
    """Take a go, or a not yet with its note; whoever said one may say the other until it is over."""
    light = room.light(command.light)
    if light is None:
        return no.NoSuchLight(light=command.light)
    if refusal := closed(room) or _over(room, light, command.at):
        return refusal
    if command.missing is not None:
        return _not_yet(room, light, command, command.missing)
    if command.by.id in light.go:
        return ()
    return _go(room, light, command)


def _go(room: Room, light: GreenLight, command: SayGo) -> tuple[Event, ...]:
    said = LightSaid(at=command.at, by=command.by, light=light.number, go=True)
    if len(light.go) + 1 < light.quorum:
        return (said,)
    green = LightEnded(at=command.at, light=light.number, status=LightStatus.GREEN)
    if not light.lock:
        return (said, green)
    asker = Person(id=light.asked_by, name=room.name_of(light.asked_by))
    return (said, green, RoomLocked(at=command.at, by=asker, draft=light.draft))


def _not_yet(room: Room, light: GreenLight, command: SayGo, missing: str) -> tuple[Event, ...] | Refusal:
    note = written(room, command, missing, draft=light.draft)
    if isinstance(note, Refusal):
        return note
    number = next((event.note for event in note if isinstance(event, NoteWritten)), None)
    return (*note, LightSaid(at=command.at, by=command.by, light=light.number, go=False, note=number))


def end(room: Room, command: EndLight) -> tuple[Event, ...] | Refusal:
    """End a light: withdrawn by who may, or by nobody when its time is up."""
    light = room.light(command.light)
    if light is None:
        return no.NoSuchLight(light=command.light)
    if command.by is None:
        return _lapsed(room, light, command.at)
    if not light.is_open:
        return no.LightIsOver(draft=light.draft)
    if not command.leads and command.by.id not in (light.asked_by, *leaders(room)):
        return no.NotYourLight(asker=room.name_of(light.asked_by))
    return (LightEnded(at=command.at, by=command.by, light=light.number, status=LightStatus.WITHDRAWN),)


def _lapsed(room: Room, light: GreenLight, at: int) -> tuple[Event, ...]:
    if not light.is_open or light.deadline is None or at < light.deadline:
        return ()
    status = LightStatus.LAPSED if room.current == light.draft else LightStatus.OVERTAKEN
    return (LightEnded(at=at, light=light.number, status=status),)


def open_light(room: Room) -> GreenLight | None:
    """The light that people may answer now; there is one at most."""
    return next((each for each in room.lights if each.is_open), None)


def _over(room: Room, light: GreenLight, at: int) -> Refusal | None:
    if not light.is_open or (light.deadline is not None and at >= light.deadline):
        return no.LightIsOver(draft=light.draft)
    if room.current != light.draft:
        return no.LightIsOvertaken(draft=light.draft, current=room.current or 0)
    return None
