"""What the routes ask for: a text whole, the best of several, or token by token; permits, rules, measures.

The one place where a request is counted and where its end is. What goes wrong in a stream is its last word,
because a stream has no other way to say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final

from tgi.errors import (
    BrokenTemplate,
    IncompleteGeneration,
    IncompleteStream,
    InvalidInput,
    NoSuffix,
    RefusedTool,
    RequestError,
    TooBusy,
    TooManyPrompts,
)
from tgi.protocol import GenerateParameters, GenerateRequest, PrefillToken, Token
from tgi.server.clock import Stopwatch, Times
from tgi.server.engine import Engine, TextToken
from tgi.server.generation import Ending, Generator, Step, told
from tgi.server.limits import Limits
from tgi.server.metrics import Failure, Metrics
from tgi.server.together import side_by_side
from tgi.server.validation import ValidRequest, check_best_of, check_stream, tokenize, validate

_PROBE_SECONDS: Final = 60.0
"""How long an idle engine may take to one token."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A text that was written to its end; `top_tokens` is empty where none were asked for."""

    prefill: list[PrefillToken]
    tokens: list[Token]
    top_tokens: list[list[Token]]
    ending: Ending
    times: Times

    @property
    def logprob(self) -> float:
        """The mean log-probability of its tokens, by which the best is chosen; unknown ones do not count."""
        known = [token.logprob for token in self.tokens if token.logprob is not None]
        return sum(known) / len(known) if known else float("-inf")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best text and the others; `others` is None where only one was asked for."""

    best: Whole
    others: list[Whole] | None


@dataclass(slots=True, kw_only=True)
class Service:
    """The parts that a generation goes through; `in_flight` counts the requests that hold a permit."""

    engine: Engine
    generator: Generator
    limits: Limits
    metrics: Metrics
    clock: Callable[[], float]
    new_seed: Callable[[], int]
    keep_alive: float
    in_flight: int = 0
    _validating: asyncio.Semaphore = field(init=False)
    _probe: asyncio.Task[bool] | None = None

    def __post_init__(self) -> None:
        """Allow as many tokenizations at once as there are validation workers."""
        self._validating = asyncio.Semaphore(self.limits.validation_workers)

    async def whole(self, asked: GenerateRequest, *, add_special: bool = True) -> Chosen:
        """Write a text to its end, or as many as `best_of` says and choose.

        Raises:
            RequestError: it was refused, or it broke; of several, the first that did ends the others.

        """
        self.metrics.received()
        watch = Stopwatch(self.clock)
        count = asked.parameters.best_of or 1
        try:
            check_best_of(asked.parameters, self.limits)
            texts = await side_by_side([self._whole(asked, add_special=add_special) for _ in range(count)])
        except RequestError as error:
            self.metrics.failed(failure_of(error))
            raise
        except asyncio.CancelledError:
            self.metrics.failed("dropped")
            raise
        best = max(texts, key=lambda text: text.logprob)
        others = [text for text in texts if text is not best] if count > 1 else None
        times = best.times._replace(total=watch.times().total)
        self.metrics.succeeded(times, best.ending.generated_tokens)
        return Chosen(replace(best, times=times), others)

    async def stream(
        self, asked: GenerateRequest, *, add_special: bool = True
    ) -> AsyncGenerator[Step | RequestError]:
        """Yield each token; what was refused or broke is the last that comes, and is not raised."""
        self.metrics.received()
        watch = Stopwatch(self.clock)
        ended = False
        try:
            check_stream(asked.parameters)
            async with aclosing(self._steps(asked, watch, add_special=add_special)) as steps:
                async for step in steps:
                    if not isinstance(step, Step):
                        continue
                    if step.ending is not None:
                        ended = True
                        self.metrics.succeeded(watch.times(), step.ending.generated_tokens)
                    yield step
        except RequestError as error:
            told = IncompleteStream() if isinstance(error, IncompleteGeneration) else error
            self.metrics.failed(failure_of(told))
            yield told
        except (asyncio.CancelledError, GeneratorExit):
            if not ended:
                self.metrics.failed("dropped")
            raise

    async def tokenize(self, inputs: str, *, add_special: bool = True) -> list[TextToken]:
        """Tokenize a text, as many at once as there are validation workers.

        Raises:
            InvalidInput: the engine cannot.

        """
        async with self._validating:
            return await tokenize(self.engine, inputs, add_special=add_special)

    async def writes(self) -> bool:
        """Return whether the engine writes: while generations run, they are the proof.

        An idle engine is asked for one token, however many ask at once.
        """
        if self.in_flight:
            return True
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._one_token(), name="health")
        return await asyncio.shield(self._probe)

    async def _one_token(self) -> bool:
        asked = GenerateRequest(inputs="a", parameters=GenerateParameters(max_new_tokens=1))
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                valid = await validate(asked, limits=self.limits, engine=self.engine, new_seed=self.new_seed)
                async with aclosing(self.generator.run(valid, Stopwatch(self.clock))) as steps:
                    async for _ in steps:
                        return True
        except (RequestError, TimeoutError):
            return False
        return False

    async def _whole(self, asked: GenerateRequest, *, add_special: bool) -> Whole:
        watch = Stopwatch(self.clock)
        prefill: list[PrefillToken] = []
        tokens: list[Token] = []
        top_tokens: list[list[Token]] = []
        ending: Ending | None = None
        async with aclosing(self._steps(asked, watch, add_special=add_special)) as steps:
            async for step in steps:
                if not isinstance(step, Step):
                    prefill = step
                    continue
                tokens.append(told(step.token))
                if asked.parameters.top_n_tokens:
                    top_tokens.append([told(one) for one in step.token.top])
                ending = step.ending
        if ending is None:
            raise IncompleteGeneration
        return Whole(prefill, tokens, top_tokens, ending, watch.times())

    async def _steps(
        self, asked: GenerateRequest, watch: Stopwatch, *, add_special: bool
    ) -> AsyncGenerator[Step | list[PrefillToken]]:
        """Take a permit, validate, generate."""
        if self.in_flight >= self.limits.max_concurrent_requests:
            raise TooBusy
        self.in_flight += 1
        try:
            valid = await self._validate(asked, add_special=add_special)
            watch.validated()
            async with aclosing(self.generator.run(valid, watch)) as steps:
                async for step in steps:
                    yield step
        finally:
            self.in_flight -= 1

    async def _validate(self, asked: GenerateRequest, *, add_special: bool) -> ValidRequest:
        async with self._validating:
            valid = await validate(
                asked,
                limits=self.limits,
                engine=self.engine,
                new_seed=self.new_seed,
                add_special=add_special,
            )
        self.metrics.accepted(len(valid.prompt), valid.max_new_tokens)
        return valid


def failure_of(error: RequestError) -> Failure:
    """Return the metrics' word for what went wrong."""
    for kind, name in _FAILURES.items():
        if isinstance(error, kind):
            return name
    return "generation"


_FAILURES: Final[dict[type[RequestError], Failure]] = {
    BrokenTemplate: "template",
    IncompleteGeneration: "incomplete",
    InvalidInput: "validation",
    NoSuffix: "validation",
    RefusedTool: "validation",
    TooBusy: "overloaded",
    TooManyPrompts: "validation",
}
