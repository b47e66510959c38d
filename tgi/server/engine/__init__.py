"""What the server needs of a model, and nothing of how a model is run.

An engine tokenizes and generates; limits, stop sequences, TGI's fields and frames are the server's. Engines
are modules beside this one; the caller imports the one that it wants, so that the others need not be
installed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TextToken:
    """One token of a tokenized text: its id and its bytes, which may be a part of a character."""

    id: int
    piece: bytes


@dataclass(frozen=True, slots=True)
class Dials:
    """How to choose the next token. `greedy` ignores all but the penalties; None turns a filter off.

    Filters apply in TGI's order: penalties, temperature, top-k, top-p, typical-p.
    """

    seed: int = 0
    greedy: bool = False
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One generated token.

    `text` holds whole characters only: it is empty while a character is incomplete and then carries all of
    it. `logprob` is that of the choice, after the dials as in TGI, or None where the engine cannot tell.
    `ends` marks the token with which the model ended the text; nothing follows it.
    """

    id: int
    text: str
    logprob: float | None
    special: bool
    ends: bool = False


class Engine(Protocol):
    """A loaded model that serves several generations at once."""

    @property
    def seats(self) -> int:
        """How many generations run at once; more than that wait inside the engine."""

    @property
    def kind(self) -> str:
        """What computes, for the `x-compute-type` header: for example `cpu+llama.cpp`."""

    async def tokenize(self, text: str) -> list[TextToken]:
        """Tokenize as for a prompt, with the model's own special tokens.

        Raises:
            EngineFailed: the engine did not answer.

        """

    def generate(self, prompt: Sequence[int], dials: Dials, *, limit: int) -> AsyncGenerator[GeneratedToken]:
        """Yield up to `limit` tokens after `prompt`; closing the generator frees the seat at once.

        The same prompt, dials and seed give the same tokens when nothing else runs. Beside others, a prompt
        that is read in several steps shares them, and sums may differ in their last digits: so may the text.

        Raises:
            EngineFailed: the generation broke.

        """

    async def close(self) -> None:
        """Stop everything and free the model."""
