"""What an answer needs at hand: the rooms, what is shown of them, the clock, the dice. Built in `bot.app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.chat.gateway import Gate
from bot.chat.live.boards import Boards
from bot.chat.live.notices import Notices
from bot.chat.live.rounds import LiveRounds
from bot.rooms import Rooms
from bot.story.room import Room
from bot.story.rounds import Receipt, Round
from bot.story.sent import Sent
from bot.telemetry import Telemetry


@dataclass(frozen=True)
class Desk:
    """The parts that answers are made with."""

    rooms: Rooms
    boards: Boards
    rounds: LiveRounds
    notices: Notices
    now: Callable[[], int]  # ms since the epoch
    seed: Callable[[], int]  # a fresh seed for a round
    gate: Gate  # which interactions are this process's to answer
    prompt_again: Callable[[Room, Round, Receipt], Awaitable[Sent | None]]  # of a take written before
    telemetry: Telemetry = field(default_factory=Telemetry)
