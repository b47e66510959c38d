"""Writes one round: its takes side by side, each kept as soon as it is finished.

Every step may be repeated: takes already in the room are not drawn again, and an append that is sent twice
takes effect once. Who leases rounds, and what happens when one fails, is `worker.py`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.errors import StoreError, WritingError
from bot.rooms import Outcome
from bot.store.queue import Lease
from bot.story.commands import Command, FailRound, RecordTake
from bot.story.room import Room
from bot.story.rounds import Round, RoundStatus
from bot.writing.failures import is_final, writing_error
from bot.writing.origins import sent_of
from bot.writing.patience import patiently
from bot.writing.ports import Audience, Queue, Rooms
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.taking import take
from tgi.client import TgiClient
from tgi.errors import ClientError


class RoundWriter:
    """Writes rounds for `audience`. `attempts`: after that many a failing round is given up.

    `clock`: seconds, monotonic; `now`: ms since the epoch.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        queue: Queue,
        audience: Audience,
        tgi: TgiClient,
        programs: Programs,
        attempts: int,
        clock: Callable[[], float],
        now: Callable[[], int],
    ) -> None:
        self._rooms = rooms
        self._queue = queue
        self._audience = audience
        self._tgi = tgi
        self._attempts = attempts
        self._clock = clock
        self._now = now
        self._programs = programs
        self._log = structlog.get_logger(__name__)

    async def write(self, lease: Lease) -> None:
        """Bring the leased round to its end, show it, and take it out of the queue.

        Raises:
            WritingError: it failed and may be tried again later.
            bot.errors.StoreError: of a kind that waiting does not mend.

        """
        room = await patiently(lambda: self._rooms.read(lease.room), what="read a room")
        one = room.round(lease.round) if room else None
        if room is None or one is None:
            self._log.warning("writing.no_such_round", room=lease.room, round=lease.round)
        else:
            if one.status is RoundStatus.OPEN:
                room = await self._to_its_end(lease, room, one)
            await self._audience.finished(room, one.number)
        await patiently(lambda: self._queue.finish(lease), what="finish a round")

    async def _to_its_end(self, lease: Lease, room: Room, one: Round) -> Room:
        if lease.dead:
            return await self._give_up(room, one, WritingError("every attempt at the round broke off"))
        try:
            return await self._takes(room, one)
        except WritingError as error:
            if is_final(error) or lease.attempt >= self._attempts:
                return await self._give_up(room, one, error)
            raise

    async def _takes(self, room: Room, one: Round) -> Room:
        await self._audience.started(room, one.number)
        try:
            prompt = await prompt_of(self._programs, self._tgi, room, one)
        except ClientError as error:
            raise writing_error(error) from error
        await self._keep_sent(room, one, prompt)
        missing = [number for number in range(one.takes_wanted) if one.take(number) is None]
        async with asyncio.TaskGroup() as group:
            takes = [
                group.create_task(
                    self._take(room, one, prompt, number), name=f"take {number} of {room.id}:{one.number}"
                )
                for number in missing
            ]
        results = [take.result() for take in takes]
        failures = sorted((r for r in results if isinstance(r, WritingError)), key=is_final, reverse=True)
        if failures:
            raise failures[0]
        latest = [r for r in results if isinstance(r, Room)]
        return max(latest, key=lambda each: each.revision, default=room)

    async def _take(self, room: Room, one: Round, prompt: Prompt, number: int) -> Room | WritingError | None:
        """Draw and keep one take. A failure is returned, so that the others come to their end."""
        try:
            text, receipt = await take(
                self._tgi,
                prompt,
                lambda attempt: one.seed_of(number, attempt),
                watch=lambda text: self._audience.wrote(room, one.number, number, text),
                clock=self._clock,
            )
        except ClientError as error:
            self._log.warning(
                "writing.take_failed",
                room=room.id,
                round=one.number,
                take=number,
                failure=type(error).__name__,
            )
            return writing_error(error)
        except WritingError as error:
            return error
        made_from = {"revision": room.revision, "left_out": len(prompt.fitted.left_out)}
        receipt = receipt.model_copy(update=made_from)
        self._audience.wrote(room, one.number, number, text)
        command = RecordTake(at=self._now(), round=one.number, take=number, text=text, receipt=receipt)
        outcome = await self._act(room, command, operation=f"{room.id}:{one.number}:take:{number}")
        self._log.info(
            "writing.take",
            room=room.id,
            round=one.number,
            take=number,
            seconds=receipt.seconds,
            generated_tokens=receipt.generated_tokens,
            redraws=receipt.redraws,
            refusal=outcome.refusal.code if outcome.refusal else None,
        )
        return outcome.room

    async def _keep_sent(self, room: Room, one: Round, prompt: Prompt) -> None:
        """Keep the prompt for those who ask what was sent; a round is written without that too."""
        try:
            await self._rooms.keep_sent(room.id, sent_of(prompt.fitted))
        except StoreError as error:
            self._log.warning("writing.sent_not_kept", room=room.id, round=one.number, failure=error.code)

    async def _give_up(self, room: Room, one: Round, error: WritingError) -> Room:
        self._log.error(
            "writing.given_up", room=room.id, round=one.number, reason=error.code, because=str(error)
        )
        command = FailRound(at=self._now(), round=one.number, reason=error.code)
        outcome = await self._act(room, command, operation=f"{room.id}:{one.number}:fail")
        return outcome.room or room

    async def _act(self, room: Room, command: Command, *, operation: str) -> Outcome:
        return await patiently(
            lambda: self._rooms.act(room.id, command, operation=operation), what="record a round's work"
        )
