"""What a generation yields: tokens as they come, then how it finished.

Plain frozen values, so that callers never meet the wire's models; nothing here does any work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tgi import protocol
from tgi.protocol import FinishReason


@dataclass(frozen=True, slots=True)
class Token:
    """One generated token.

    `index` counts from 1. `logprob` is None where the server's is not a finite number. A `special` token
    (end of sequence, say) is no part of the text. `top_tokens` is empty unless `top_n_tokens` was asked
    for. `model_id` and `model_sha` as in `Finished`, for those who leave a stream early.
    """

    index: int
    id: int
    text: str
    special: bool
    logprob: float | None = None
    top_tokens: tuple[protocol.Token, ...] = ()
    model_id: str | None = field(default=None, compare=False)
    model_sha: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a stream.

    `generated_text` includes a stop sequence that was met. `seed` is None for greedy decoding.
    `input_length` counts the prompt's tokens, special ones included; it is None where the server does not
    tell. `model_id` and `model_sha` are what the very server that wrote this said of itself, the revision
    None where it names none.
    """

    generated_text: str
    finish_reason: FinishReason
    generated_tokens: int
    model_id: str
    model_sha: str | None = None
    seed: int | None = None
    input_length: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole generation; fields as in `Finished`.

    `prefill` is empty unless `decoder_input_details` was asked for. `others` are the sequences that
    `best_of` did not choose.
    """

    generated_text: str
    finish_reason: FinishReason
    generated_tokens: int
    model_id: str
    model_sha: str | None = None
    seed: int | None = None
    input_length: int | None = None
    tokens: tuple[Token, ...] = ()
    prefill: tuple[protocol.PrefillToken, ...] = ()
    others: tuple[Reply, ...] = ()
