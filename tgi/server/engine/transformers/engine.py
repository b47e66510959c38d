"""The engine that the server talks to: a folder with a causal language model, through transformers.

PyTorch is imported when a model is loaded and not before, so that what is missing can be said in a sentence.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from tgi.errors import EngineFailed, NoRuntime
from tgi.server.engine import Ability, Call, ChatTemplate, Dials, GeneratedToken, TextToken
from tgi.server.engine.transformers.adapters import check_adapter
from tgi.server.engine.transformers.folder import look

if TYPE_CHECKING:
    from tgi.server.engine.transformers.start import Started
    from tgi.server.engine.transformers.text import Text

_NEEDED: Final = ("torch", "transformers", "tokenizers", "safetensors", "llguidance", "numpy")
_SETTINGS: Final = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # Threads wait for each other some hundred times a token, and by default spin for milliseconds meanwhile,
    # which beside another busy process costs most of the speed. A short spin costs almost none alone.
    "GOMP_SPINCOUNT": "1000",
}
"""Read when the libraries are imported, so that only the first start sets them."""


class TransformersEngine:
    """A model on one device, with `seats` rows of `context` tokens each.

    The same prompt, dials and seed give the same text when nothing else runs. A prompt is always read alone,
    in the same chunks, and each row has dice of its own. But a step with several rows multiplies matrices of
    other shapes than one with a single row, so that scores may differ in their last digits; where a draw
    falls between the two, the texts differ from there on. In float32 that is rare; in bfloat16 it met about
    one text of 40 tokens in five.
    """

    def __init__(self, started: Started, *, context: int) -> None:
        self._tokenizer = started.tokenizer
        self._grammars = started.grammars
        self._thread = started.thread
        self._new_generator = started.new_generator
        self._adapters = started.adapters
        self._seats = started.seats
        self._kind = f"{'cpu' if started.device == 'cpu' else 'gpu'}+transformers"
        self._abilities = started.abilities
        self._context = context

    @classmethod
    async def load(
        cls,
        folder: Path,
        *,
        seats: int,
        context: int,
        dtype: str = "auto",
        device: str = "auto",
        adapters: Mapping[str, Path] | None = None,
        threads: int | None = None,
    ) -> Self:
        """Load a model, and LoRA adapters (PEFT folders by `adapter_id`).

        `dtype` is auto, float32, float16 or bfloat16; `device` is auto, cpu or cuda; `threads` are PyTorch's.

        Raises:
            NoRuntime: PyTorch, transformers, or the device is missing.
            UnreadableModel: the folder is no whole model, an adapter does not fit it, the memory does not
                suffice, or its context is shorter than `context`.

        """
        looked = await asyncio.to_thread(look, folder)
        named = dict(adapters or {})
        for path in named.values():
            check_adapter(path)
        await asyncio.to_thread(_import_all)
        from tgi.server.engine.transformers.start import start  # noqa: PLC0415 - imports PyTorch

        started = await asyncio.to_thread(
            start,
            looked,
            seats=seats,
            context=context,
            dtype=dtype,
            device=device,
            adapters=named,
            threads=threads,
        )
        return cls(started, context=context)

    @property
    def seats(self) -> int:
        """How many generations run at once."""
        return self._seats

    @property
    def kind(self) -> str:
        """`cpu+transformers` or `gpu+transformers`."""
        return self._kind

    @property
    def abilities(self) -> Collection[Ability]:
        """All, adapters where there are any, and grammars where the model can end a text."""
        return self._abilities

    @property
    def adapters(self) -> Collection[str]:
        """The names that the model was loaded with."""
        return self._adapters

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The folder's."""
        return self._tokenizer.chat_template

    async def tokenize(self, text: str, *, add_special: bool = True) -> list[TextToken]:
        """See `Engine.tokenize`."""
        try:
            return self._tokenizer.tokenize(text, add_special=add_special)
        except Exception as error:  # the package raises bare Exception
            raise EngineFailed(f"the tokenizer cannot read the text ({error})") from error

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`; the model reads the prompt once."""
        text = self._text(prompt, dials, limit=0)
        self._thread.join(text)
        try:
            found = await text.inbox.next()
        finally:
            self._thread.leave(text)
        assert isinstance(found, list)  # noqa: S101 - what a text without a limit gets
        return found

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        """See `Engine.generate`.

        Raises:
            InvalidInput: the grammar is one that cannot be held to; nothing ran.

        """
        text = self._text(prompt, dials, limit=limit)
        if dials.grammar is not None:
            text.grammar = await asyncio.to_thread(self._grammars.compile, dials.grammar)
        self._thread.join(text)
        try:
            for _ in range(limit):
                token = await text.inbox.next()
                assert isinstance(token, GeneratedToken)  # noqa: S101 - what a text with a limit gets
                yield token
                if token.ends:
                    return
        finally:
            self._thread.leave(text)

    def tell_calls(self, tell: Callable[[Call], None]) -> None:
        """See `TellsCalls`; each chunk of a prompt is a call."""
        self._thread.tell_calls(tell)

    async def close(self) -> None:
        """End what runs, wait for the step that is being taken, let go of the model."""
        await asyncio.to_thread(self._thread.close)

    def _text(self, prompt: Sequence[int], dials: Dials, *, limit: int) -> Text:
        from tgi.server.engine.transformers.text import Inbox, Text  # noqa: PLC0415 - imports PyTorch

        if not prompt:
            raise EngineFailed("the prompt has no tokens")
        if len(prompt) + limit > self._context:
            raise EngineFailed(
                f"prompt and text are {len(prompt) + limit} tokens, of {self._context} at most"
            )
        if dials.adapter_id is not None and dials.adapter_id not in self._adapters:
            raise EngineFailed(f"there is no adapter {dials.adapter_id}")
        generator = None if dials.greedy or limit == 0 else self._new_generator(dials.seed)
        return Text(list(prompt), dials, limit, Inbox(), generator=generator)


def _import_all() -> None:
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing = isinstance(error, ModuleNotFoundError)
            raise NoRuntime(
                f"The package {name} is not installed: pip install 'storyroom[models]' brings it."
                if missing
                else f"The package {name} does not load on this machine: {error}."
            ) from error
