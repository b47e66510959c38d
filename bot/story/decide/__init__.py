"""Every command, decided: `decide(room, command)` returns events, or the refusal that says why not.

It is total: it raises nothing for any room and any command. Each family of commands has its module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.story import commands as c
from bot.story.commands import Command
from bot.story.decide import (
    ballots,
    cards,
    drafts,
    green_light,
    levels,
    premises,
    room,
    rounds,
    tickets,
    undoing,
    works,
)
from bot.story.decide.importing import import_room
from bot.story.decide.lore import with_their_lore
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
    c.LockCard: cards.lock,
    c.UnlockCard: cards.unlock,
    c.PinCard: cards.pin,
    c.OpenCard: cards.open_card,
    c.KeepSecret: cards.keep_secret,
    c.DropSecret: cards.drop_secret,
    c.ChangeFrame: cards.change_frame,
    c.StillFine: cards.still_fine,
    c.AskRound: rounds.ask,
    c.AskAgain: rounds.ask_again,
    c.WriteNote: rounds.write_note,
    c.PlaceRound: rounds.place,
    c.RecordTake: rounds.record_take,
    c.FailRound: rounds.fail,
    c.CancelRound: rounds.cancel,
    c.Adopt: drafts.adopt,
    c.GoBack: drafts.go_back,
    c.EditDraft: levels.edit,
    c.StepDraft: levels.step,
    c.LockPart: levels.lock_part,
    c.ChooseStructure: levels.choose_structure,
    c.AskWork: works.ask,
    c.OpenBallot: ballots.open_ballot,
    c.PlaceBallot: ballots.place,
    c.CastVote: ballots.vote,
    c.CloseBallot: ballots.close,
    c.AdoptFromBallot: ballots.adopt,
    c.AddNote: tickets.add,
    c.SettleNote: tickets.settle,
    c.ReopenNote: tickets.reopen,
    c.AssignNote: tickets.assign,
    c.AnswerNotes: tickets.answer,
    c.AskLight: green_light.ask,
    c.PlaceLight: green_light.place,
    c.SayGo: green_light.say,
    c.EndLight: green_light.end,
    c.Undo: undoing.undo,
}


def decide(current: Room | None, command: Command) -> Decision:
    """What follows from a command; no events at all where it asks for what already is."""
    if isinstance(command, c.OpenRoom):
        return room.open_room(current, command)
    if isinstance(command, c.ImportRoom):
        return import_room(current, command)
    if current is None:
        return NoSuchRoom()
    decision = _RULES[type(command)](current, command)
    return decision if isinstance(decision, Refusal) else with_their_lore(current, decision)


__all__ = ["Decision", "decide"]
