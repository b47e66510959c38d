"""What writing a round has cost, as the shares of guilds count it: input, and twice the output."""

from __future__ import annotations

from tgi.client.usage import Usage, counted


def spent(usage: Usage | None = None) -> int | None:
    """The cost so far, in tokens, of what the caller has had written; None where nobody counts."""
    usage = usage or counted()
    return None if usage is None else usage.read + 2 * usage.written
