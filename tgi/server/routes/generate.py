"""`POST /`, `/generate` and `/generate_stream`: the same generation, answered whole or as it is written.

A stream is always HTTP 200; whatever goes wrong, before or after the first token, is one error frame. A
caller who goes away cancels the handler, and with it the generation.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tgi.errors import (
    IncompleteGeneration,
    IncompleteStream,
    InvalidInput,
    RequestError,
    TooBusy,
)
from tgi.protocol import (
    CompatGenerateRequest,
    Details,
    ErrorResponse,
    GenerateRequest,
    GenerateResponse,
    StreamDetails,
    StreamResponse,
    Token,
)
from tgi.server import body, sse
from tgi.server.clock import Stopwatch, Times
from tgi.server.engine import Engine
from tgi.server.generation import Ending, Generator, Step
from tgi.server.limits import Limits
from tgi.server.metrics import Failure, Metrics
from tgi.server.routes.answers import as_error, as_json
from tgi.server.validation import ValidRequest, check_best_of, check_stream, validate


@dataclass(slots=True, kw_only=True)
class Service:
    """What the routes need; `in_flight` counts the requests that hold a permit."""

    engine: Engine
    generator: Generator
    limits: Limits
    metrics: Metrics
    clock: Callable[[], float]
    new_seed: Callable[[], int]
    keep_alive: float
    in_flight: int = 0


async def whole(service: Service, request: web.Request) -> web.StreamResponse:
    """Answer `POST /generate`: one object."""
    return await _whole(service, await body.read(request, GenerateRequest), as_list=False)


async def stream(service: Service, request: web.Request) -> web.StreamResponse:
    """Answer `POST /generate_stream`: one event for each token."""
    return await _stream(service, request, await body.read(request, GenerateRequest))


async def compat(service: Service, request: web.Request) -> web.StreamResponse:
    """Answer `POST /`: a list of one object, or a stream; by default the text begins with the prompt."""
    asked = await body.read(request, CompatGenerateRequest)
    if asked.parameters.return_full_text is None:
        # TGI's default where the pipeline is text-generation.
        parameters = asked.parameters.model_copy(update={"return_full_text": True})
        asked = asked.model_copy(update={"parameters": parameters})
    if asked.stream:
        return await _stream(service, request, asked)
    return await _whole(service, asked, as_list=True)


async def _whole(service: Service, asked: GenerateRequest, *, as_list: bool) -> web.Response:
    watch = Stopwatch(service.clock)
    tokens: list[Token] = []
    ending: Ending | None = None
    try:
        check_best_of(asked.parameters, service.limits)
        async with aclosing(_run(service, asked, watch)) as steps:
            async for step in steps:
                tokens.append(step.token)
                ending = step.ending
        if ending is None:
            raise IncompleteGeneration
    except RequestError as error:
        service.metrics.failed(_failure(error))
        return as_error(error)
    except asyncio.CancelledError:
        service.metrics.failed("dropped")
        raise
    times = watch.times()
    service.metrics.succeeded(times, ending.generated_tokens)
    details = None
    if asked.parameters.details or asked.parameters.decoder_input_details:
        details = Details(
            finish_reason=ending.finish_reason,
            generated_tokens=ending.generated_tokens,
            seed=ending.seed,
            tokens=tokens,
        )
    text = GenerateResponse(generated_text=ending.text, details=details).model_dump_json()
    return as_json(
        f"[{text}]" if as_list else text,
        headers=_headers(service, asked) | _measures(times, ending),
    )


async def _stream(service: Service, request: web.Request, asked: GenerateRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers=sse.HEADERS | _headers(service, asked))
    await response.prepare(request)
    # A client that goes has all that it wants; leaving the frames ends the generation.
    with suppress(ConnectionResetError):
        async with aclosing(sse.with_silences(_frames(service, asked), service.keep_alive)) as frames:
            async for frame in frames:
                await response.write(sse.KEEP_ALIVE if frame is None else frame)
        await response.write_eof()
    return response


async def _frames(service: Service, asked: GenerateRequest) -> AsyncGenerator[bytes]:
    watch = Stopwatch(service.clock)
    ending: Ending | None = None
    try:
        check_stream(asked.parameters)
        async with aclosing(_run(service, asked, watch)) as steps:
            async for step in steps:
                ending = step.ending
                if ending is not None:
                    service.metrics.succeeded(watch.times(), ending.generated_tokens)
                yield sse.frame(_event(step, details=asked.parameters.details))
    except RequestError as error:
        told = IncompleteStream() if isinstance(error, IncompleteGeneration) else error
        service.metrics.failed(_failure(told))
        yield sse.frame(ErrorResponse(error=told.text, error_type=told.error_type))
    except (asyncio.CancelledError, GeneratorExit):
        if ending is None:
            service.metrics.failed("dropped")
        raise


async def _run(service: Service, asked: GenerateRequest, watch: Stopwatch) -> AsyncGenerator[Step]:
    """Take a permit, validate, generate."""
    service.metrics.received()
    if service.in_flight >= service.limits.max_concurrent_requests:
        raise TooBusy
    service.in_flight += 1
    try:
        valid = await _validate(service, asked)
        watch.validated()
        async with aclosing(service.generator.run(valid, watch)) as steps:
            async for step in steps:
                yield step
    finally:
        service.in_flight -= 1


async def _validate(service: Service, asked: GenerateRequest) -> ValidRequest:
    valid = await validate(asked, limits=service.limits, engine=service.engine, new_seed=service.new_seed)
    service.metrics.accepted(len(valid.prompt), valid.max_new_tokens)
    return valid


def _event(step: Step, *, details: bool) -> StreamResponse:
    ending = step.ending
    if ending is None:
        return StreamResponse(index=step.index, token=step.token)
    return StreamResponse(
        index=step.index,
        token=step.token,
        generated_text=ending.text,
        details=StreamDetails(
            finish_reason=ending.finish_reason,
            generated_tokens=ending.generated_tokens,
            seed=ending.seed,
            input_length=ending.input_length,
        )
        if details
        else None,
    )


def _headers(service: Service, asked: GenerateRequest) -> dict[str, str]:
    return {
        "x-compute-type": service.engine.kind,
        "x-compute-characters": str(len(asked.inputs)),
    }


def _measures(times: Times, ending: Ending) -> dict[str, str]:
    milliseconds = {
        "x-total-time": times.total,
        "x-validation-time": times.validation,
        "x-queue-time": times.queue,
        "x-inference-time": times.inference,
        "x-time-per-token": times.inference / ending.generated_tokens,
    }
    return {
        "x-compute-time": str(times.total),
        "x-prompt-tokens": str(ending.input_length),
        "x-generated-tokens": str(ending.generated_tokens),
        **{name: str(int(seconds * 1000)) for name, seconds in milliseconds.items()},
    }


def _failure(error: RequestError) -> Failure:
    for kind, name in _FAILURES.items():
        if isinstance(error, kind):
            return name
    return "generation"


_FAILURES: Final[dict[type[RequestError], Failure]] = {
    InvalidInput: "validation",
    TooBusy: "overloaded",
    IncompleteGeneration: "incomplete",
}
