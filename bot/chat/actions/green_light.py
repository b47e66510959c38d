"""Asking for a green light, saying go or not yet, taking the question back."""

from __future__ import annotations

from typing import Final

from bot.chat.live.notices import LIGHTS
from bot.chat.render.green_light import missing_modal
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Turn
from bot.rooms import Outcome
from bot.story.commands import AskLight, EndLight, SayGo
from bot.story.decide.green_light import open_light
from bot.story.events import LightEnded, RoomLocked
from bot.story.refusals import LightIsOver, NoLightAsked, NoSuchLight
from bot.story.room import Room
from bot.words import words

_HOUR: Final = 3_600_000  # ms
_ROUNDS_IN_SIGHT: Final = 3


async def ask(turn: Turn, *, quorum: int, hours: int | None = None, lock: bool = False) -> None:
    """Ask the room whether the current draft may go."""
    at = turn.at
    outcome = await turn.act(
        AskLight(
            at=at,
            by=turn.person,
            leads=turn.leads,
            quorum=quorum,
            deadline=None if hours is None else at + hours * _HOUR,
            lock=lock,
        )
    )
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    await turn.reply.private(Shown(text=turn.words.say("light.asked")))
    turn.desk.boards.refresh(room)
    for ended in (each for each in outcome.events if isinstance(each, LightEnded)):
        room = await turn.desk.notices.tell(LIGHTS, room, ended.light)
    await turn.desk.notices.ask(LIGHTS, room, len(room.lights))
    return None


async def go(turn: Turn, *, light: int) -> None:
    """Say go."""
    outcome = await turn.act(SayGo(at=turn.at, by=turn.person, leads=turn.leads, light=light))
    key = "light.said_go" if outcome.events or outcome.repeated else "light.said_same"
    await turn.reply.private(Shown(text=turn.words.say(key)))
    await _show(turn, outcome, light)


async def ask_what_is_missing(turn: Turn, *, light: int) -> None:
    """Open the modal for a not yet; only a read comes before a modal."""
    room = await turn.room()
    one = room.light(light)
    if one is None:
        raise Refused(NoSuchLight(light=light))
    if not one.is_open:
        raise Refused(LightIsOver(draft=one.draft))
    await turn.reply.ask(missing_modal(turn.words, one, room))


async def not_yet(turn: Turn, *, light: int, text: str) -> None:
    """Say not yet; what is missing becomes a note."""
    turn.typed = text
    outcome = await turn.act(SayGo(at=turn.at, by=turn.person, leads=turn.leads, light=light, missing=text))
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    mine = next(note for note in reversed(room.notes) if note.author == turn.person.id)
    await turn.reply.private(Shown(text=turn.words.say("light.said_not_yet", note=mine.number)))
    return await _show(turn, outcome, light)


async def withdraw(turn: Turn) -> None:
    """Take the open question back."""
    room = await turn.room()
    one = open_light(room)
    if one is None:
        raise Refused(NoLightAsked())
    outcome = await turn.act(EndLight(at=turn.at, by=turn.person, leads=turn.leads, light=one.number))
    if outcome.room is None or not outcome.events:
        return await turn.reply.silent()
    say = words(outcome.room.brief.language)
    who = quoted_line(turn.person.name, 60)
    await turn.reply.public(Shown(text=say.say("light.withdrawn_notice", who=who, draft=one.draft)))
    return await _show(turn, outcome, one.number)


async def _show(turn: Turn, outcome: Outcome, light: int) -> None:
    room: Room | None = outcome.room
    if room is None or not outcome.events:
        return
    turn.desk.boards.refresh(room)
    one = room.light(light)
    if one is None or one.is_open:
        await turn.desk.notices.refresh(LIGHTS, room, light)
        return
    room = await turn.desk.notices.tell(LIGHTS, room, light)
    if any(isinstance(each, RoomLocked) for each in outcome.events):
        for each in room.rounds[-_ROUNDS_IN_SIGHT:]:  # their buttons follow the room
            await turn.desk.rounds.refresh(room, each.number)
