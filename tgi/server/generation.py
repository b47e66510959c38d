"""One generation from its seat to its last token: waiting, stopping, and TGI's words for how it ended.

Knows nothing of HTTP. A generation that is closed early, or whose caller is cancelled, gives its seat back
at once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from tgi.errors import EngineFailed, FailedGeneration, IncompleteGeneration
from tgi.protocol import FinishReason, Token
from tgi.server.clock import Stopwatch
from tgi.server.engine import Engine, GeneratedToken
from tgi.server.metrics import Metrics
from tgi.server.validation import ValidRequest

_TAIL: Final = 300
"""Characters that a stop sequence is looked for in (server/text_generation_server/utils/tokens.py)."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a generation ended. `text` is the whole answer, with the prompt where that was asked for."""

    text: str
    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None
    input_length: int


@dataclass(frozen=True, slots=True)
class Step:
    """One token, with its number from 1; the last one has the ending."""

    index: int
    token: Token
    ending: Ending | None


class Generator:
    """Runs valid requests on an engine, as many at once as it has seats."""

    def __init__(self, engine: Engine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics
        self._seats = asyncio.Semaphore(engine.seats)

    async def run(self, request: ValidRequest, watch: Stopwatch) -> AsyncGenerator[Step]:
        """Yield the tokens of a request; `watch` is told when it gets its seat.

        Raises:
            FailedGeneration: the engine failed.
            IncompleteGeneration: the engine ended before the text did.

        """
        with self._metrics.waiting():
            await self._seats.acquire()
        watch.seated()
        try:
            with self._metrics.running(len(request.prompt) + request.max_new_tokens):
                async with aclosing(self._steps(request)) as steps:
                    async for step in steps:
                        yield step
        except EngineFailed as error:
            raise FailedGeneration(str(error)) from error
        finally:
            self._seats.release()

    async def _steps(self, request: ValidRequest) -> AsyncGenerator[Step]:
        stopping = _Stopping(request.max_new_tokens, request.stop)
        text: list[str] = [request.inputs] if request.return_full_text else []
        count = 0
        tokens = self._engine.generate(request.prompt, request.dials, limit=request.max_new_tokens)
        async with aclosing(tokens):
            async for token in tokens:
                count += 1
                if not token.special:
                    text.append(token.text)
                reason = stopping.after(token)
                ending = (
                    None
                    if reason is None
                    else Ending(
                        text="".join(text),
                        finish_reason=reason,
                        generated_tokens=count,
                        seed=None if request.dials.greedy else request.dials.seed,
                        input_length=len(request.prompt),
                    )
                )
                yield Step(
                    index=count,
                    token=Token(id=token.id, text=token.text, logprob=token.logprob, special=token.special),
                    ending=ending,
                )
                if ending:
                    return
        raise IncompleteGeneration


class _Stopping:
    """Decides after each token, in TGI's order: length, then the end of the text, then a stop sequence."""

    def __init__(self, max_new_tokens: int, stop: Sequence[str]) -> None:
        self._left = max_new_tokens
        self._tail = ""
        # `$` also matches before a final line break, and so does TGI's.
        self._stops = [re.compile(f"{re.escape(sequence)}$") for sequence in stop]

    def after(self, token: GeneratedToken) -> FinishReason | None:
        self._left -= 1
        if self._left <= 0:
            return FinishReason.LENGTH
        if token.ends:
            return FinishReason.EOS_TOKEN
        if self._stops:
            self._tail = (self._tail + token.text)[-_TAIL:]
            if any(stop.search(self._tail) for stop in self._stops):
                return FinishReason.STOP_SEQUENCE
        return None
