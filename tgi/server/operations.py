"""The routes as TGI's document would list them: what each is asked, what it answers, who may ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel

from tgi.openai import (
    ChatChunk,
    ChatCompletion,
    ChatRequest,
    ChatTokenizeResponse,
    Chunk,
    CompletionFinal,
    CompletionRequest,
    ModelsInfo,
    OpenaiErrorEvent,
    VertexRequest,
    VertexResponse,
)
from tgi.protocol import (
    CompatGenerateRequest,
    ErrorResponse,
    GenerateRequest,
    GenerateResponse,
    Info,
    SimpleToken,
    StreamResponse,
)

Body = type[BaseModel] | list[type[BaseModel]]
"""A model, or a list that holds the model of its items."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A route: what it is asked, what it answers whole and as events, and who may ask.

    `generates` adds the errors of a generation; `guarded` needs the API key where there is one.
    """

    method: str
    path: str
    summary: str
    asked: Body | str | None = None
    whole: Body | None = None
    events: tuple[type[BaseModel], ...] = ()
    generates: bool = False
    guarded: bool = False
    errors: dict[HTTPStatus, str] = field(default_factory=dict)


_UNHEALTHY: Final = {HTTPStatus.SERVICE_UNAVAILABLE: "Text generation inference is down"}
_REFUSED: Final = {HTTPStatus.UNPROCESSABLE_ENTITY: "Input validation error"}

OPERATIONS: Final = (
    Operation(
        *("post", "/", "Generate tokens, whole or as a stream"),
        asked=CompatGenerateRequest,
        whole=[GenerateResponse],
        events=(StreamResponse, ErrorResponse),
        generates=True,
        guarded=True,
    ),
    Operation(
        *("post", "/generate", "Generate tokens"),
        asked=GenerateRequest,
        whole=GenerateResponse,
        generates=True,
        guarded=True,
    ),
    Operation(
        *("post", "/generate_stream", "Generate a stream of tokens; always 200, errors are events"),
        asked=GenerateRequest,
        events=(StreamResponse, ErrorResponse),
        guarded=True,
    ),
    Operation(
        *("post", "/tokenize", "Tokenize a prompt"),
        asked=GenerateRequest,
        whole=[SimpleToken],
        guarded=True,
        errors=_REFUSED,
    ),
    Operation(
        *("post", "/chat_tokenize", "Write a conversation with the model's template, and tokenize it"),
        asked=ChatRequest,
        whole=ChatTokenizeResponse,
        errors=_REFUSED,
    ),
    Operation(
        *("post", "/v1/completions", "Generate tokens for one prompt or several"),
        asked=CompletionRequest,
        whole=CompletionFinal,
        events=(Chunk, CompletionFinal, OpenaiErrorEvent),
        generates=True,
        guarded=True,
    ),
    Operation(
        *("post", "/v1/chat/completions", "Generate what the assistant says next"),
        asked=ChatRequest,
        whole=ChatCompletion,
        events=(ChatChunk, OpenaiErrorEvent),
        generates=True,
        guarded=True,
    ),
    Operation(
        *("post", "/invocations", "SageMaker: whichever of the three shapes the body has"),
        asked="SagemakerRequest",
        generates=True,
        guarded=True,
    ),
    Operation(
        *("post", "/vertex", "Vertex AI: a text for each instance"),
        asked=VertexRequest,
        whole=VertexResponse,
        generates=True,
        guarded=True,
    ),
    Operation("get", "/", "Whether the engine writes", errors=_UNHEALTHY),
    Operation("get", "/health", "Whether the engine writes", errors=_UNHEALTHY),
    Operation("get", "/ping", "Whether the engine writes", errors=_UNHEALTHY),
    Operation("get", "/info", "The served model and the limits", whole=Info),
    Operation("get", "/metrics", "Prometheus metrics"),
    Operation("get", "/v1/models", "The served model, in OpenAI's shape", whole=ModelsInfo),
)
ONE_OF: Final[dict[str, tuple[type[BaseModel], ...]]] = {
    "SagemakerRequest": (CompatGenerateRequest, ChatRequest, CompletionRequest),
    "SagemakerResponse": (GenerateResponse, ChatCompletion, CompletionFinal),
    "SagemakerStreamResponse": (StreamResponse, ChatChunk, Chunk),
}
