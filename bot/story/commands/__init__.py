"""What people and the worker ask of a room. Every command says who asks and when; the rules decide."""

from __future__ import annotations

from bot.story.commands.command import Command, PersonCommand
from bot.story.commands.drafts import Adopt, GoBack
from bot.story.commands.premises import AddPremise, EditPremise, WithdrawPremise
from bot.story.commands.rooms import Close, Lock, OpenRoom, PlaceBoard, Reopen
from bot.story.commands.rounds import AskAgain, AskRound, FailRound, PlaceRound, RecordTake, WriteNote

__all__ = [
    "AddPremise",
    "Adopt",
    "AskAgain",
    "AskRound",
    "Close",
    "Command",
    "EditPremise",
    "FailRound",
    "GoBack",
    "Lock",
    "OpenRoom",
    "PersonCommand",
    "PlaceBoard",
    "PlaceRound",
    "RecordTake",
    "Reopen",
    "WithdrawPremise",
    "WriteNote",
]
