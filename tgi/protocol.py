"""TGI's wire as pydantic models: requests, replies, stream frames, errors, `/info`.

Field names, defaults and which keys are skipped or null are those of text-generation-inference's router
(router/src/lib.rs), which its published openapi.json contradicts in places. Rules between fields (limits,
sampling) are the server's business and are not checked here: a model that parses may still be refused.

Requests parse as strictly as serde does: no text for a number, no float for an integer, `null` only where the
router has an Option; unknown keys are ignored. Replies are read leniently.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_serializer,
)

U32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
U64 = Annotated[int, Field(ge=0, le=2**64 - 1)]
I32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


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


# --- requests --------------------------------------------------------------------------------------------


class JsonSchemaConfig(_Request):
    """The value of a grammar of the type `json_schema`."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: str | None = None
    schema_: Any = Field(alias="schema")


class Grammar(_Request):
    """A constraint on the text.

    `json` takes a schema, or the JSON of one; `json_object` is another word for it; `json_schema` takes a
    `JsonSchemaConfig`, `regex` a pattern.
    """

    type: Literal["json", "json_object", "regex", "json_schema"]
    value: Any

    @field_validator("value")
    @classmethod
    def _of_its_type(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever JSON held
        kind = info.data.get("type")
        if kind == "regex" and not isinstance(value, str):
            raise ValueError("invalid type: the value of a regex is a string")
        if kind == "json_schema" and not isinstance(value, JsonSchemaConfig):
            return JsonSchemaConfig.model_validate(value)
        return value


class GenerateParameters(_Request):
    """How to generate. Every default is the router's for a `parameters` object that leaves the key out."""

    best_of: U64 | None = None
    temperature: float | None = None
    repetition_penalty: float | None = None
    frequency_penalty: float | None = None
    top_k: I32 | None = None
    top_p: float | None = None
    typical_p: float | None = None
    do_sample: bool = False
    max_new_tokens: U32 | None = None
    return_full_text: bool | None = None
    stop: list[str] = Field(default_factory=list)
    truncate: U64 | None = None
    watermark: bool = False
    details: bool = False
    decoder_input_details: bool = False
    seed: U64 | None = None
    top_n_tokens: U32 | None = None
    grammar: Grammar | None = None
    adapter_id: str | None = None


def parameters_when_omitted() -> GenerateParameters:
    """Return what the router takes when a request has no `parameters`: as usual, but sampling."""
    return GenerateParameters(do_sample=True)


class GenerateRequest(_Request):
    """Body of `POST /generate`, `/generate_stream` and `/tokenize`."""

    inputs: str
    parameters: GenerateParameters = Field(default_factory=parameters_when_omitted)


class CompatGenerateRequest(GenerateRequest):
    """Body of `POST /`: answers a list, or a stream when `stream` is true."""

    stream: bool = False


# --- replies ---------------------------------------------------------------------------------------------


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
