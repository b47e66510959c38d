"""Rounds between the rules and the queue: who asks, whether more may wait, what the queue hears."""

from __future__ import annotations

from typing import Final

from bot.store import Job
from bot.store.fairness.waiting import Asker, Crowd
from bot.store.jobs import job_of
from bot.story import Refusal, Room, decide
from bot.story.commands import AnswerNotes, AskAgain, AskRound, AskWork, CancelRound, Command, WriteNote
from bot.story.events import Event, RoundAsked, RoundFailed
from bot.story.refusals import GuildIsWaiting, PersonIsWaiting
from bot.story.rounds import CANCELLED, RoundStatus

WAITS: Final = (AnswerNotes, AskRound, AskAgain, AskWork, WriteNote)
"""Commands after which a round may wait."""

ASKS: Final = (*WAITS, CancelRound)
"""Commands of which the queue may hear."""


def asker_of(command: Command, guild: str) -> Asker | None:
    """Who asks for a round, where the guild is known."""
    return Asker(guild, command.by.id) if guild and isinstance(command, WAITS) else None


def crowded(room: Room | None, command: Command, crowd: Crowd) -> Refusal | None:
    """Why no more may wait, if this would; the rules have the first word."""
    full = crowd.person_is_full or crowd.guild_is_full
    decision = decide(room, command) if full else ()
    if isinstance(decision, Refusal) or not any(isinstance(each, RoundAsked) for each in decision):
        return None
    if crowd.person_is_full:
        return PersonIsWaiting(limit=crowd.person_limit)
    return GuildIsWaiting(limit=crowd.guild_limit)


def jobs_of(room: Room, events: tuple[Event, ...]) -> list[Job]:
    """What the queue is to hear: rounds to be written, and those that nobody is to write any more."""
    return [job for event in events if (job := _job(room, event)) is not None]


def _job(room: Room, event: Event) -> Job | None:
    if isinstance(event, RoundFailed) and event.reason == CANCELLED and event.by is not None:
        return Job(room=room.id, round=event.round, guild=room.guild, asked_at=event.at, cancel=True)
    one = room.round(event.round) if isinstance(event, RoundAsked) else None
    if one is None or one.status is not RoundStatus.OPEN:
        return None
    return job_of(room, one, asked_at=event.at)
