"""`POST /v1/chat/completions` and `/chat_tokenize`: a conversation through the model's own template.

As in router/src/server.rs and chat.rs. Tools are refused by name.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web
from pydantic import BaseModel

from tgi.errors import RefusedTool, RequestError
from tgi.openai import (
    ChatChoice,
    ChatChunk,
    ChatComplete,
    ChatCompletion,
    ChatLogprob,
    ChatLogprobs,
    ChatRequest,
    ChatTokenizeResponse,
    TextMessage,
    TopLogprob,
)
from tgi.protocol import GenerateParameters, GenerateRequest, Token
from tgi.server import body, sse
from tgi.server import validation as rules
from tgi.server.conversation import prompt_of
from tgi.server.generation import Step
from tgi.server.routes.answers import as_error, as_json, measures, stated, streamed
from tgi.server.routes.spoken import DONE, Spoken, error_frame, usage, word
from tgi.server.routes.tokenize import placed
from tgi.server.service import failure_of


async def chat_completions(spoken: Spoken, request: web.Request) -> web.StreamResponse:
    """Answer `POST /v1/chat/completions`."""
    return await chat(spoken, request, await body.read(request, ChatRequest))


async def chat_tokenize(spoken: Spoken, request: web.Request) -> web.Response:
    """Answer `POST /chat_tokenize`: the conversation as a prompt, and its tokens."""
    asked = await body.read(request, ChatRequest)
    spoken.service.metrics.received()
    try:
        prompt = generation_of(spoken, asked).inputs
        tokens = await rules.tokenize(spoken.service.engine, prompt, add_special=False)
    except RequestError as error:
        return as_error(error)
    rows = list(placed(prompt, tokens))
    return as_json(ChatTokenizeResponse(tokenize_response=rows, templated_text=prompt).model_dump_json())


async def chat(spoken: Spoken, request: web.Request, asked: ChatRequest) -> web.StreamResponse:
    """Generate what the assistant says next."""
    service = spoken.service
    service.metrics.received()  # the router counts the request, and its generation again
    try:
        wanted = generation_of(spoken, asked)
    except RequestError as error:
        service.metrics.failed(failure_of(error))
        return as_error(error)
    headers = stated(service.engine.kind, len(wanted.inputs))
    if asked.stream:
        frames = _frames(spoken, asked, wanted)
        return await streamed(request, frames, headers=headers, keep_alive=service.keep_alive)
    try:
        whole = (await service.whole(wanted, add_special=False)).best
    except RequestError as error:
        return as_error(error)
    choice = ChatComplete(
        message=TextMessage(content=whole.ending.text),
        logprobs=_logprobs(whole.tokens, whole.top_tokens) if asked.logprobs else None,
        finish_reason=word(whole.ending),
    )
    answer = ChatCompletion(**spoken.heading(asked.model), choices=[choice], usage=usage(whole.ending))
    return as_json(answer.model_dump_json(), headers=headers | measures(whole))


def generation_of(spoken: Spoken, asked: ChatRequest) -> GenerateRequest:
    """Make a generation of a conversation; its input has its special tokens already.

    Raises:
        RequestError: the template or the tools cannot be served.

    """
    if asked.response_format is not None and asked.tools is not None:
        raise RefusedTool("Grammar and tools are mutually exclusive")
    if asked.tools and asked.tool_choice != "none":
        raise RefusedTool("`tools` is not supported by this server")
    greedy = asked.temperature == 0
    parameters = GenerateParameters(
        temperature=None if greedy else asked.temperature,
        repetition_penalty=None if asked.presence_penalty is None else asked.presence_penalty + 2,
        frequency_penalty=asked.frequency_penalty,
        top_p=asked.top_p,
        do_sample=not greedy,
        max_new_tokens=asked.max_tokens,
        stop=asked.stop or [],
        details=True,
        seed=asked.seed,
        top_n_tokens=asked.top_logprobs,
        grammar=asked.response_format,
        adapter_id=spoken.adapter(asked.model),
    )
    prompt = prompt_of(spoken.service.engine.chat_template, asked.messages)
    return GenerateRequest(inputs=prompt, parameters=parameters)


async def _frames(spoken: Spoken, asked: ChatRequest, wanted: GenerateRequest) -> AsyncGenerator[bytes]:
    async with aclosing(spoken.service.stream(wanted, add_special=False)) as steps:
        async for step in steps:
            if isinstance(step, Step):
                yield b"".join(sse.frame(event) for event in _deltas(spoken, asked, step))
            else:
                yield error_frame(step)
    yield DONE


def _deltas(spoken: Spoken, asked: ChatRequest, step: Step) -> list[BaseModel]:
    heading = spoken.heading(asked.model)
    choice = ChatChoice(
        delta=TextMessage(content="" if step.token.special else step.token.text),
        logprobs=_logprobs([step.token], [list(step.top_tokens)]) if asked.logprobs else None,
        finish_reason=None if step.ending is None else word(step.ending),
    )
    told: list[BaseModel] = [ChatChunk(**heading, choices=[choice])]
    if step.ending is not None and asked.stream_options.include_usage:
        told.append(ChatChunk(**heading, choices=[], usage=usage(step.ending)))
    return told


def _logprobs(tokens: list[Token], top_tokens: list[list[Token]]) -> ChatLogprobs:
    likeliest = top_tokens or [[] for _ in tokens]
    return ChatLogprobs(
        content=[
            ChatLogprob(
                token=token.text,
                logprob=token.logprob,
                top_logprobs=[TopLogprob(token=one.text, logprob=one.logprob) for one in top],
            )
            for token, top in zip(tokens, likeliest, strict=True)
        ]
    )
