"""The engine that the server talks to: a GGUF model in this process, with `seats` slots.

Tokenizing goes through the HTTP listener that the wheel opens on the loopback, behind a key made for this
start, because it has no call for it; generating does not. Stop sequences and limits are the server's.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

import aiohttp

from tgi.errors import EngineFailed, NoRuntime, UnreadableModel
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, TextToken
from tgi.server.engine.gguf import Value, check_whole, read_metadata
from tgi.server.engine.llama_cpp import answers, asking
from tgi.server.engine.llama_cpp.abilities import ABILITIES
from tgi.server.engine.llama_cpp.adapters import check_adapter
from tgi.server.engine.llama_cpp.calls import Calls
from tgi.server.engine.llama_cpp.grammar import LLGUIDANCE, written
from tgi.server.engine.llama_cpp.runtime import MOST_SEATS, Runtime, start
from tgi.server.engine.llama_cpp.schemas import Schemas
from tgi.server.engine.vocabulary import Vocabulary

_TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=5)


class LlamaCpp:
    """A GGUF model in this process, with `seats` slots of `context` tokens each."""

    kind = "cpu+llama.cpp"

    def __init__(
        self,
        runtime: Runtime,
        key: str,
        vocabulary: Vocabulary,
        *,
        seats: int,
        adapters: Sequence[str] = (),
        chat_template: ChatTemplate | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._seats = seats
        self._adapters = tuple(adapters)
        self._chat_template = chat_template
        self._calls = Calls(runtime, seats)
        self._schemas = Schemas(self._calls, vocabulary)
        self._http = aiohttp.ClientSession(
            runtime.listening_address,
            # The listener closes idle connections without saying so.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            headers={"Authorization": f"Bearer {key}"},
            timeout=_TIMEOUT,
        )

    @classmethod
    async def load(
        cls,
        path: Path,
        *,
        seats: int,
        context: int,
        threads: int | None = None,
        adapters: Mapping[str, Path] | None = None,
    ) -> LlamaCpp:
        """Load a model, and LoRA adapters (GGUF files by `adapter_id`), in about a second.

        The event loop stands still meanwhile. Call it from the main thread if signals matter: the runtime
        takes SIGINT and SIGTERM for itself, and only the main thread can take them back.

        Raises:
            NoRuntime: xllamacpp or libgomp is missing, or so many `seats` are not to be had.
            UnreadableModel: a file does not load or is cut short, or its context is shorter than `context`.

        """
        metadata = read_metadata(path)
        vocabulary = Vocabulary.from_metadata(metadata)
        check_whole(path)
        architecture = _text(metadata.get("general.architecture")) or ""
        longest = metadata.get(f"{architecture}.context_length")
        if isinstance(longest, int) and context > longest:
            raise UnreadableModel(
                f"The model reads at most {longest} tokens; {context} were asked for (--max-total-tokens)."
            )
        if seats > MOST_SEATS:
            raise NoRuntime(
                f"llama.cpp writes at most {MOST_SEATS} texts at once; {seats} were asked for "
                "(--max-batch-size)."
            )
        named = adapters or {}
        for adapter in named.values():
            check_adapter(adapter, architecture)
        key = secrets.token_urlsafe(16)
        runtime = start(
            path, seats=seats, context=context, threads=threads, key=key, adapters=[*named.values()]
        )
        return cls(
            runtime,
            key,
            vocabulary,
            seats=seats,
            adapters=[*named],
            chat_template=_chat_template(metadata, vocabulary),
        )

    @property
    def seats(self) -> int:
        """How many generations run at once."""
        return self._seats

    @property
    def abilities(self) -> Collection[Ability]:
        """All but the watermark, and adapters where there are any."""
        return ABILITIES if self._adapters else ABILITIES - {"adapter_id"}

    @property
    def adapters(self) -> Collection[str]:
        """The names that the model was loaded with."""
        return self._adapters

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The template that the file carries."""
        return self._chat_template

    async def tokenize(self, text: str, *, add_special: bool = True) -> list[TextToken]:
        """See `Engine.tokenize`."""
        body = {"content": text, "add_special": add_special, "parse_special": True}
        try:
            async with self._http.post("/tokenize", json=body) as response:
                answer = await response.json()
            return [TextToken(id_, self._vocabulary.piece(id_)) for id_ in answer["tokens"]]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, RuntimeError) as error:
            raise EngineFailed("the engine does not answer") from error

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`; the prompt is written token for token, at the pace of a generation.

        A token that only begins or continues a character has None.
        """
        lora = self._lora(dials)
        found: list[float | None] = [None]
        while len(found) < len(prompt):
            begun = len(found)
            if self._vocabulary.is_special(prompt[begun]):
                wanted = prompt[begun : begun + 1]
                body = asking.forced_special(prompt[:begun], wanted[0], lora=lora)
            else:
                end = begun
                while end < len(prompt) and not self._vocabulary.is_special(prompt[end]):
                    end += 1
                wanted = prompt[begun:end]
                body = asking.forced(prompt[:begun], wanted, lora=lora)
            found += await self._read(body, wanted)
        return found

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        """See `Engine.generate`.

        Raises:
            InvalidInput: the grammar is one that llama.cpp cannot hold to; nothing ran.

        """
        known = [*prompt]
        grammar = None if dials.grammar is None else written(dials.grammar)
        if grammar is not None and grammar.startswith(LLGUIDANCE):
            await self._schemas.check(grammar)
        lora = self._lora(dials)
        body = asking.completion(prompt, dials, limit=limit, grammar=grammar, lora=lora)
        for last in (grammar is not None, True):
            async with aclosing(self._tokens(body, dials.top_n)) as tokens:
                async for token in tokens:
                    yield token
                    known.append(token.id)
                    if len(known) == len(prompt) + limit or token.ends:
                        return
            if last:
                return
            body = asking.rest(known, dials, limit=len(prompt) + limit - len(known), lora=lora)

    async def close(self) -> None:
        """Close the listener's connections, end what runs, then the model."""
        await self._http.close()
        await self._calls.close()

    def _tokens(self, body: Mapping[str, Any], top_n: int) -> AsyncGenerator[GeneratedToken]:
        return answers.tokens(self._calls.events(body), self._vocabulary, top_n=top_n)

    async def _read(self, body: Mapping[str, Any], wanted: Sequence[int]) -> list[float | None]:
        found: list[float | None] = []
        async with aclosing(self._tokens(body, 0)) as tokens:
            async for token in tokens:
                if token.id != wanted[len(found)]:
                    raise EngineFailed("the engine did not read the prompt as it is")
                found.append(token.logprob)
                if len(found) == len(wanted):
                    break
        # What is left is a character that the prompt does not complete.
        return found + [None] * (len(wanted) - len(found))

    def _lora(self, dials: Dials) -> list[dict[str, Any]]:
        """Say of each adapter whether it is on; one that is not named would be, at the scale it has."""
        return [
            {"id": id_, "scale": float(name == dials.adapter_id)} for id_, name in enumerate(self._adapters)
        ]


def _chat_template(metadata: Mapping[str, Value], vocabulary: Vocabulary) -> ChatTemplate | None:
    source = _text(metadata.get("tokenizer.chat_template"))
    if source is None:
        return None
    bos, eos = (
        vocabulary.piece(id_).decode(errors="replace") if isinstance(id_, int) else None
        for id_ in (metadata.get(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos"))
    )
    return ChatTemplate(source, bos_token=bos, eos_token=eos)


def _text(value: Value | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else None
