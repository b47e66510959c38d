"""What a server answers: whole, token by token, or with an error."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
)


class Reply(BaseModel):
    """What a server answers: read leniently, written with every key."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Skipping(Reply):
    """A reply whose optional keys are left out, not null, when they are None or empty."""

    skipped: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _skip(self, to_dict: SerializerFunctionWrapHandler) -> dict[str, Any]:
        whole: dict[str, Any] = to_dict(self)
        return {key: value for key, value in whole.items() if key not in self.skipped or value}


class FinishReason(StrEnum):
    """Why a generation ended; tested by the server in this order."""

    LENGTH = "length"
    EOS_TOKEN = "eos_token"  # noqa: S105 - the wire's word for the end of the sequence
    STOP_SEQUENCE = "stop_sequence"


class PrefillToken(Reply):
    """One token of the prompt; the first has no log-probability."""

    id: int
    text: str
    logprob: float | None = None


class Token(Reply):
    """One generated token. `logprob` is null where it is not a finite number."""

    id: int
    text: str
    logprob: float | None
    special: bool


class BestOfSequence(_Skipping):
    """One of the sequences that `best_of` did not choose."""

    skipped = frozenset({"top_tokens"})

    generated_text: str
    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None = None
    prefill: list[PrefillToken] = Field(default_factory=list)
    tokens: list[Token] = Field(default_factory=list)
    top_tokens: list[list[Token]] = Field(default_factory=list)


class Details(_Skipping):
    """What `details: true` adds to a whole reply. `seed` is null for greedy decoding."""

    skipped = frozenset({"best_of_sequences", "top_tokens"})

    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None = None
    prefill: list[PrefillToken] = Field(default_factory=list)
    tokens: list[Token] = Field(default_factory=list)
    best_of_sequences: list[BestOfSequence] | None = None
    top_tokens: list[list[Token]] = Field(default_factory=list)


class GenerateResponse(_Skipping):
    """Answer of `POST /generate`; `POST /` answers a list of one."""

    skipped = frozenset({"details"})

    generated_text: str
    details: Details | None = None


class StreamDetails(Reply):
    """What `details: true` adds to the last frame. `seed` is null for greedy decoding."""

    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None = None
    input_length: int


class StreamResponse(_Skipping):
    """One frame of a stream. Only the last has `generated_text`; `index` counts from 1."""

    skipped = frozenset({"top_tokens"})

    index: int
    token: Token
    top_tokens: list[Token] = Field(default_factory=list)
    generated_text: str | None = None
    details: StreamDetails | None = None


class ErrorResponse(Reply):
    """Every JSON error, and the error frame of a stream (which has HTTP status 200)."""

    error: str
    error_type: str


def read_frame(payload: str | bytes) -> StreamResponse | ErrorResponse:
    """Read what follows `data:` in one event of a stream.

    Raises:
        pydantic.ValidationError: it is neither a token nor an error.

    """
    adapter: TypeAdapter[StreamResponse | ErrorResponse] = _FRAME
    return adapter.validate_json(payload)


class SimpleToken(Reply):
    """One token of `POST /tokenize`; `start` and `stop` count the bytes of `inputs` in UTF-8.

    A token that is a part of a character gets all of it; one that was added stands at 0.
    """

    id: int
    text: str
    start: int
    stop: int


class Info(Reply):
    """Answer of `GET /info`."""

    model_id: str
    model_sha: str | None = None
    model_pipeline_tag: str | None = None
    max_concurrent_requests: int
    max_best_of: int
    max_stop_sequences: int
    max_input_tokens: int
    max_total_tokens: int
    validation_workers: int
    max_client_batch_size: int
    router: str
    version: str
    sha: str | None = None
    docker_label: str | None = None


def skipped_keys(model: type[BaseModel]) -> frozenset[str] | None:
    """Return the keys that a reply may lack; None for what is no reply."""
    if issubclass(model, _Skipping):
        return model.skipped
    return frozenset() if issubclass(model, Reply) else None


_FRAME: TypeAdapter[StreamResponse | ErrorResponse] = TypeAdapter(StreamResponse | ErrorResponse)
