"""What a client sends, parsed as strictly as serde does."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

T = TypeVar("T")

U32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
U64 = Annotated[int, Field(ge=0, le=2**64 - 1)]
I32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Items = Annotated[list[T], Field(fail_fast=True)]
"""A list of which the first wrong item is told: a body of megabytes could have a million of them."""


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


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
            raise PydanticCustomError("string_type", "The value of a regex is a string")
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
    stop: Items[str] = Field(default_factory=list)
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
