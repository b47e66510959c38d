"""`POST /v1/completions`: one or several prompts, whole or in turns, in OpenAI's shape.

As in router/src/server.rs: whole errors are TGI's, those in a stream OpenAI's, and a stream ends with
`data: [DONE]`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from tgi.errors import NoSuffix, RequestError, TooManyPrompts
from tgi.openai import Chunk, CompletionComplete, CompletionFinal, CompletionRequest
from tgi.protocol import GenerateParameters, GenerateRequest
from tgi.server import body, sse
from tgi.server.generation import Step
from tgi.server.routes.answers import as_error, as_json, measures, stated, streamed
from tgi.server.routes.spoken import DONE, Spoken, error_frame, summed, usage, word
from tgi.server.service import failure_of
from tgi.server.together import side_by_side


async def completions(spoken: Spoken, request: web.Request) -> web.StreamResponse:
    """Answer `POST /v1/completions`."""
    return await complete(spoken, request, await body.read(request, CompletionRequest))


async def complete(spoken: Spoken, request: web.Request, asked: CompletionRequest) -> web.StreamResponse:
    """Generate for each prompt, side by side."""
    service = spoken.service
    service.metrics.received()  # the router counts the request, and each of its prompts again
    try:
        _check(asked, spoken.about.max_client_batch_size)
    except RequestError as error:
        service.metrics.failed(failure_of(error))
        return as_error(error)
    wanted = [_generation(spoken, asked, prompt) for prompt in asked.prompts]
    if asked.stream:
        headers = stated(service.engine.kind, sum(len(each.inputs) for each in wanted))
        pieces = [_pieces(spoken, index, each) for index, each in enumerate(wanted)]
        return await streamed(request, pieces, headers=headers, keep_alive=service.keep_alive, last=DONE)
    try:
        whole = [chosen.best for chosen in await side_by_side([service.whole(each) for each in wanted])]
    except RequestError as error:
        return as_error(error)
    answer = CompletionFinal(
        **spoken.heading(),
        choices=[
            CompletionComplete(index=index, text=each.ending.text, finish_reason=word(each.ending))
            for index, each in enumerate(whole)
        ],
        usage=usage(*(each.ending for each in whole)),
    )
    headers = summed(
        [
            stated(service.engine.kind, len(each.inputs)) | measures(text)
            for each, text in zip(wanted, whole, strict=True)
        ]
    )
    return as_json(answer.model_dump_json(), headers=headers)


def _check(asked: CompletionRequest, most: int) -> None:
    if asked.suffix is not None:
        raise NoSuffix
    if len(asked.prompts) > most:
        raise TooManyPrompts(most)


async def _pieces(spoken: Spoken, index: int, asked: GenerateRequest) -> AsyncGenerator[bytes]:
    async with aclosing(spoken.service.stream(asked)) as steps:
        async for step in steps:
            yield _piece(spoken, index, step) if isinstance(step, Step) else error_frame(step)


def _piece(spoken: Spoken, index: int, step: Step) -> bytes:
    ending = step.ending
    # A streamed completion says `eos_token` where a whole one says `stop`: so does the router.
    reason = "" if ending is None else ending.finish_reason.value
    choices = [CompletionComplete(index=index, text=step.token.text, finish_reason=reason)]
    if ending is None:
        return sse.frame(Chunk(**spoken.heading(), choices=choices))
    return sse.frame(CompletionFinal(**spoken.heading(), choices=choices, usage=usage(ending)))


def _generation(spoken: Spoken, asked: CompletionRequest, prompt: str) -> GenerateRequest:
    greedy = asked.temperature == 0
    parameters = GenerateParameters(
        temperature=None if greedy else asked.temperature,
        repetition_penalty=asked.repetition_penalty,
        frequency_penalty=asked.frequency_penalty,
        top_p=asked.top_p,
        do_sample=not greedy,
        max_new_tokens=asked.max_tokens,
        stop=asked.stop or [],
        details=True,
        seed=asked.seed,
        adapter_id=spoken.adapter(asked.model),
    )
    return GenerateRequest(inputs=prompt, parameters=parameters)
