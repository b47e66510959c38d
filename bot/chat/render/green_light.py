"""Green lights on screen: the question, who says what, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ButtonStyle
from discord.ui import Modal

from bot.chat.custom_ids import CustomId
from bot.chat.render.components import button
from bot.chat.render.modals import words_modal
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.story.green_light import GreenLight, LightStatus
from bot.story.model import MemberId
from bot.story.room import NOTE_LIMIT, Room, RoomStatus
from bot.words import Words, words

_NAMES: Final = 15
_TITLE_LIMIT: Final = 45


def light_message(room: Room, number: int) -> Shown:
    """The message of a green light, with who said what so far."""
    say = words(room.brief.language)
    light = room.lights[number - 1]
    lines = [
        f"**{say.say('light.question', draft=light.draft)}**",
        say.say("light.asked_by", who=quoted_line(room.name_of(light.asked_by), 60), quorum=light.quorum),
    ]
    if light.deadline is not None and light.is_open:
        lines.append(say.say("light.by", when=f"<t:{light.deadline // 1000}:R>"))
    if light.lock and light.is_open:
        lines.append(say.say("light.locks"))
    lines += [
        say.say("light.go", count=len(light.go), names=_names(room, light.go, say)),
        say.say("light.not_yet", count=len(light.not_yet), names=_names(room, light.not_yet, say)),
    ]
    if not light.is_open:
        return Shown(text="\n".join([*lines, say.say("light.over")]))
    row = [
        button(say, room, "light_go", number, style=ButtonStyle.success),
        button(say, room, "light_not_yet", number),
    ]
    return Shown(text="\n".join(lines), rows=(row,))


def ended_message(room: Room, number: int) -> Shown | None:
    """The message that tells how a green light ended; with the Lock button where it is green.

    None where nothing is to be told: who withdraws one says so.
    """
    say = words(room.brief.language)
    light = room.lights[number - 1]
    if light.status in (LightStatus.OPEN, LightStatus.WITHDRAWN):
        return None
    text = say.say(
        _ended(light),
        draft=light.draft,
        go=len(light.go),
        not_yet=len(light.not_yet),
        quorum=light.quorum,
        who=quoted_line(room.name_of(light.asked_by), 60),
        opener=quoted_line(room.name_of(room.opened_by), 60),
    )
    if light.status is not LightStatus.GREEN or room.status is not RoomStatus.OPEN:
        return Shown(text=text)
    return Shown(text=text, rows=([button(say, room, "lock", light.draft, style=ButtonStyle.danger)],))


def missing_modal(say: Words, light: GreenLight, room: Room) -> Modal:
    """Ask what is missing."""
    custom_id = CustomId("light_missing", room.id, 0, (str(light.number),))
    return words_modal(
        say.say("light.modal", draft=light.draft),
        custom_id,
        label=say.say("light.label"),
        placeholder=say.say("light.placeholder"),
        limit=NOTE_LIMIT,
    )


def _ended(light: GreenLight) -> str:
    match light.status:
        case LightStatus.GREEN if light.lock:
            return "light.green_locked"
        case LightStatus.GREEN:
            return "light.green"
        case LightStatus.LAPSED:
            return "light.lapsed"
    return "light.overtaken"


def _names(room: Room, people: Sequence[MemberId], say: Words) -> str:
    if not people:
        return say.say("light.nobody")
    names = [quoted_line(room.name_of(each), 40) for each in people[:_NAMES]]
    if more := len(people) - len(names):
        names.append(say.count("ballot.more_voters", more))
    return say.say("document.comma").join(names)
