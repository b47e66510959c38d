"""How much each server has to do for this client, in tokens, and which one is asked next.

A request weighs its prompt's tokens and those it may still write. Where nobody has counted the prompt, the
weight is an estimate from its length: only the comparison of servers rests on it. Pure; no I/O, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tgi.protocol import GenerateParameters

# Measured on OPT's tokenizer: an English word with its space is 1.34 tokens, a Chinese character 2.12.
_ASCII_A_TOKEN = 4
_TOKENS_A_CHARACTER = 2
_UNSET_NEW_TOKENS = 1024  # what TGI's router sets aside where a request names no `max_new_tokens`


@dataclass(frozen=True, slots=True)
class Weight:
    """What one request costs, in tokens: of its prompt, and at most to be written.

    `counted` says that `prompt` is a count and no estimate.
    """

    prompt: int
    new: int
    counted: bool = False

    @property
    def total(self) -> int:
        """Prompt and new tokens."""
        return self.prompt + self.new


NOTHING = Weight(0, 0)
"""A question: it takes no place and generates nothing."""


def weigh(prompt: str, parameters: GenerateParameters, prompt_tokens: int | None = None) -> Weight:
    """Return what a generation costs; `prompt_tokens` is the prompt's size where it has been counted."""
    tokens = estimated_tokens(prompt) if prompt_tokens is None else prompt_tokens
    if parameters.truncate is not None:
        tokens = min(tokens, parameters.truncate)
    new = _UNSET_NEW_TOKENS if parameters.max_new_tokens is None else parameters.max_new_tokens
    return Weight(tokens, new * max(1, parameters.best_of or 1), counted=prompt_tokens is not None)


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has: one for 4 ASCII characters, two for any other character."""
    ascii_only = sum(map(str.isascii, text))
    return math.ceil(ascii_only / _ASCII_A_TOKEN) + _TOKENS_A_CHARACTER * (len(text) - ascii_only)


class Load:
    """What one server is doing for this client: generations, and the tokens outstanding on them."""

    def __init__(self) -> None:
        self.running = 0
        self.tokens = 0

    def begin(self, weight: Weight) -> Burden:
        """Take a generation on; it is part of the load until its `end`."""
        self.running += 1
        self.tokens += weight.total
        return Burden(self, weight)


class Burden:
    """One generation's part of a load: its prompt, and what it has not yet written."""

    def __init__(self, load: Load, weight: Weight) -> None:
        self._load = load
        self._prompt = weight.prompt
        self._unwritten = weight.new
        self._ended = False

    def wrote(self, tokens: int = 1) -> None:
        """Take off what has been written."""
        if self._ended:
            return
        taken = min(tokens, self._unwritten)
        self._unwritten -= taken
        self._load.tokens -= taken

    def end(self) -> None:
        """Take off all that is left; a second call does nothing."""
        if self._ended:
            return
        self._ended = True
        self._load.running -= 1
        self._load.tokens -= self._prompt + self._unwritten


@dataclass(frozen=True, slots=True)
class Standing:
    """One server as a candidate. `rank`: 0 is sound, more is asked only where nothing less has a place.

    `on_trial`: it has failed and is let a single request through, which goes elsewhere if it can.
    """

    tokens: int
    free: bool
    rank: int = 0
    on_trial: bool = False


def choose(candidates: Sequence[Standing | None]) -> int | None:
    """Return the index of the server to ask, None where none has a place; None among them is left out.

    The least rank goes first, then the fewest outstanding tokens, then the order given. A server on trial
    is chosen only where no other may be asked at all: one that is merely full is waited for.
    """
    there = [(index, each) for index, each in enumerate(candidates) if each is not None]
    proven = [(index, each) for index, each in there if not each.on_trial]
    free = [(each.rank, each.tokens, index) for index, each in proven or there if each.free]
    return min(free)[2] if free else None
