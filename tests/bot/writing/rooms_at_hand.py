"""Rooms for the tests of writing, made by the rules from commands."""

from __future__ import annotations

from bot.story.brief import Brief, Form, Kind, Language, Length, Rating
from bot.story.commands import AskRound, WriteNote
from bot.story.room import Room
from bot.story.rounds import Round
from tests.bot.building import ANA, add_premise, adopt, after, ask_round, open_room, record_take

LIGHTHOUSE = Brief(
    title="The Lamp Keeper", form=Form.SHORT, length=Length.SHORT, tone="quiet, eerie", rating=Rating.TEEN
)
RIVER = Brief(title="河灯", form=Form.EPISODE, length=Length.SHORT, language=Language.CHINESE, tone="温暖")

LIGHTHOUSE_PREMISES = (
    (Kind.TWIST, "The ship has already sunk."),
    (Kind.SETTING, "A lighthouse on a rock that is not on the chart"),
    (Kind.CHARACTER, "Mara, a retired diver who lost her brother"),
    (Kind.CONFLICT, "The owner wants the lamp turned off."),
    (Kind.CHARACTER, "Old Tom, the supply boat's pilot"),
    (Kind.THEME, "What we owe the dead"),
)
RIVER_PREMISES = (
    (Kind.CHARACTER, "阿良，退休的船长，害怕水"),
    (Kind.CHARACTER, "小满是他的孙女"),
    (Kind.SETTING, "1962年的矿镇，河正在干涸"),
    (Kind.LOGLINE, "一盏河灯漂回了它出发的地方。"),
)


def room_of(
    brief: Brief = LIGHTHOUSE,
    premises: tuple[tuple[Kind, str], ...] = LIGHTHOUSE_PREMISES,
    *,
    takes: int = 2,
    seed: int = 7,
) -> Room:
    """A room with one round asked for."""
    told = [add_premise(text, kind=kind) for kind, text in premises]
    return after(None, open_room(brief=brief), *told, ask_round(takes=takes, seed=seed))


def refined(room: Room, draft: str, note: str) -> Room:
    """The room after its first round brought a draft, and somebody gave a note on it."""
    takes = [record_take(1, number, draft) for number in range(room.rounds[0].takes_wanted)]
    return after(room, *takes, adopt(1, 0), WriteNote(at=6, by=ANA, text=note, seed=70))


def last_round(room: Room) -> Round:
    return room.rounds[-1]


__all__ = ["LIGHTHOUSE", "RIVER", "AskRound", "last_round", "refined", "room_of"]
