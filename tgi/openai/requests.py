"""What is asked in OpenAI's shapes, and in SageMaker's and Vertex AI's envelopes (router/src/lib.rs).

Parsed as strictly as serde does; fields that the router does not know are ignored, as there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from tgi.protocol import U32, U64, CompatGenerateRequest, GenerateParameters, Grammar, Items


def _untagged(name: str) -> WrapValidator:
    """Tell of a value that fits no variant as serde does: by the enum's name."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - whatever JSON held
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(f"data did not match any variant of untagged enum {name}") from None

    return WrapValidator(check)


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


Prompt = Annotated[str | Items[str], _untagged("PromptDeserializer")]


class CompletionRequest(_Request):
    """Body of `POST /v1/completions`."""

    model: str | None = None
    prompt: Prompt
    max_tokens: U32 | None = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool = False
    seed: U64 | None = None
    suffix: str | None = None
    repetition_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: Items[str] | None = None

    @model_validator(mode="after")
    def _some_prompt(self) -> CompletionRequest:
        if not self.prompts and not isinstance(self.prompt, str):
            raise ValueError("Empty array detected. Do not use an empty array for the prompt.")
        return self

    @property
    def prompts(self) -> list[str]:
        """The prompts, one or several."""
        return [self.prompt] if isinstance(self.prompt, str) else self.prompt


class TextChunk(_Request):
    """A piece of a message that is text."""

    type: Literal["text"]
    text: str


class Url(_Request):
    """Where an image is."""

    url: str


class ImageChunk(_Request):
    """A piece of a message that is an image; a text model sees it as Markdown."""

    type: Literal["image_url"]
    image_url: Url


class FunctionDefinition(_Request):
    """A function of a tool, or a call of one."""

    description: str | None = None
    name: str
    arguments: Any = Field(validation_alias=AliasChoices("arguments", "parameters"))


class ToolCall(_Request):
    """A call that an earlier message made; also a tool that may be called, without the id."""

    id: str
    type: str
    function: FunctionDefinition


class Tool(_Request):
    """A tool that the model may call."""

    type: str
    function: FunctionDefinition


def _either_body(schema: dict[str, Any]) -> None:
    """Say in the schema of a message what its validator does: one body must fit, the other is not read."""
    schema["anyOf"] = [
        {"required": [body], "properties": {body: _without_null(schema["properties"].pop(body))}}
        for body in _BODIES
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [each for each in schema["anyOf"] if each != {"type": "null"}]}


_BODIES: Final = ("content", "tool_calls")


class Message(_Request):
    """One turn: text, pieces, or tool calls; where both are given, the first that fits, as serde does."""

    model_config = ConfigDict(json_schema_extra=_either_body)

    role: str
    content: str | Items[TextChunk | ImageChunk] | None = None
    tool_calls: Items[ToolCall] | None = None
    name: str | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _first_body(cls, value: Any, handler: ModelWrapValidatorHandler[Message]) -> Message:  # noqa: ANN401 - whatever JSON held
        if not isinstance(value, dict):
            return handler(value)
        rest = {key: each for key, each in value.items() if key not in _BODIES}
        handler(rest)  # what is wrong beside the body is told first
        for body in _BODIES:
            if value.get(body) is not None:
                with suppress(ValidationError):
                    return handler({**rest, body: value[body]})
        raise ValueError("data did not match any variant of untagged enum MessageBody")


class StreamOptions(_Request):
    """`include_usage` adds one chunk with the usage before the end of a stream."""

    include_usage: bool = False


class ChatRequest(_Request):
    """Body of `POST /v1/chat/completions` and `POST /chat_tokenize`."""

    model: str | None = None
    messages: Items[Message]
    frequency_penalty: float | None = None
    logit_bias: Items[float] | None = None
    logprobs: bool | None = None
    top_logprobs: U32 | None = None
    max_tokens: U32 | None = Field(
        default=None, validation_alias=AliasChoices("max_tokens", "max_completion_tokens")
    )
    n: U32 | None = None
    presence_penalty: float | None = None
    stop: Items[str] | None = None
    stream: bool = False
    seed: U64 | None = None
    temperature: float | None = None
    top_p: float | None = None
    tools: Items[Tool] | None = None
    tool_prompt: str | None = None
    tool_choice: Any = None
    response_format: Grammar | None = None
    stream_options: StreamOptions = Field(default_factory=StreamOptions)


class VertexInstance(_Request):
    """A prompt of `POST /vertex`; of its parameters only `max_new_tokens` and `seed` count."""

    inputs: str
    parameters: GenerateParameters | None = None


class VertexRequest(_Request):
    """Body of `POST /vertex`."""

    instances: Items[Annotated[VertexInstance | ChatRequest, _untagged("VertexInstance")]]


SagemakerRequest = CompatGenerateRequest | ChatRequest | CompletionRequest
