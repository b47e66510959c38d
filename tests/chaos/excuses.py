"""Which faults excuse what. Stated once, so that nothing else is excused.

1. An interaction may stay without an answer if, within the 3 s (and half a second for the way) after it was
   sent, a gateway was killed, frozen or starting, Discord was, the wire between gateway and Discord was
   faulty, the bot was offline in Discord's eyes, or the machine had no time for one of them. Where several
   gateways lease their shards, so does a fault of Redis or of the wire to it, without which no gateway may
   know that a shard is its own; and the 6 s after, in which shards go back to where they were.
2. A message may be missing from Discord if the local Discord was killed within 1.5 s after the message was
   made: it keeps its world every 0.4 s. The real one loses nothing that it answered for.
3. So may the last edit of a message, which is made within 5 s after what it shows (edits are limited).
"""

from __future__ import annotations

from typing import Final

from bot.local_discord.snowflake import made_at
from tests.chaos.evidence import Asked, Evidence, Window

ANSWER_SECONDS: Final = 3.5
LOST_SECONDS: Final = 1.5
HANDOVER_SECONDS: Final = 6.0
EDIT_SECONDS: Final = 5.0


def unanswered(one: Asked, evidence: Evidence) -> bool:
    """Rule 1."""
    servers = ("", "discord", "redis") if evidence.leased else ("", "discord")
    return any(
        each.start <= one.at + ANSWER_SECONDS and one.at <= each.end + _recovery(each, evidence)
        for each in evidence.windows
        if _concerns_answers(each, servers)
    )


def lost_by_discord(message: str, evidence: Evidence) -> bool:
    """Rule 2; `message` is its id."""
    made = made_at(message)
    return any(
        0 <= each.start - made <= LOST_SECONDS
        for each in evidence.windows
        if each.target == "discord" and each.kind == "kill"
    )


def edit_lost_by_discord(due: float, evidence: Evidence) -> bool:
    """Rule 3; `due`: since when there was something to show, in seconds since 1970."""
    return any(
        0 <= each.start - due <= EDIT_SECONDS + LOST_SECONDS
        for each in evidence.windows
        if each.target == "discord" and each.kind == "kill"
    )


def _concerns_answers(window: Window, servers: tuple[str, ...]) -> bool:
    caller, _, server = window.target.partition("-")
    if caller.startswith("gateway"):
        return server in servers
    return caller in ("discord", "machine") or (caller == "redis" and caller in servers)


def _recovery(window: Window, evidence: Evidence) -> float:
    """Seconds: after a thaw the backlog comes first, after a wire's fault the reconnection."""
    if evidence.leased and window.target != "machine":
        return HANDOVER_SECONDS
    return 1.0 if window.kind.startswith(("freeze", "pause")) or "-" in window.target else 0.0
