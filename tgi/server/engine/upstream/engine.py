"""A server with an OpenAI-compatible completions route as an engine: vLLM, SGLang, llama.cpp's own, others.

Looks at the start, and now and then, whether the model behind the address is the one that is configured.
Stop sequences and limits are cut here: the upstream is told the limit and no stop sequence, and a generation
that is closed closes its connection. A busy upstream is not waited for: who asks hears it, and asks again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Final, Self

from tgi.errors import EngineFailed, NoUpstream, OtherModel
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, TextToken
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.upstream.dialect import Asked, Card, Dialect, cards, served
from tgi.server.engine.upstream.llama_cpp import LlamaCppServer
from tgi.server.engine.upstream.plain import Plain
from tgi.server.engine.upstream.sglang import Sglang
from tgi.server.engine.upstream.vllm import Vllm
from tgi.server.engine.upstream.wire import Patience, Wire

_DIALECTS: Final = {"vllm": Vllm, "sglang": Sglang, "llamacpp": LlamaCppServer}
"""By the `owned_by` of their models."""
_NEVER: Final = -1.0
_SPARE_TOKENS: Final = 4
"""A character has at most 4 bytes: with so many more tokens a limit inside of one is past it."""


class Upstream:
    """One upstream with one model."""

    def __init__(
        self,
        wire: Wire,
        dialect: Dialect,
        *,
        wanted: str | None,
        model: str,
        seats: int,
        context: int,
        tokenizer: LocalTokenizer | None,
    ) -> None:
        self._wire = wire
        self._dialect = dialect
        self._wanted = wanted
        self.model = model
        self._seats = seats
        self._context = context
        self._tokenizer = tokenizer
        self._looking = asyncio.Lock()
        self._trusted_until = _now() + self._wire.patience.trust

    @classmethod
    async def load(
        cls,
        url: str,
        *,
        model: str | None,
        api_key: str | None,
        seats: int,
        context: int,
        tokenizer: Path | None,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """Find out what answers at `url`, and whether it can do the work.

        `url` may have a path before `/v1`. `model` is what the upstream must serve; None takes the only one
        that it has. `tokenizer` is a folder with the model's tokenizer.json. `tls` is for certificates that
        the system does not trust; SSL_CERT_FILE does as well.

        Raises:
            ServeError: the address is none.
            NoUpstream: it is not there, is another thing, cannot tokenize, or holds less than `context`.
            OtherModel: it serves another model.
            NoRuntime, UnreadableModel: the tokenizer cannot be read.

        """
        local = None if tokenizer is None else await asyncio.to_thread(LocalTokenizer.load, tokenizer)
        wire = Wire(url, api_key=api_key, streams=seats, patience=patience or Patience(), tls=tls)
        try:
            name, dialect = await _recognise(wire, model, local)
            _hold(wire, dialect, context)
        except EngineFailed as error:
            await wire.close()
            raise NoUpstream(_sentence(str(error))) from error
        except BaseException:
            await wire.close()
            raise
        return cls(
            wire, dialect, wanted=model, model=model or name, seats=seats, context=context, tokenizer=local
        )

    @property
    def seats(self) -> int:
        """How many generations run at once."""
        return self._seats

    @property
    def kind(self) -> str:
        """`upstream+` and what answers there."""
        return f"upstream+{self._dialect.name}"

    @property
    def abilities(self) -> Collection[Ability]:
        """What the upstream that answers now can do."""
        return self._dialect.abilities

    @property
    def adapters(self) -> Collection[str]:
        """The adapters that the upstream was started with."""
        return self._dialect.adapters

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The template of the tokenizer's folder, else what the upstream tells."""
        own = None if self._tokenizer is None else self._tokenizer.chat_template
        return own or self._dialect.chat_template

    async def tokenize(self, text: str, *, add_special: bool = True) -> list[TextToken]:
        """See `Engine.tokenize`."""
        with _understood(self._wire):
            return await self._dialect.tokenize(text, add_special=add_special)

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`."""
        await self._look()
        try:
            with _understood(self._wire):
                return await self._dialect.prefill(prompt, dials)
        except EngineFailed:
            self._doubt()
            raise

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        """See `Engine.generate`."""
        await self._look()
        try:
            with _understood(self._wire):
                async with aclosing(self._written(prompt, dials, limit)) as tokens:
                    async for token in tokens:
                        yield token
        except EngineFailed:
            self._doubt()
            raise

    async def close(self) -> None:
        """Close every connection; generations that run end with `EngineFailed`."""
        await self._wire.close()

    async def _written(
        self, prompt: Sequence[int], dials: Dials, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        """Yield up to the limit or the end; an upstream that counts otherwise is asked for the rest."""
        written: list[int] = []
        spare = 0
        while True:
            before = len(written)
            stream = self._dialect.stream([*prompt, *written], dials, limit - before + spare)
            async with aclosing(stream) as tokens:
                async for token in tokens:
                    written.append(token.id)
                    yield token
                    if token.ends or len(written) == limit:
                        return
            if self._dialect.exact or (spare and len(written) == before):
                raise EngineFailed(
                    f"the upstream at {self._wire.address} stopped after {len(written)} of {limit} tokens"
                )
            spare = _SPARE_TOKENS if len(written) == before else 0

    def _doubt(self) -> None:
        self._trusted_until = _NEVER

    async def _look(self) -> None:
        """See that the model is still the one that it was, when that was not seen for a while."""
        async with self._looking:
            if _now() < self._trusted_until:
                return
            failed = self._trusted_until == _NEVER
            self._doubt()
            try:
                if failed:  # whatever answers now may be another server
                    self._dialect = await self._again()
                else:
                    _found(await self._wire.get("/v1/models"), self._wanted or self.model, self._wire)
            except NoUpstream as error:
                raise EngineFailed(_clause(str(error))) from error
            self._trusted_until = _now() + self._wire.patience.trust

    async def _again(self) -> Dialect:
        _, dialect = await _recognise(self._wire, self._wanted or self.model, self._tokenizer)
        _hold(self._wire, dialect, self._context)
        return dialect


async def _recognise(wire: Wire, wanted: str | None, tokenizer: LocalTokenizer | None) -> tuple[str, Dialect]:
    """Find the model and the dialect.

    Raises:
        NoUpstream, OtherModel, EngineFailed: there is none that will do.

    """
    with _understood(wire):
        told = await wire.get("/v1/models")
        card = _found(told, wanted, wire)
        kind: type[Vllm | Sglang | LlamaCppServer | Plain] = _DIALECTS.get(card.owner, Plain)
        return card.id, await kind.open(Asked(wire, card, cards(told), tokenizer))


def _found(told: object, wanted: str | None, wire: Wire) -> Card:
    card = served(cards(told), wanted, wire.address)
    if isinstance(card, str):
        raise OtherModel(_sentence(card))
    return card


@contextmanager
def _understood(wire: Wire) -> Iterator[None]:
    """Turn what an answer of an unforeseen shape does to its reader into a failure that names the cause."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise EngineFailed(f"the upstream at {wire.address} answers in a form that is not known") from error


def _hold(wire: Wire, dialect: Dialect, context: int) -> None:
    if dialect.context is not None and dialect.context < context:
        raise NoUpstream(
            f"The upstream at {wire.address} holds {dialect.context} tokens, and {context} were asked for "
            "(--max-total-tokens)."
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"


def _clause(text: str) -> str:
    return f"{text[:1].lower()}{text[1:].removesuffix('.')}"


def _now() -> float:
    return asyncio.get_running_loop().time()
