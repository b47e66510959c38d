"""The server's own OpenAPI document, made from the models that read and write its bodies.

Schemas bear the names of TGI's published document where that has them. Where the two differ, this one says
what the router does.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from tgi.openai import OpenaiErrorEvent
from tgi.protocol import ErrorResponse, GenerateResponse, Info, skipped_keys
from tgi.server.operations import ONE_OF, OPERATIONS, Body, Operation

_PUBLISHED: Final = {
    "ChatChoice": "ChatCompletionChoice",
    "ChatChunk": "ChatCompletionChunk",
    "ChatComplete": "ChatCompletionComplete",
    "ChatLogprob": "ChatCompletionLogprob",
    "ChatLogprobs": "ChatCompletionLogprobs",
    "Grammar": "GrammarType",
    "TopLogprob": "ChatCompletionTopLogprob",
}
"""Own names of models that TGI's document calls otherwise."""

_JSON: Final = "application/json"
_EVENTS: Final = "text/event-stream"
_WORDS: Final = {
    HTTPStatus.FAILED_DEPENDENCY: "Generation Error",
    HTTPStatus.TOO_MANY_REQUESTS: "Model is overloaded",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Input validation error",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Incomplete generation",
}
_BROKEN: Final = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body's content type is not JSON",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The body has another shape",
}
"""Answered in plain text."""


def document(about: Info, *, notice: str | None = None) -> dict[str, Any]:
    """Return the document; `notice` is what must be known of the model before it is used."""
    description = f"A server with Text Generation Inference's routes. Model: {about.model_id}."
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Text Generation Inference",
            "description": description if notice is None else f"{description} {notice}",
            "version": about.version,
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    answers = {str(int(status)): _error(words) for status, words in operation.errors.items()}
    if operation.generates:
        answers |= {str(int(status)): _error(words) for status, words in _WORDS.items()}
    answers["200"] = {"description": operation.summary, "content": _content(operation)}
    made: dict[str, Any] = {"summary": operation.summary, "responses": answers}
    if operation.asked is not None:
        asked = operation.asked
        schema = _ref(asked) if isinstance(asked, str) else _schema(asked)
        made["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema}}}
        for status, words in _BROKEN.items():
            answer = answers.setdefault(str(int(status)), {"description": words, "content": {}})
            answer["content"]["text/plain"] = {"schema": {"type": "string"}}
    if operation.guarded:
        made["security"] = [{}, {"key": []}]
        answers["401"] = {"description": "The API key is missing or wrong; the body is empty"}
    return made


def _content(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.asked == "SagemakerRequest":
        content[_JSON] = {"schema": {"anyOf": [_ref("SagemakerResponse"), _schema([GenerateResponse])]}}
        content[_EVENTS] = {
            "schema": _event(
                [_ref("SagemakerStreamResponse"), _schema(ErrorResponse), _schema(OpenaiErrorEvent)]
            )
        }
    if operation.whole is not None:
        content[_JSON] = {"schema": _schema(operation.whole)}
    if operation.events:
        content[_EVENTS] = {"schema": _event([_schema(each) for each in operation.events])}
    if operation.path == "/metrics":
        content["text/plain"] = {"schema": {"type": "string"}}
    return content


def _event(of: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of one event: JSON, or the `[DONE]` with which streams in OpenAI's shapes end."""
    data: dict[str, Any] = {"type": "string", "contentMediaType": _JSON, "contentSchema": {"anyOf": of}}
    if _schema(OpenaiErrorEvent) in of:
        data = {"anyOf": [{"const": "[DONE]"}, data]}
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _schemas() -> dict[str, Any]:
    models = {each for operation in OPERATIONS for each in _models(operation)}
    models |= {each for several in ONE_OF.values() for each in several} | {ErrorResponse}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, made = models_json_schema(
        [(model, "validation") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = _renamed(made["$defs"])
    for model in _with_inner(ordered):
        if (skipped := skipped_keys(model)) is not None and (schema := schemas.get(_name(model))) is not None:
            schema["required"] = [name for name in schema["properties"] if name not in skipped]
    for name, several in ONE_OF.items():
        schemas[name] = {"anyOf": [_schema(model) for model in several]}
    return schemas


def _models(operation: Operation) -> list[type[BaseModel]]:
    found = [operation.asked, operation.whole, *operation.events]
    flat = [each[0] if isinstance(each, list) else each for each in found]
    return [each for each in flat if each is not None and not isinstance(each, str)]


def _with_inner(models: list[type[BaseModel]]) -> set[type[BaseModel]]:
    """Return the models with those that their fields hold."""
    found: set[type[BaseModel]] = set()
    waiting = [*models]
    while waiting:
        model = waiting.pop()
        if model in found:
            continue
        found.add(model)
        for info in model.model_fields.values():
            waiting += _inside(info.annotation)
    return found


def _inside(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _inside(argument)]


def _renamed(schemas: Any) -> Any:  # noqa: ANN401 - JSON
    text: str = TypeAdapter(Any).dump_json(schemas).decode()
    for own, published in _PUBLISHED.items():
        text = text.replace(f'#/components/schemas/{own}"', f'#/components/schemas/{published}"')
    found = TypeAdapter(Any).validate_json(text)
    return {_PUBLISHED.get(name, name): schema for name, schema in found.items()}


def _error(words: str) -> dict[str, Any]:
    return {"description": words, "content": {_JSON: {"schema": _schema(ErrorResponse)}}}


def _schema(body: Body) -> dict[str, Any]:
    if isinstance(body, list):
        return {"type": "array", "items": _schema(body[0])}
    return _ref(_name(body))


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _name(model: type[BaseModel]) -> str:
    return _PUBLISHED.get(model.__name__, model.__name__)
