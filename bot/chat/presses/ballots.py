"""Presses about ballots."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import ballots
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, number
from bot.chat.turn import Turn
from bot.story.ballots.ballot import Rest


def _picks(custom_id: CustomId) -> str:
    """The picks so far, the custom id's second argument."""
    try:
        ballots.picked(picks := custom_id.arguments[1])
    except (IndexError, ValueError):
        raise Unreadable from None
    return picks


async def _pick(turn: Turn, custom_id: CustomId) -> None:
    await ballots.pick(
        turn, ballot=number(custom_id, 0), picks=_picks(custom_id), candidate=number(custom_id, 2)
    )


async def _done(turn: Turn, custom_id: CustomId) -> None:
    picks = _picks(custom_id)
    try:
        rest = Rest(custom_id.arguments[2])
    except (IndexError, ValueError):
        raise Unreadable from None
    await ballots.done(turn, ballot=number(custom_id, 0), picks=picks, rest=rest)


async def _adopt(turn: Turn, custom_id: CustomId) -> None:
    await ballots.adopt(turn, ballot=number(custom_id, 0), candidate=number(custom_id, 1))


HANDLERS: Final[dict[str, Handler]] = {
    "ballot_open": lambda turn, custom_id: ballots.open_ballot(turn, round_number=number(custom_id, 0)),
    "ballot_vote": lambda turn, custom_id: ballots.vote(turn, ballot=number(custom_id, 0)),
    "ballot_close": lambda turn, custom_id: ballots.close(turn, ballot=number(custom_id, 0)),
    "ballot_change": lambda turn, custom_id: ballots.afresh(turn, ballot=number(custom_id, 0)),
    "ballot_afresh": lambda turn, custom_id: ballots.afresh(turn, ballot=number(custom_id, 0)),
    "ballot_pick": _pick,
    "ballot_done": _done,
    "ballot_read": lambda turn, custom_id: ballots.read(turn, ballot=number(custom_id, 0)),
    "ballot_adopt": _adopt,
}
