"""Threads that nobody writes in archive themselves: after their auto-archive time on this Discord's clock.

One timer a thread; a message only moves the thread's `active_at`, and the timer, when due, looks again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local_discord.acts.telling import Telling
from bot.local_discord.clock import Clock, Timer
from bot.local_discord.state.channels import Thread
from bot.local_discord.state.world import World

__all__ = ["Archiving"]

_MINUTE = 60.0


@dataclass
class Archiving:
    """The one writer of `archived`."""

    world: World
    clock: Clock
    telling: Telling
    _timers: dict[str, Timer] = field(default_factory=dict)

    def watch(self, thread: Thread) -> None:
        """Archive the open thread once it has been quiet for its time. Needs a running event loop."""
        timer = self._timers.pop(thread.id, None)
        if timer is not None:
            timer.cancel()
        if not thread.archived:
            delay = max(0.0, _due(thread) - self.clock())
            self._timers[thread.id] = self.clock.call_later(delay, lambda: self._look(thread.id))

    def watch_all(self) -> None:
        """Watch every thread of the world, as after a restart."""
        for channel in self.world.channels.values():
            if isinstance(channel, Thread):
                self.watch(channel)

    def set(self, thread: Thread, *, archived: bool) -> bool:
        """Archive the thread or open it again, without telling of it; whether that changed anything."""
        if archived == thread.archived:
            return False
        now = self.clock()
        thread.archived, thread.archived_at, thread.active_at = archived, now, now
        self.watch(thread)
        return True

    def _look(self, thread_id: str) -> None:
        self._timers.pop(thread_id, None)
        thread = self.world.channels.get(thread_id)
        if not isinstance(thread, Thread) or thread.archived:
            return
        if _due(thread) > self.clock():
            self.watch(thread)
        elif self.set(thread, archived=True):
            self.telling.channel(thread, "THREAD_UPDATE")


def _due(thread: Thread) -> float:
    return thread.active_at + thread.auto_archive_duration * _MINUTE
