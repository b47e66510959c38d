"""Writes one round: its takes side by side, each kept as soon as it is finished.

Every step may be repeated: takes already in the room are not drawn again, one that broke off goes on where it
was, and an append that is sent twice takes effect once. Who leases rounds, and what happens when one fails,
is `worker.py`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import structlog

from bot.errors import WriterUnavailable, WritingError
from bot.rooms import Outcome
from bot.store.partials import Partial
from bot.store.queue import Lease
from bot.story.commands import Command, FailRound, RecordTake
from bot.story.room import Room
from bot.story.rounds import CANCELLED, Round, RoundStatus
from bot.telemetry import FirstWords, Telemetry
from bot.telemetry.counted.writing import RoundEnd
from bot.writing.beside import keep_prompts, keep_requests
from bot.writing.failures import is_final, writing_error
from bot.writing.keeping import Keeping, forgotten, found
from bot.writing.leads import led
from bot.writing.patience import patiently
from bot.writing.ports import Audience, Partials, Queue, Rooms
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.reach import Reach
from bot.writing.spending import spent
from bot.writing.taking import take
from bot.writing.transcript import CONTINUATIONS, Transcript
from tgi.client import TgiClient
from tgi.errors import ClientError

Taken: TypeAlias = Room | WritingError | None


class RoundWriter:
    """Writes rounds for `audience`. `attempts`: after that many a failing round is given up.

    `reach`: of the servers of `tgi`; while none is there, no round is given up for a failure of theirs.
    `clock`: seconds, monotonic; `now`: ms since the epoch.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        queue: Queue,
        partials: Partials,
        audience: Audience,
        tgi: TgiClient,
        reach: Reach,
        programs: Programs,
        attempts: int,
        clock: Callable[[], float],
        now: Callable[[], int],
        telemetry: Telemetry | None = None,
    ) -> None:
        self._telemetry = telemetry or Telemetry()
        self._rooms = rooms
        self._queue = queue
        self._partials = partials
        self._audience = audience
        self._tgi = tgi
        self._reach = reach
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
        # First: a round that ends from here on takes what is kept of it along, and lets nobody keep more.
        kept = await found(self._partials, lease)
        room = await patiently(lambda: self._rooms.read(lease.room), what="read a room")
        one = room.round(lease.round) if room else None
        if one is None or one.status is not RoundStatus.OPEN:
            await forgotten(self._partials, lease)
        if room is None or one is None:
            self._log.warning("writing.no_such_round", room=lease.room, round=lease.round)
        else:
            if one.status is RoundStatus.OPEN:
                room = await self._to_its_end(lease, room, one, kept)
            with self._telemetry.traces.span("show"):
                await self._audience.finished(room, one.number)
        used = spent()
        await patiently(lambda: self._queue.finish(lease, used=used), what="finish a round")
        self._telemetry.metrics.rounds.ended(_end_of(room, lease.round))

    async def lost(self, lease: Lease) -> None:
        """Show nothing of the round any more: it is another worker's, now or soon."""
        await self._audience.lost(lease.room, lease.round)

    async def _to_its_end(self, lease: Lease, room: Room, one: Round, kept: Mapping[int, Partial]) -> Room:
        if lease.dead:
            kind = WriterUnavailable if lease.unspared else WritingError
            return await self._give_up(room, one, kind("every attempt at the round broke off"))
        try:
            return await self._takes(lease, room, one, kept)
        except WritingError as error:
            if is_final(error) or (lease.attempt >= self._attempts and self._reach.is_there):
                return await self._give_up(room, one, error)
            raise

    async def _takes(self, lease: Lease, room: Room, one: Round, kept: Mapping[int, Partial]) -> Room:
        missing = [number for number in range(one.takes_wanted) if one.take(number) is None]
        shown = asyncio.Event()
        await self._audience.started(room, one.number, shown.set)
        for number in missing:
            if number in kept and kept[number].shown:
                self._audience.wrote(room, one.number, number, kept[number].shown)
        try:
            prompt = await prompt_of(self._programs, self._tgi, room, one)
        except ClientError as error:
            raise writing_error(error) from error
        await keep_prompts(self._rooms, room.id, one.number, [led(prompt, number) for number in missing])
        first = self._telemetry.first_words(lease.job.asked_at, counts=lease.attempt == 1)
        transcripts = {number: self._transcript(room, one, number, kept.get(number)) for number in missing}
        async with (
            Keeping(self._partials, lease, transcripts, shown).running(),
            asyncio.TaskGroup() as group,
        ):
            takes = [
                group.create_task(
                    self._traced(number, self._take(room, one, prompt, number, transcripts, first=first)),
                    name=f"take {number} of {room.id}:{one.number}",
                )
                for number in missing
            ]
        results = [take.result() for take in takes]
        failures = sorted((r for r in results if isinstance(r, WritingError)), key=is_final, reverse=True)
        if failures:
            raise failures[0]
        latest = [r for r in results if isinstance(r, Room)]
        return max(latest, key=lambda each: each.revision, default=room)

    def _transcript(self, room: Room, one: Round, number: int, kept: Partial | None) -> Transcript:
        def saved(tokens: int) -> None:
            self._telemetry.metrics.rounds.resumed(tokens)
            self._log.info(
                "writing.resumed", room=room.id, round=one.number, take=number, tokens_saved=tokens
            )

        return Transcript(self._tgi, kept=kept, continuations=CONTINUATIONS, saved=saved, clock=self._clock)

    async def _traced(self, number: int, writing: Awaitable[Taken]) -> Taken:
        with self._telemetry.traces.span("take", take=number):
            return await writing

    async def _take(
        self,
        room: Room,
        one: Round,
        prompt: Prompt,
        number: int,
        transcripts: dict[int, Transcript],
        *,
        first: FirstWords,
    ) -> Taken:
        """Draw and keep one take. A failure is returned, so that the others come to their end."""

        def watch(text: str) -> None:
            first.saw(number, text)
            self._audience.wrote(room, one.number, number, text)

        try:
            text, receipt = await take(
                transcripts[number],
                led(prompt, number),
                lambda attempt: one.seed_of(number, attempt),
                watch=watch,
            )
        except ClientError as error:
            self._telemetry.metrics.rounds.take_failed()
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
        await keep_requests(self._rooms, room.id, one.number, receipt, transcripts[number].requests)
        command = RecordTake(at=self._now(), round=one.number, take=number, text=text, receipt=receipt)
        outcome = await self._act(room, command, operation=f"{room.id}:{one.number}:take:{number}")
        del transcripts[number]  # it is in the log now, or will never be
        self._telemetry.metrics.rounds.took(
            seconds=receipt.seconds,
            tokens_in=receipt.prompt_tokens,
            tokens_out=receipt.generated_tokens,
            redraws=receipt.redraws,
        )
        self._log.info(
            "writing.take",
            room=room.id,
            round=one.number,
            take=number,
            seconds=receipt.seconds,
            generated_tokens=receipt.generated_tokens,
            redraws=receipt.redraws,
            resumed=receipt.resumed,
            refusal=outcome.refusal.code if outcome.refusal else None,
        )
        return outcome.room

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


def _end_of(room: Room | None, number: int) -> RoundEnd:
    one = room.round(number) if room else None
    if one is None:
        return "gone"
    if one.failure is None:
        return "written"
    return "cancelled" if one.failure == CANCELLED else "given_up"
