"""How many shards the bot has, and which of them this process wants: from settings to numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import SetupError

_ORDINAL = re.compile(r"-(\d+)$")  # of a pod of a StatefulSet: gateway-3


@dataclass(frozen=True)
class Plan:
    """`count` is None where Discord is asked. `ids`: these shards; None: a share of all of them.

    Without `leased` this process is the only gateway, and has all shards.
    """

    count: int | None = 1
    leased: bool = False
    ids: tuple[int, ...] | None = None


def plan_of(shards: str, ids: str, *, host: str) -> Plan:
    """What STORYROOM_SHARDS and STORYROOM_SHARD_IDS say, on this host.

    Raises:
        SetupError: they do not say it, or the two do not fit.

    """
    count = _count(shards)
    if ids == "all":
        return Plan(count)
    if count is None:
        raise SetupError(
            "STORYROOM_SHARDS=auto is for one gateway process. With several, name the number in all."
        )
    if ids == "leased":
        return Plan(count, leased=True)
    wanted = _ordinal(host) if ids == "ordinal" else _listed(ids)
    if not wanted or max(wanted) >= count:
        raise SetupError(f"STORYROOM_SHARD_IDS={ids} names shards that {count} shards do not have.")
    return Plan(count, leased=True, ids=wanted)


def shard_of(guild: int | None, count: int) -> int:
    """The shard that hears of a guild; what belongs to none is the first's.

    Source: "Sharding" of Discord's documentation.
    """
    return 0 if guild is None else (guild >> 22) % count


def _count(shards: str) -> int | None:
    if shards == "auto":
        return None
    if not shards.isdecimal() or int(shards) < 1:
        raise SetupError("STORYROOM_SHARDS is auto, or a number from 1.")
    return int(shards)


def _ordinal(host: str) -> tuple[int, ...]:
    found = _ORDINAL.search(host)
    if found is None:
        raise SetupError(f"STORYROOM_SHARD_IDS=ordinal needs a host name that ends in a number, not {host}.")
    return (int(found[1]),)


def _listed(ids: str) -> tuple[int, ...]:
    """Numbers and ranges: `0,2,8-15`."""
    wanted: set[int] = set()
    for part in ids.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise SetupError("STORYROOM_SHARD_IDS is all, leased, ordinal, or numbers such as 0,2,8-15.")
        if dash and int(last) < int(first):
            raise SetupError(
                f"STORYROOM_SHARD_IDS has the range {first}-{last}, which runs backwards: "
                f"write {last}-{first}."
            )
        wanted.update(range(int(first), int(last or first) + 1))
    return tuple(sorted(wanted))
