"""What the server accepts, under text-generation-launcher's own option names and defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tgi.errors import ServeError

DEFAULT_GENERATION_LENGTH: Final = 1024
"""Tokens that are reserved at once (router/src/validation.rs); more are granted while they fit."""

_POSITIVE: Final = (
    "max_concurrent_requests",
    "max_best_of",
    "max_client_batch_size",
    "validation_workers",
    "payload_limit",
    "input_tokens",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The launcher's limits.

    Unset, `max_input_tokens` is `max_total_tokens` - 1, and `max_batch_total_tokens`, the tokens of all that
    run at once, is what the engine has room for.
    """

    max_concurrent_requests: int = 128
    max_best_of: int = 2
    max_stop_sequences: int = 4
    max_top_n_tokens: int = 5
    max_input_tokens: int | None = None
    max_total_tokens: int = 2048
    max_batch_total_tokens: int | None = None
    max_client_batch_size: int = 4
    validation_workers: int = 2
    disable_grammar_support: bool = False
    payload_limit: int = 2_000_000

    def __post_init__(self) -> None:
        """Refuse what the router refuses at start.

        Raises:
            ServeError: `max_input_tokens` does not leave room for one token, a batch has no room for the
                longest request, or a limit is not positive.

        """
        if self.input_tokens >= self.max_total_tokens:
            raise ServeError("--max-input-tokens must be < --max-total-tokens.")
        if self.max_batch_total_tokens is not None and self.max_total_tokens > self.max_batch_total_tokens:
            raise ServeError("--max-total-tokens must be <= --max-batch-total-tokens.")
        for name in _POSITIVE:
            if getattr(self, name) < 1:
                raise ServeError(f"--{name.replace('_', '-')} must be > 0.")

    @property
    def input_tokens(self) -> int:
        """The longest input, in tokens."""
        return self.max_total_tokens - 1 if self.max_input_tokens is None else self.max_input_tokens

    def batch_tokens(self, seats: int) -> int:
        """Return the tokens of all that run at once on so many seats."""
        most = seats * self.max_total_tokens
        return most if self.max_batch_total_tokens is None else min(most, self.max_batch_total_tokens)

    def room(self, input_length: int, max_new_tokens: int | None) -> int:
        """Return how many tokens a generation may have in all.

        The router reserves `DEFAULT_GENERATION_LENGTH` at a time and asks again for the rest with the text
        so far as the input; where that no longer fits, the text ends with `length`.
        """
        wanted = self.max_total_tokens - input_length if max_new_tokens is None else max_new_tokens
        granted = min(wanted, DEFAULT_GENERATION_LENGTH)
        while granted < wanted:
            more = min(wanted - granted, DEFAULT_GENERATION_LENGTH)
            so_far = input_length + granted
            if so_far > self.input_tokens or so_far + more > self.max_total_tokens:
                break
            granted += more
        return granted
