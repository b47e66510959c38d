"""What the queue is to know of a round, but never its text: that stays in its room."""

from __future__ import annotations

from bot.store.queue import Job
from bot.story.cost import cost_of
from bot.story.room import Room
from bot.story.rounds import Round


def job_of(room: Room, one: Round, *, asked_at: int) -> Job:
    """The job by which an open round is written; `asked_at` in ms since the epoch."""
    cost = cost_of(room, one)
    return Job(
        room=room.id,
        round=one.number,
        guild=room.guild,
        asked_at=asked_at,
        asked_by=one.asked_by,
        cost=cost.charge,
        tokens=cost.tokens,
    )
