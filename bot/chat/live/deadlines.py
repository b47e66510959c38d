"""What is due in the rooms: ballots and green lights whose time is up, and what a dead process left untold.

Every process that answers looks once a second. What is due is carried out under an operation id of its own,
so that several that look at once, or one that starts again, do it once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from bot.chat.live.boards import Boards
from bot.chat.live.looking import keep_looking
from bot.chat.live.notices import BALLOTS, LIGHTS, Kind, Notices
from bot.chat.live.posts import NOT_SHOWN, passes
from bot.chat.live.rounds import LiveRounds
from bot.errors import StoreError
from bot.rooms import Rooms
from bot.store import DueStore, Mark
from bot.story.commands import CloseBallot, EndLight
from bot.story.room import Room
from bot.telemetry import Telemetry
from bot.telemetry.counted.rooms import Done

LOOK_SECONDS: Final = 1.0
_AGAIN_MS: Final = 30_000  # after Discord or Redis was away
_SHOWN_LIMIT: Final = 10_000  # of what is remembered as shown
_LATELY: Final = 24  # rounds: more than a room asks for while Discord is away from one of us


class Deadlines:
    """Looks what is due, and does it."""

    def __init__(
        self,
        due: DueStore,
        rooms: Rooms,
        notices: Notices,
        boards: Boards,
        rounds: LiveRounds,
        *,
        now: Callable[[], int],
        telemetry: Telemetry | None = None,
    ) -> None:
        self._due = due
        self._telemetry = telemetry or Telemetry()
        self._rooms = rooms
        self._notices = notices
        self._boards = boards
        self._rounds = rounds
        self._now = now
        self._shown: set[tuple[str, int]] = set()  # cancelled rounds, as they ended
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Look until cancelled. Redis being away is waited out."""
        await keep_looking(
            self.look, every=LOOK_SECONDS, away=lambda: self._log.warning("deadlines_wait_for_redis")
        )

    async def look(self) -> None:
        """Do everything that is due by now."""
        for mark in await self._due.due(self._now()):
            with (
                structlog.contextvars.bound_contextvars(room=mark.room),
                self._telemetry.traces.span("due", room=mark.room),
            ):
                self._telemetry.metrics.deadlines.looked(await self._carry_out(mark))

    async def _carry_out(self, mark: Mark) -> Done:
        outcome: Done = "done"
        try:
            await self._look_at(mark.room)
        except (*NOT_SHOWN, StoreError) as error:
            self._log.warning("due_not_done", error=type(error).__name__)
            if isinstance(error, StoreError) or passes(error):
                await self._due.put_off(mark, self._now() + _AGAIN_MS)
                return "put_off"
        except Exception as error:  # noqa: BLE001 - one room, whatever it holds, must not end the others
            self._log.error("due_broken", failure=type(error).__name__, exc_info=error)
            outcome = "broken"
        await self._due.done(mark)
        return outcome

    async def _look_at(self, room_id: str) -> None:
        room = await self._rooms.read(room_id)
        if room is None:
            return
        await self._rooms.requeue(room)
        now = self._now()
        for ballot in room.ballots:
            if ballot.is_open and ballot.deadline is not None and ballot.deadline <= now:
                room = await self._end(
                    room,
                    CloseBallot(at=now, ballot=ballot.number),
                    f"{room_id}:ballot:{ballot.number}:due",
                )
                if ballot.round is not None:
                    await self._rounds.refresh(room, ballot.round)
        for light in room.lights:
            if light.is_open and light.deadline is not None and light.deadline <= now:
                room = await self._end(
                    room, EndLight(at=now, light=light.number), f"{room_id}:light:{light.number}:due"
                )
        await self._show(room)

    async def _end(self, room: Room, command: CloseBallot | EndLight, operation: str) -> Room:
        room = (await self._rooms.act(room.id, command, operation=operation)).room or room
        self._boards.refresh(room)
        return room

    async def _show(self, room: Room) -> None:
        """Ask what was not asked yet, and tell what was not told.

        What ended and was never asked here is of another thread, which the room was imported from.
        """
        kinds: tuple[tuple[Kind, int], ...] = (
            *((BALLOTS, ballot.number) for ballot in room.ballots),
            *((LIGHTS, light.number) for light in room.lights),
        )
        for kind, number in kinds:
            found = kind.of(room, number)
            if found is None:
                continue
            if found.is_open:
                if found.message is None:
                    room = await self._notices.ask(kind, room, number)
            elif found.told is None and found.message is not None and kind.tells(room, number):
                room = await self._notices.tell(kind, room, number)
        for one in room.rounds[-_LATELY:]:
            if one.cancelled_by is None or (room.id, one.number) in self._shown:
                continue
            if room.imports and one.message is None:  # of another thread, as above
                continue
            # Nobody writes it, so that no worker shows how it ended.
            await self._rounds.redraw(await self._rounds.place(room, one.number), one.number)
            if len(self._shown) == _SHOWN_LIMIT:
                self._shown.clear()
            self._shown.add((room.id, one.number))
