"""What is answered in OpenAI's shapes: whole, and piece by piece (router/src/lib.rs)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tgi.protocol import Reply, SimpleToken


class Usage(Reply):
    """Tokens that a request took."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionComplete(Reply):
    """One text of a completion, or a piece of one; the router never fills `logprobs`."""

    index: int
    text: str
    logprobs: None = None
    finish_reason: str


class CompletionFinal(Reply):
    """Answer of `POST /v1/completions`, and the last piece of each text of a stream."""

    object: Literal["text_completion"] = "text_completion"
    id: str = ""
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionComplete]
    usage: Usage


class Chunk(Reply):
    """A piece of a streamed completion."""

    object: Literal["text_completion"] = "text_completion"
    id: str = ""
    created: int
    choices: list[CompletionComplete]
    model: str
    system_fingerprint: str


class TopLogprob(Reply):
    """One of the likeliest tokens at a place."""

    token: str
    logprob: float | None


class ChatLogprob(TopLogprob):
    """A token of an answer with the likeliest at its place."""

    top_logprobs: list[TopLogprob] = Field(default_factory=list)


class ChatLogprobs(Reply):
    """What `logprobs: true` adds."""

    content: list[ChatLogprob]


class TextMessage(Reply):
    """What the model says, whole or a piece of it."""

    role: str = "assistant"
    content: str


class CalledFunction(Reply):
    """A function that is called; `arguments` is JSON in a string."""

    description: str | None = None
    name: str
    arguments: str


class CalledTool(Reply):
    """A call of a tool."""

    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class ToolCallMessage(Reply):
    """What the model calls instead of saying something."""

    role: str = "assistant"
    tool_calls: list[CalledTool]


class Function(Reply):
    """A piece of a call: the name at first, and then pieces of the arguments."""

    name: str | None
    arguments: str


class DeltaToolCall(Reply):
    """Which call a piece belongs to."""

    index: int = 0
    id: str
    type: Literal["function"] = "function"
    function: Function


class ToolCallDelta(Reply):
    """A piece of a call."""

    role: str = "assistant"
    tool_calls: list[DeltaToolCall]


class ChatComplete(Reply):
    """The one answer of a chat completion."""

    index: int = 0
    message: TextMessage | ToolCallMessage
    logprobs: ChatLogprobs | None = None
    finish_reason: str


class ChatCompletion(Reply):
    """Answer of `POST /v1/chat/completions`."""

    object: Literal["chat.completion"] = "chat.completion"
    id: str = ""
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatComplete]
    usage: Usage


class ChatChoice(Reply):
    """A piece of a streamed answer."""

    index: int = 0
    delta: TextMessage | ToolCallDelta
    logprobs: ChatLogprobs | None = None
    finish_reason: str | None = None


class ChatChunk(Reply):
    """One event of a chat stream; the one with `usage` has no choices."""

    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    id: str = ""
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: Usage | None = None


class ChatTokenizeResponse(Reply):
    """Answer of `POST /chat_tokenize`."""

    tokenize_response: list[SimpleToken]
    templated_text: str


class ModelInfo(Reply):
    """One served model."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str


class ModelsInfo(Reply):
    """Answer of `GET /v1/models`."""

    object: Literal["list"] = "list"
    data: list[ModelInfo]


class VertexResponse(Reply):
    """Answer of `POST /vertex`: one text for each instance."""

    predictions: list[str]


class ApiError(Reply):
    """What went wrong in a stream; the router always says 422."""

    message: str
    http_status_code: int = 422


class OpenaiErrorEvent(Reply):
    """The error frame of streams under `/v1`."""

    error: ApiError
