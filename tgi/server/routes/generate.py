"""`POST /`, `/generate` and `/generate_stream`: the same generation, answered whole or as it is written.

A stream is always HTTP 200; whatever goes wrong, before or after the first token, is one error frame. A
caller who goes away cancels the handler, and with it the generation.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from aiohttp import web

from tgi.errors import RequestError
from tgi.protocol import (
    BestOfSequence,
    CompatGenerateRequest,
    Details,
    ErrorResponse,
    GenerateRequest,
    GenerateResponse,
    StreamDetails,
    StreamResponse,
)
from tgi.server import body, sse
from tgi.server.generation import Step, told
from tgi.server.routes.answers import as_error, as_json, measures, stated, streamed
from tgi.server.service import Chosen, Service, Whole


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
    try:
        chosen = await service.whole(asked)
    except RequestError as error:
        return as_error(error)
    wants_details = asked.parameters.details or asked.parameters.decoder_input_details
    text = GenerateResponse(
        generated_text=chosen.best.ending.text, details=_details(chosen) if wants_details else None
    ).model_dump_json()
    return as_json(
        f"[{text}]" if as_list else text,
        headers=stated(service.engine.kind, len(asked.inputs)) | measures(chosen.best),
    )


def _details(chosen: Chosen) -> Details:
    others = chosen.others
    return Details(
        **_told(chosen.best),
        best_of_sequences=None
        if others is None
        else [BestOfSequence(generated_text=other.ending.text, **_told(other)) for other in others],
    )


def _told(text: Whole) -> dict[str, Any]:
    """Return what details tell of any text, the best one or another."""
    return {
        "finish_reason": text.ending.finish_reason,
        "generated_tokens": text.ending.generated_tokens,
        "seed": text.ending.seed,
        "prefill": text.prefill,
        "tokens": text.tokens,
        "top_tokens": text.top_tokens,
    }


async def _stream(service: Service, request: web.Request, asked: GenerateRequest) -> web.StreamResponse:
    headers = stated(service.engine.kind, len(asked.inputs))
    frames = _frames(service, asked)
    return await streamed(request, [frames], headers=headers, keep_alive=service.keep_alive)


async def _frames(service: Service, asked: GenerateRequest) -> AsyncGenerator[bytes]:
    async with aclosing(service.stream(asked)) as steps:
        async for step in steps:
            if isinstance(step, Step):
                yield sse.frame(_event(step, details=asked.parameters.details))
            else:
                yield sse.frame(ErrorResponse(error=step.text, error_type=step.error_type))


def _event(step: Step, *, details: bool) -> StreamResponse | dict[str, Any]:
    ending = step.ending
    if ending is None and not step.token.top:
        # Most are these, and models for them would be a tenth of all that the server does for a token.
        id_, text, logprob, special, *_ = step.token
        token = {"id": id_, "text": text, "logprob": logprob, "special": special}
        return {"index": step.number, "token": token, "generated_text": None, "details": None}
    return StreamResponse(
        index=step.number,
        token=told(step.token),
        top_tokens=[told(one) for one in step.token.top],
        generated_text=None if ending is None else ending.text,
        details=None
        if ending is None or not details
        else StreamDetails(
            finish_reason=ending.finish_reason,
            generated_tokens=ending.generated_tokens,
            seed=ending.seed,
            input_length=ending.input_length,
        ),
    )
