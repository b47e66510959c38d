"""Every command, decided: `decide(room, command)` returns events, or the refusal that says why not.

It is total: it raises nothing for any room and any command. Each family of commands has its module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.story import commands as c
from bot.story.commands import Command
from bot.story.decide import drafts, premises, room, rounds
from bot.story.events import Event
from bot.story.refusals import NoSuchRoom, Refusal
from bot.story.room import Room

Decision: TypeAlias = tuple[Event, ...] | Refusal

_RULES: dict[type[Command], Callable[[Room, Any], Decision]] = {
    c.PlaceBoard: room.place_board,
    c.Lock: room.lock,
    c.Close: room.close,
    c.Reopen: room.reopen,
    c.AddPremise: premises.add,
    c.EditPremise: premises.edit,
    c.WithdrawPremise: premises.withdraw,
    c.AskRound: rounds.ask,
    c.AskAgain: rounds.ask_again,
    c.WriteNote: rounds.write_note,
    c.PlaceRound: rounds.place,
    c.RecordTake: rounds.record_take,
    c.FailRound: rounds.fail,
    c.Adopt: drafts.adopt,
    c.GoBack: drafts.go_back,
}


def decide(current: Room | None, command: Command) -> Decision:
    """What follows from a command; no events at all where it asks for what already is."""
    if isinstance(command, c.OpenRoom):
        return room.open_room(current, command)
    if current is None:
        return NoSuchRoom()
    return _RULES[type(command)](current, command)


__all__ = ["Decision", "decide"]
