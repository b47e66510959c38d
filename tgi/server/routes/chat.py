"""`POST /v1/chat/completions` and `/chat_tokenize`: a conversation through the model's own template.

As in router/src/server.rs and chat.rs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from aiohttp import web

from tgi.errors import RequestError
from tgi.openai import (
    CalledFunction,
    CalledTool,
    ChatChoice,
    ChatChunk,
    ChatComplete,
    ChatCompletion,
    ChatLogprob,
    ChatLogprobs,
    ChatRequest,
    ChatTokenizeResponse,
    DeltaToolCall,
    Function,
    TextMessage,
    ToolCallDelta,
    ToolCallMessage,
    TopLogprob,
)
from tgi.protocol import GenerateParameters, GenerateRequest, Token
from tgi.server import body, sse
from tgi.server.conversation import prompt_of
from tgi.server.engine import GeneratedToken, RankedToken, TextToken
from tgi.server.generation import Step
from tgi.server.routes.answers import as_error, as_json, measures, stated, streamed
from tgi.server.routes.spoken import DONE, Spoken, error_frame, usage, word
from tgi.server.routes.tokenize import placed
from tgi.server.service import Whole, failure_of
from tgi.server.tools import Call, Heard, Listener, call_of, next_id, toolbox


async def chat_completions(spoken: Spoken, request: web.Request) -> web.StreamResponse:
    """Answer `POST /v1/chat/completions`."""
    return await chat(spoken, request, await body.read(request, ChatRequest))


async def chat_tokenize(spoken: Spoken, request: web.Request) -> web.Response:
    """Answer `POST /chat_tokenize`: the conversation as a prompt, and its tokens."""
    asked = await body.read(request, ChatRequest)
    spoken.service.metrics.received()
    try:
        prompt = generation_of(spoken, asked).inputs
        tokens = await spoken.service.tokenize(prompt, add_special=False)
    except RequestError as error:
        return as_error(error)
    return as_json(await asyncio.to_thread(_tokenized, prompt, tokens))


def _tokenized(prompt: str, tokens: Sequence[TextToken]) -> str:
    rows = list(placed(prompt, tokens))
    return ChatTokenizeResponse(tokenize_response=rows, templated_text=prompt).model_dump_json()


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
        return await streamed(request, [frames], headers=headers, keep_alive=service.keep_alive)
    try:
        whole, call = await _whole(spoken, asked, wanted)
    except RequestError as error:
        return as_error(error)
    choice = ChatComplete(
        message=TextMessage(content=whole.ending.text) if call is None else _called(call),
        logprobs=_logprobs(whole.tokens, whole.top_tokens) if asked.logprobs else None,
        finish_reason=word(whole.ending),
    )
    answer = ChatCompletion(**spoken.heading(asked.model), choices=[choice], usage=usage(whole.ending))
    return as_json(answer.model_dump_json(), headers=headers | measures(whole))


async def _whole(spoken: Spoken, asked: ChatRequest, wanted: GenerateRequest) -> tuple[Whole, Call | None]:
    """Write the answer; where the model may call a tool and calls none, write it again in words."""
    whole = (await spoken.service.whole(wanted, add_special=False)).best
    if toolbox(asked) is None:
        return whole, None
    call = call_of(whole.ending.text)
    if call is None:
        whole = (await spoken.service.whole(generation_of(spoken, in_words(asked)), add_special=False)).best
    return whole, call


def in_words(asked: ChatRequest) -> ChatRequest:
    """Return the same without tools."""
    return asked.model_copy(update={"tools": None, "response_format": None})


def generation_of(spoken: Spoken, asked: ChatRequest) -> GenerateRequest:
    """Make a generation of a conversation; its input has its special tokens already.

    Raises:
        RequestError: the template or the tools cannot be served.

    """
    tools = toolbox(asked)
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
        grammar=asked.response_format if tools is None else tools.grammar,
        adapter_id=spoken.adapter(asked.model),
    )
    prompt = prompt_of(spoken.service.engine.chat_template, asked.messages, tools)
    return GenerateRequest(inputs=prompt, parameters=parameters)


async def _frames(spoken: Spoken, asked: ChatRequest, wanted: GenerateRequest) -> AsyncGenerator[bytes]:
    listener = None if toolbox(asked) is None else Listener()
    pieces = _Pieces(spoken, asked)
    async with aclosing(spoken.service.stream(wanted, add_special=False)) as steps:
        async for step in steps:
            if not isinstance(step, Step):
                yield error_frame(step)
                continue
            heard = None if listener is None else listener.hear(step.token.text)
            if heard is Heard.NO_TOOL:
                break
            for event in pieces.of(step, heard):
                yield sse.frame(event)
        else:
            yield DONE
            return
    again = in_words(asked)
    try:
        wanted = generation_of(spoken, again)
    except RequestError as error:
        spoken.service.metrics.failed(failure_of(error))
        yield error_frame(error)
        yield DONE
        return
    async with aclosing(_frames(spoken, again, wanted)) as frames:
        async for frame in frames:
            yield frame


class _Pieces:
    """Writes a step as the chunks that a chat stream has for it."""

    def __init__(self, spoken: Spoken, asked: ChatRequest) -> None:
        self._spoken = spoken
        self._asked = asked
        self._id = next_id(asked)

    def of(self, step: Step, heard: Call | Heard | None) -> Iterator[ChatChunk]:
        heading, ending = self._spoken.heading(self._asked.model), step.ending
        if heard is not Heard.NOTHING or ending is not None:
            choice = ChatChoice(
                delta=self._delta(step, heard),
                logprobs=_logprobs([step.token], [step.token.top]) if self._asked.logprobs else None,
                finish_reason=None if ending is None else word(ending),
            )
            yield ChatChunk(**heading, choices=[choice])
        if ending is not None and self._asked.stream_options.include_usage:
            yield ChatChunk(**heading, choices=[], usage=usage(ending))

    def _delta(self, step: Step, heard: Call | Heard | None) -> TextMessage | ToolCallDelta:
        if isinstance(heard, Call):
            function = Function(name=heard.name or None, arguments=heard.arguments)
            return ToolCallDelta(tool_calls=[DeltaToolCall(id=self._id, function=function)])
        said = heard is None and not step.token.special
        return TextMessage(content=step.token.text if said else "")


def _called(call: Call) -> ToolCallMessage:
    function = CalledFunction(name=call.name, arguments=call.arguments)
    return ToolCallMessage(tool_calls=[CalledTool(id="0", function=function)])


def _logprobs(
    tokens: Sequence[Token | GeneratedToken], top_tokens: Sequence[Sequence[Token | RankedToken]]
) -> ChatLogprobs:
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
