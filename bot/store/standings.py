"""Long rooms that this process read a moment ago, so that the next reader brings only what came since.

Nothing here is relied on: what is known is compared with Redis in the trip that reads the room anyway, by
revision and chain. Short rooms are always read whole, which costs as little.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.log import Raw, entry_of, linked
from bot.store.schema import Schema
from bot.story.evolve import evolve
from bot.story.room import Room

WHOLE = 64  # events of a room whose snapshot is written with every change
_CHAINS = 10_000  # rooms of which the chain is known
_HELD = 50_000  # events of all rooms that are known, of 1 to 2 KB each: 100 MB at most


@dataclass(frozen=True)
class Standing:
    """A room, the chain of its history, and the revision and schema of its snapshot."""

    room: Room
    chain: bytes
    at: int
    schema: int

    def may_lag(self, revision: int, schema: int) -> bool:
        """Whether a change that leads to that revision may leave the snapshot as it is.

        The longer the room, the dearer its snapshot, and the more events it may lie behind: a sixteenth, as
        far as that is no burden for a process that reads the room anew.
        """
        fresh = revision - self.at <= min(max(16, self.at // 16), 256)
        return revision > WHOLE and fresh and self.schema == schema and bool(self.chain)

    def after(self, tail: Iterable[Raw], schema: Schema) -> Standing:
        """The same room after more of its log."""
        room, chain = self.room, self.chain
        for raw in tail:
            room = evolve(room, entry_of(raw, schema).event)
            chain = linked(chain, raw)
        return Standing(room, chain, self.at, self.schema)


class Standings:
    """The last long rooms read, bounded by what they hold together."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._chains: OrderedDict[str, tuple[int, bytes]] = OrderedDict()
        self._held = 0

    def find(self, room: str) -> Standing | None:
        """What is known of a room, if it is a long one."""
        if (found := self._known.get(room)) is not None:
            self._known.move_to_end(room)
        return found

    def keep(self, standing: Standing) -> None:
        """Know a room from now on, in the place of what was known of it."""
        self.drop(standing.room.id)
        self._chains[standing.room.id] = (standing.room.revision, standing.chain)
        if len(self._chains) > _CHAINS:
            self._chains.popitem(last=False)
        if standing.room.revision <= WHOLE or not standing.chain:
            return
        self._known[standing.room.id] = standing
        self._held += standing.room.revision
        while self._held > _HELD and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            self._held -= gone.room.revision

    def chain_at(self, room: str, revision: int) -> bytes:
        """The chain of a room, long or short, as it was read at a revision; empty where it is not known."""
        known, chain = self._chains.get(room, (0, b""))
        return chain if known == revision else b""

    def drop(self, room: str) -> None:
        """Know nothing of a room any more."""
        self._chains.pop(room, None)
        if (gone := self._known.pop(room, None)) is not None:
            self._held -= gone.room.revision
