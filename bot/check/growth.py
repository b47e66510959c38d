"""Whether a Redis that is more than one process holds together, and whether the archive is at hand."""

from __future__ import annotations

import os
from pathlib import Path

from bot.check.report import Finding, missing, ok, warning
from bot.store.layout import Layout

_SLOTS = 16_384


def layout_of(layout: Layout, wanted: int) -> list[Finding]:
    """What stands where; `wanted` is how many replicas must confirm a change."""
    found: list[Finding] = []
    match layout.topology:
        case "sentinel":
            found = _guarded(layout)
        case "cluster":
            found = _cluster(layout)
    if wanted and layout.replicas is not None and layout.replicas < wanted:
        found.append(
            missing(
                f"STORYROOM_REDIS_REPLICAS is {wanted}, and {_counted(layout.replicas, 'replica follows')}: "
                "no change can be acknowledged. Start replicas, or lower it."
            )
        )
    return found


def archive_of(folder: Path | None) -> Finding | None:
    """The archive's folder, where there is to be one."""
    if folder is None:
        return None
    if not folder.is_dir():
        return warning(
            f"STORYROOM_ARCHIVE is {folder}, which is no folder here. `storyroom archive` makes it; every "
            "process must see the same."
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        return missing(f"The archive {folder} cannot be read by this user: old events are not at hand.")
    return ok(f"The archive is at hand: {folder}.")


def _guarded(layout: Layout) -> list[Finding]:
    if layout.sentinels is None:
        return [warning("No Sentinel says how many they are.")]
    found = []
    if layout.quorum is False:
        found.append(
            missing("The Sentinels are too few to promote a replica (no quorum). Start the others again.")
        )
    if layout.replicas == 0:
        found.append(warning("No replica follows the primary: there is nothing to promote. Start one."))
    if found:
        return found
    replicas = "replicas unknown" if layout.replicas is None else _counted(layout.replicas, "replica")
    return [ok(f"A failover is possible: {layout.sentinels} Sentinels, {replicas}.")]


def _cluster(layout: Layout) -> list[Finding]:
    found = []
    if layout.slots is not None and layout.slots < _SLOTS:
        found.append(
            missing(
                f"{_SLOTS - layout.slots} of the cluster's {_SLOTS} slots are answered for by nobody: their "
                "rooms are away. Start the missing nodes, or look into `redis-cli --cluster check`."
            )
        )
    elif layout.is_up is False:
        found.append(missing("The cluster says that it is down. Look into `redis-cli --cluster check`."))
    if layout.without_replica:
        found.append(
            warning(
                f"{layout.without_replica} of {layout.primaries} primaries have no replica: when one dies, "
                "its rooms are away until it is back."
            )
        )
    return found or [ok(f"The cluster is whole: {layout.primaries} primaries, each with a replica.")]


def _counted(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what}"
    noun, *verb = what.split(" ")
    return " ".join((str(count), f"{noun}s", *(each.removesuffix("s") for each in verb)))
