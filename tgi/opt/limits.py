"""The limits to give a server on a layout. For TGI they are cautious: OPT runs on its padded path.

There a batch costs (requests x longest prompt) + all new tokens, the cache grows by concatenation (for a
moment there are two), and nothing is sized by warm-up (TGI's `CausalLM` and router, 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from tgi.opt.layout import Layout
from tgi.opt.shape import Shape

__all__ = ["LEAST_TOKENS", "Limits", "limits_for"]

LEAST_TOKENS = 512
"""Below this there is no room for a brief and a take: the layout does not count as fitting.

A model that reads less than this fits where all that it reads does.
"""

_WAITING = 8  # requests that may wait, for each that runs
_MOST_REQUESTS = 256


@dataclass(frozen=True)
class Limits:
    """Tokens and requests of one copy; names are TGI's, `sequences` is how many full ones vLLM holds.

    `max_best_of` is for other clients than the bot; a few-shot document ends in more ways than TGI's 4.
    """

    max_input_tokens: int
    max_total_tokens: int
    max_batch_prefill_tokens: int
    max_batch_total_tokens: int
    max_concurrent_requests: int
    sequences: int
    max_best_of: int = 4
    max_stop_sequences: int = 8


def limits_for(shape: Shape, layout: Layout) -> Limits | None:
    """The limits, or None where the layout has no room for a single request."""
    total = min(shape.positions, layout.room)
    if total < max(2, min(LEAST_TOKENS, shape.positions)):
        return None
    longest = total * 3 // 4
    batch = max(total, _power_of_two(layout.room // 2))
    running = batch // total
    return Limits(
        max_input_tokens=longest,
        max_total_tokens=total,
        max_batch_prefill_tokens=min(batch, 2 * _power_of_two(2 * longest - 1)),
        max_batch_total_tokens=batch,
        max_concurrent_requests=min(_MOST_REQUESTS, _WAITING * running),
        sequences=layout.room // total,
    )


def _power_of_two(most: int) -> int:
    """The largest power of two up to `most`; 0 below 1."""
    return 0 if most < 1 else 1 << (most.bit_length() - 1)
