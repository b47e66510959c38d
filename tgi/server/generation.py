"""One generation from its seat to its last token: waiting, stopping, and TGI's words for how it ended.

Knows nothing of HTTP. A generation that is closed early, or whose caller is cancelled, gives its seat back
at once.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, NamedTuple

from tgi.errors import EngineFailed, FailedGeneration, IncompleteGeneration
from tgi.protocol import FinishReason, PrefillToken, Token
from tgi.server.clock import Stopwatch
from tgi.server.engine import Engine, GeneratedToken, RankedToken
from tgi.server.limits import DEFAULT_GENERATION_LENGTH
from tgi.server.metrics import Metrics
from tgi.server.seats import Seats
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


class Step(NamedTuple):
    """One token, with its number from 1; the last one has the ending."""

    number: int
    token: GeneratedToken
    ending: Ending | None


def told(token: GeneratedToken | RankedToken) -> Token:
    """Return a token as the wire has it."""
    return Token(id=token.id, text=token.text, logprob=token.logprob, special=token.special)


class Generator:
    """Runs valid requests on an engine, as many at once as it has seats and tokens for."""

    def __init__(self, engine: Engine, metrics: Metrics, *, batch_tokens: int) -> None:
        self._engine = engine
        self._metrics = metrics
        self._seats = Seats(engine.seats, batch_tokens)

    async def run(self, request: ValidRequest, watch: Stopwatch) -> AsyncGenerator[Step | list[PrefillToken]]:
        """Yield the prompt's tokens first where they are asked for, then those of the text.

        `watch` is told when the request gets its seat.

        Raises:
            InvalidInput: the engine cannot hold to the grammar.
            FailedGeneration: the engine failed.
            IncompleteGeneration: the engine ended before the text did.

        """
        tokens = len(request.prompt) + request.max_new_tokens
        with self._metrics.waiting():
            await self._seats.take(tokens)
        watch.seated()
        try:
            with self._metrics.running(tokens):
                if request.decoder_input_details:
                    yield await self._prefill(request)
                with self._metrics.writing() as written:
                    async with aclosing(self._steps(request, written)) as steps:
                        async for step in steps:
                            yield step
        except EngineFailed as error:
            raise FailedGeneration(str(error)) from error
        finally:
            self._seats.leave(tokens)

    async def _prefill(self, request: ValidRequest) -> list[PrefillToken]:
        logprobs = await self._engine.prefill(request.prompt, request.dials)
        return [
            PrefillToken(id=id_, text=piece.decode(errors="replace"), logprob=logprob)
            for id_, piece, logprob in zip(request.prompt, request.pieces, logprobs, strict=True)
        ]

    async def _steps(self, request: ValidRequest, written: Callable[[], None]) -> AsyncGenerator[Step]:
        stopping = _Stopping(request.max_new_tokens, request.stop)
        text: list[str] = [request.inputs] if request.return_full_text else []
        count = 0
        tokens = self._engine.generate(request.prompt, request.dials, limit=request.max_new_tokens)
        async with aclosing(tokens):
            async for token in tokens:
                written()
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
                yield Step(count, token, ending)
                if ending:
                    return
                if count % DEFAULT_GENERATION_LENGTH == 0:  # where the router asks for more room
                    left = request.max_new_tokens - count
                    self._metrics.accepted(len(request.prompt) + count, left)
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
