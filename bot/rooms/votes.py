"""Votes on their way between the rules and the store: the log says who voted, the sheet lies apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.store import VoteChanges, Votes
from bot.story import Refusal, Room
from bot.story.ballots.ballot import GAME_MINUTES
from bot.story.commands import (
    AskLight,
    CancelRound,
    CastVote,
    CloseBallot,
    Command,
    ImportRoom,
    OpenBallot,
    SayGo,
)
from bot.story.decide.ballots import filled_in
from bot.story.events import BallotClosed, BallotOpened, Event, LightAsked, VoteCast

COUNTING: Final = (CastVote, CloseBallot)
"""Commands that may close a ballot, for which the rules need its sheets."""

_SOON: Final = 15_000  # ms
_AT_ONCE: Final = 3_000  # ms: a round that was taken back says that it waits until it is drawn


def with_sheets(command: Command, votes: Votes) -> Command:
    """A command with the sheets that were handed in to its ballot before."""
    if isinstance(command, COUNTING):
        return command.model_copy(update={"sheets": votes.get(command.ballot, {})})
    return command


def vote_changes(room: Room, command: Command, events: Sequence[Event]) -> VoteChanges | None:
    """What events change of the votes; `room` is the room after them."""
    closed = next((event.ballot for event in events if isinstance(event, BallotClosed)), None)
    if closed is not None and (ballot := room.ballot(closed)):
        return VoteChanges(gone=tuple((closed, member) for member in ballot.voted))
    cast = next((event for event in events if isinstance(event, VoteCast)), None)
    if cast is None or cast.by is None or not isinstance(command, CastVote):
        return None
    ballot = room.ballot(cast.ballot)
    sheet = filled_in(room, ballot, cast.by.id, command.sheet) if ballot else None
    if sheet is None or isinstance(sheet, Refusal):
        return None
    return VoteChanges(handed_in={(cast.ballot, cast.by.id): sheet})


def terms_of(command: Command) -> tuple[int, ...]:
    """When the room is to be looked at again, should the command be carried out; ms since the epoch.

    Soon, in case this process dies before it has shown what follows, and when the time of it is up.
    """
    soon = command.at + _SOON
    match command:
        case OpenBallot(deadline=None):
            return soon, command.at + GAME_MINUTES * 60_000  # which the rules set in a game
        case OpenBallot() | AskLight():
            return (soon,) if command.deadline is None else (soon, command.deadline)
        case CancelRound():
            return command.at + _AT_ONCE, soon  # again, where it was written that late
        case CastVote() | CloseBallot() | SayGo():
            return (soon,)
        case ImportRoom():
            asked = (each for each in command.events if isinstance(each, BallotOpened | LightAsked))
            return soon, *{each.deadline for each in asked if each.deadline is not None}
    return ()
