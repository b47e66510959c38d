"""Keeps a world in its state file while it changes, without holding up who changes it.

Events say what probably changed, and a sweep over everything finds the rest; what differs from what was
written is written, by a thread. A round looks for a few milliseconds at a time, so that a world of
100,000 messages is kept as well as a small one: the sweep then takes longer, marked changes do not.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bot.local_discord.errors import StateNotSaved
from bot.local_discord.events import Event
from bot.local_discord.snowflake import Snowflakes
from bot.local_discord.state.world import World
from bot.local_discord.statefile.file import Changes
from bot.local_discord.statefile.restore import Kept
from bot.local_discord.statefile.rows import BY_ID, KINDS, MESSAGES, Address, dump, files_of, find, keys

__all__ = ["Keeper"]

_EVERY_SECONDS = 0.4
_LOOK_SECONDS = 0.008  # at a time, for what is marked
_SWEEP_SECONDS = 0.005  # a round, for the rest
_log = logging.getLogger(__name__)


class Keeper:
    """Writes what changes in `world` to its file. `hear` every event, `start`, and `close` at the end."""

    def __init__(self, world: World, ids: Snowflakes, kept: Kept) -> None:
        self._world = world
        self._ids = ids
        self._file = kept.file
        self._written = kept.written
        self._files = kept.files  # of messages that have any
        self._marked: dict[Address, None] = {}
        self._pending = Changes()
        self._sweep: Iterator[Address] = iter(())
        self._thread = ThreadPoolExecutor(1, "state-file")
        self._unkept: set[Address] = set()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def hear(self, event: Event) -> None:
        """Mark whatever the event's ids name."""
        named = set(_ids(event.body)) | ({event.guild_id} if event.guild_id else set())
        if event.channel is not None:
            named.add(event.channel.id)
            pair = ":".join(sorted(event.channel.recipients, key=int))
            if pair in self._world.direct:
                self._marked[Address("direct", pair)] = None
        if event.name.startswith("APPLICATION_COMMAND"):
            self._marked |= {Address("commands", one): None for one in self._world.commands}
        for kind in BY_ID:
            there, written = getattr(self._world, kind), self._written[kind]
            for one in named:
                if one in there or one in written:
                    self._marked[Address(kind, one)] = None
        for channel_id in named & self._world.messages.channels.keys():
            of_channel = self._world.messages.channels[channel_id]
            for one in named:
                key = f"{channel_id}/{one}"
                if one in of_channel or key in self._written[MESSAGES]:
                    self._marked[Address(MESSAGES, key)] = None

    def start(self) -> None:
        """Begin to write. Needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="state-file")

    async def close(self) -> None:
        """Write what is left and let go of the file. Raises StateNotSaved."""
        self._stopping.set()
        try:
            if self._task is not None:
                await self._task
            self._marked |= dict.fromkeys(self._everything())
            await self._look_at_marked()
            await self._write()
        except sqlite3.Error as error:
            raise StateNotSaved(
                f"The last changes could not be written to the state file: {error}."
            ) from error
        finally:
            self._thread.shutdown()
            self._file.close()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _EVERY_SECONDS)
            try:
                self._go_on_sweeping()
                await self._look_at_marked()
                await self._write()
            except sqlite3.Error as error:  # a full disk may have room again later
                _log.error("The state could not be written: %s.", error)

    async def _look_at_marked(self) -> None:
        """Look until nothing is marked: only then does all that is pending belong together."""
        until = time.perf_counter() + _LOOK_SECONDS
        while self._marked:
            marked, self._marked = self._marked, {}
            for address in marked:
                self._look(address)
                if time.perf_counter() >= until:
                    await asyncio.sleep(0)
                    until = time.perf_counter() + _LOOK_SECONDS

    def _go_on_sweeping(self) -> None:
        until = time.perf_counter() + _SWEEP_SECONDS
        for _ in range(2):  # the rest of this sweep, then a whole one if there is time
            for address in self._sweep:
                self._look(address)
                if time.perf_counter() >= until:
                    return
            self._sweep = self._everything()

    def _everything(self) -> Iterator[Address]:
        for kind in KINDS:
            for key in keys(self._world, kind):
                yield Address(kind, key)
            for key in list(self._written[kind]):
                if find(self._world, Address(kind, key)) is None:
                    yield Address(kind, key)

    def _look(self, address: Address) -> None:
        entity, written = find(self._world, address), self._written[address.kind]
        if entity is None:
            if written.pop(address.key, None) is not None:
                self._pending.rows[address] = None
        else:
            body = self._dumped(address, entity)
            if body is None or written.get(address.key) == hash(body):
                return
            written[address.key] = hash(body)
            self._pending.rows[address] = body
        if address.kind == MESSAGES:
            self._look_at_files(address.key, {one.id: one.content for one in files_of(entity)})

    def _dumped(self, address: Address, entity: object) -> bytes | None:
        try:
            return dump(entity)
        except (
            ValueError
        ) as error:  # what forms let through and JSON cannot say; the rest is kept all the same
            if address not in self._unkept:
                self._unkept.add(address)
                _log.error("%s %s cannot be kept: %s.", *address, error)
            return None

    def _look_at_files(self, key: str, now: dict[str, bytes]) -> None:
        before = self._files.pop(key, frozenset())
        if now:
            self._files[key] = frozenset(now)
        self._pending.files |= {one: content for one, content in now.items() if one not in before}
        self._pending.files |= dict.fromkeys(before - now.keys())

    async def _write(self) -> None:
        if not self._pending:
            return
        changes, self._pending = self._pending, Changes()
        changes.last_id = self._ids.last
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._file.write, changes)
        except sqlite3.Error:
            later, self._pending = self._pending, changes
            self._pending.rows |= later.rows
            self._pending.files |= later.files
            raise


def _ids(body: dict[str, object]) -> Iterator[str]:
    for value in body.values():
        if isinstance(value, str) and value.isdigit():
            yield value
        elif isinstance(value, dict) and isinstance(value.get("id"), str):
            yield value["id"]
        elif isinstance(value, list):
            yield from (one for one in value if isinstance(one, str))
