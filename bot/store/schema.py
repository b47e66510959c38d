"""The version of what is stored, and the way up from older ones.

A change of a stored field's name or sense comes as an append-only, dated function `mNNN_what` that lifts a
JSON object by one version; so does a field that a released program does not know, since it refuses what it
does not know. Objects are lifted as they are read and saved as new on the next write; what is newer than this
program is refused, so that an old process never damages a room during a roll-out (docs/operating.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.errors import NewerSchema

Lift: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Schema:
    """Steps up for snapshots and for events: the first lifts version 1 to 2, and so on."""

    snapshots: Sequence[Lift] = field(default=())
    events: Sequence[Lift] = field(default=())

    def __post_init__(self) -> None:
        """Both kinds have the same version."""
        if len(self.snapshots) != len(self.events):
            raise ValueError("a version has a step for snapshots and one for events")

    @property
    def version(self) -> int:
        """The version that is written."""
        return len(self.snapshots) + 1

    def lift_snapshot(self, stored: dict[str, Any], version: int) -> dict[str, Any]:
        """A snapshot of an older version, as one of today's.

        Raises:
            NewerSchema: it is newer than this program.

        """
        return self._lift(stored, version, self.snapshots)

    def lift_event(self, stored: dict[str, Any], version: int) -> dict[str, Any]:
        """An event of an older version, as one of today's.

        Raises:
            NewerSchema: it is newer than this program.

        """
        return self._lift(stored, version, self.events)

    def refuse_newer(self, version: int) -> None:
        """Refuse what a newer program wrote.

        Raises:
            NewerSchema: the version is newer than this program.

        """
        if version > self.version:
            raise NewerSchema(f"stored as version {version}; this program knows {self.version}")

    def _lift(self, stored: dict[str, Any], version: int, steps: Sequence[Lift]) -> dict[str, Any]:
        self.refuse_newer(version)
        for step in steps[version - 1 :]:
            stored = step(stored)
        return stored


SCHEMA = Schema()
