"""What the server needs of a model, and nothing of how a model is run.

An engine tokenizes and generates; limits, stop sequences, best-of, TGI's fields and frames are the server's.
Engines are modules beside this one; the caller imports the one that it wants, so that the others need not be
installed. What an engine cannot do it leaves out of its `abilities`, and the server refuses it by name.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

Ability = Literal[
    "temperature",
    "repetition_penalty",
    "frequency_penalty",
    "top_k",
    "top_p",
    "typical_p",
    "seed",
    "watermark",
    "decoder_input_details",
    "top_n_tokens",
    "grammar.json",
    "grammar.regex",
    "adapter_id",
]
"""What a request may ask for beyond plain greedy text; `grammar.json` stands for `json_schema` too."""


@dataclass(frozen=True, slots=True)
class TextToken:
    """One token of a tokenized text: its id and its bytes, which may be a part of a character."""

    id: int
    piece: bytes


@dataclass(frozen=True, slots=True)
class GrammarRule:
    """A constraint on the text, checked by the server: a JSON schema as an object, or a regular expression.

    A regex holds for the whole text, as with TGI, which compiles schemas to one.
    """

    kind: Literal["json", "regex"]
    value: dict[str, Any] | str


@dataclass(frozen=True, slots=True)
class Dials:
    """How to choose the next token. `greedy` ignores all but the penalties; None turns a filter off.

    Filters apply in TGI's order: grammar, penalties, temperature, top-k, top-p, typical-p. `top_n` asks for
    that many of the likeliest tokens beside each chosen one.
    """

    seed: int = 0
    greedy: bool = False
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0
    watermark: bool = False
    top_n: int = 0
    grammar: GrammarRule | None = None
    adapter_id: str | None = None


@dataclass(frozen=True, slots=True)
class RankedToken:
    """One of the likeliest tokens at a place; `text` may be a part of a character, shown as U+FFFD."""

    id: int
    text: str
    logprob: float
    special: bool


class GeneratedToken(NamedTuple):
    """One generated token.

    `text` holds whole characters only: it is empty while a character is incomplete and then carries all of
    it. `logprob` is that of the choice, after the dials as in TGI, or None where the engine cannot tell.
    `ends` marks the token with which the model ended the text; nothing follows it. `top` are the likeliest
    tokens at its place, best first: at least as many as were asked for where ties are cut by nobody.
    """

    id: int
    text: str
    logprob: float | None
    special: bool
    ends: bool = False
    top: tuple[RankedToken, ...] = ()


Method = Literal["prefill", "decode"]
"""TGI's words for what a model is called for: to read prompts, or to take a step of what is written."""


class Call(NamedTuple):
    """One call of a model, with a batch of texts.

    Durations are in seconds, None where nobody can tell: of all of it, of the model alone, of choosing and
    reading the tokens, of letting go of what ended, of putting texts together. `begins` is how many texts
    came with it, `joins` whether others were being written. A call that `failed` has no durations.
    """

    method: Method
    inference: float | None = None
    forward: float | None = None
    decode: float | None = None
    filter: float | None = None
    concat: float | None = None
    begins: int = 0
    joins: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """A model's own Jinja template for conversations, with the special tokens that templates name."""

    source: str
    bos_token: str | None = None
    eos_token: str | None = None


class Engine(Protocol):
    """A loaded model that serves several generations at once."""

    @property
    def seats(self) -> int:
        """How many generations run at once; more than that wait outside the engine."""

    @property
    def kind(self) -> str:
        """What computes, for the `x-compute-type` header: for example `cpu+llama.cpp`."""

    @property
    def abilities(self) -> Collection[Ability]:
        """What may be asked for."""

    @property
    def adapters(self) -> Collection[str]:
        """The names that `adapter_id` may have; empty without that ability."""

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The model's template; None where it has none, as with every base model."""

    async def tokenize(self, text: str, *, add_special: bool = True) -> list[TextToken]:
        """Tokenize as for a prompt; `add_special` lets the model's own special tokens be put around it.

        Raises:
            EngineFailed: the engine did not answer.

        """

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """Return the log-probability of each prompt token after those before it; the first has None.

        Called only with the ability `decoder_input_details`; `dials` matters for its adapter alone.

        Raises:
            EngineFailed: the engine did not answer.

        """

    def generate(self, prompt: Sequence[int], dials: Dials, *, limit: int) -> AsyncGenerator[GeneratedToken]:
        """Yield up to `limit` tokens after `prompt`; closing the generator frees the seat at once.

        The same prompt, dials and seed give the same tokens when nothing else runs. Beside others a prompt
        may be read in other pieces, and sums may differ in their last digits: so may the text.

        Raises:
            EngineFailed: the generation broke.

        """

    async def close(self) -> None:
        """Let go of the model; generations that run end with `EngineFailed`."""


@runtime_checkable
class TellsCalls(Protocol):
    """An engine that knows the calls of its model."""

    def tell_calls(self, tell: Callable[[Call], None]) -> None:
        """Let each call be told of from now on, always on one thread, which may be the model's own."""
