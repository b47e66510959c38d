"""The one place that touches `text-generation`: its types, widened to what a server takes and sends.

Requests are built without its validators, which refuse what TGI accepts (`frequency_penalty` of 0 or less,
grammars of `json_schema`) and fill in what nobody asked for (`max_new_tokens` 20): the server's own rules
decide. Importing the package takes a second, so the client imports this module late, in a thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pydantic
from text_generation import errors, types

from tgi import protocol
from tgi.client.agreement import Model
from tgi.client.events import Finished, Reply, Token
from tgi.errors import BrokenStream, ClientError, GenerationFailed, Overloaded, Refused, UnexpectedAnswer

_LONGEST_WORDS = 300
_LONGEST_COUNT = 20
_BUSY = (errors.OverloadedError, errors.RateLimitExceededError)
_REFUSED = (errors.ValidationError, errors.BadRequestError)
_REFUSED_TYPES = frozenset({"template_error", "missing_template_variable", "tool_error"})
_REFUSED_STATUSES = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})


class _Parameters(types.Parameters):  # type: ignore[misc] # the package carries no types
    grammar: Any = None
    adapter_id: str | None = None


class _Request(types.Request):  # type: ignore[misc] # the package carries no types
    parameters: _Parameters


class _StreamDetails(types.StreamDetails):  # type: ignore[misc] # the package carries no types
    input_length: int | None = None


class _StreamResponse(types.StreamResponse):  # type: ignore[misc] # the package carries no types
    index: int | None = None
    details: _StreamDetails | None = None


class Package:
    """Builds request bodies and reads answers with the package's types."""

    def body(self, prompt: str, parameters: protocol.GenerateParameters) -> bytes:
        """Return the JSON of a request with only the parameters that are set.

        `details` is always asked for: without it nobody learns why a generation ended. `parameters` is
        always sent: a request without it samples where one with it is greedy.
        """
        chosen = parameters.model_dump(mode="json", exclude_unset=True)
        chosen = {name: value for name, value in chosen.items() if value is not None} | {"details": True}
        request = _Request.model_construct(inputs=prompt, parameters=_Parameters.model_construct(**chosen))
        return json.dumps(request.model_dump(exclude_unset=True)).encode()

    def event(self, payload: str, count: int, writer: Model) -> tuple[Token, Finished | None]:
        """Read one payload of a stream; `count` numbers a token whose server does not.

        `writer` is the model that the server named.

        Raises:
            Overloaded, Refused, GenerationFailed: the payload is an error, which comes with HTTP status 200.
            BrokenStream: the payload is neither.

        """
        frame = _parse(payload)
        if isinstance(frame, dict) and "error" in frame:
            raise self.failure(HTTPStatus.OK, frame)
        try:
            read = _StreamResponse.model_validate(frame)
        except pydantic.ValidationError:
            raise BrokenStream("it carried an event that is no token") from None
        token = _token(read.token, read.index or count, read.top_tokens, writer)
        if read.generated_text is None:
            return token, None
        if read.details is None:
            raise BrokenStream("its last event does not say why it ended")
        return token, Finished(
            read.generated_text, **_ending(read.details, writer), input_length=read.details.input_length
        )

    def reply(self, body: bytes, counted: str | None, writer: Model) -> Reply:
        """Read the answer of `POST /generate` by a server of the model `writer`.

        `counted` is its header `x-prompt-tokens`.

        Raises:
            UnexpectedAnswer: it is not one.

        """
        try:
            read = types.Response.model_validate_json(body)
        except pydantic.ValidationError:
            raise UnexpectedAnswer("the reply is not a generation", HTTPStatus.OK) from None
        input_length = _count(counted)
        others = tuple(
            _reply(other.generated_text, other, input_length, writer)
            for other in read.details.best_of_sequences or ()
        )
        return _reply(read.generated_text, read.details, input_length, writer, others)

    def failure(self, status: int, answer: Mapping[str, Any]) -> ClientError:
        """Turn an error body or frame, `{"error": ..., "error_type": ...}`, into the error to raise."""
        words, error_type = _words(answer["error"]), answer.get("error_type")
        error_type = error_type if isinstance(error_type, str) else None
        foreign = errors.parse_error(status, {"error": words, "error_type": error_type})
        if isinstance(foreign, _BUSY):
            return Overloaded()
        if isinstance(foreign, _REFUSED) or error_type in _REFUSED_TYPES or status in _REFUSED_STATUSES:
            return Refused(words, error_type)
        return GenerationFailed(words, error_type)


def _parse(payload: str) -> object:
    try:
        frame: object = json.loads(payload)
    except (ValueError, RecursionError):
        raise BrokenStream("it carried an event that is not JSON") from None
    return frame


def _token(  # the package carries no types
    read: Any,  # noqa: ANN401 - as above
    index: int,
    top_tokens: Any = None,  # noqa: ANN401 - as above
    writer: Model | None = None,
) -> Token:
    top = tuple(protocol.Token(**token.model_dump()) for token in top_tokens or ())
    model_id, model_sha = (None, None) if writer is None else (writer.id, writer.sha)
    return Token(index, read.id, read.text, read.special, read.logprob, top, model_id, model_sha)


def _ending(details: Any, writer: Model) -> dict[str, Any]:  # noqa: ANN401 - the package carries no types
    return {
        "finish_reason": protocol.FinishReason(details.finish_reason.value),
        "generated_tokens": details.generated_tokens,
        "model_id": writer.id,
        "model_sha": writer.sha,
        "seed": details.seed,
    }


def _reply(
    text: str,
    details: Any,  # noqa: ANN401 - the package carries no types
    input_length: int | None,
    writer: Model,
    others: tuple[Reply, ...] = (),
) -> Reply:
    tops = details.top_tokens or [None] * len(details.tokens)
    return Reply(
        text,
        **_ending(details, writer),
        input_length=input_length,
        tokens=tuple(
            _token(token, number, top)
            for number, (token, top) in enumerate(zip(details.tokens, tops, strict=False), start=1)
        ),
        prefill=tuple(protocol.PrefillToken(**token.model_dump()) for token in details.prefill),
        others=others,
    )


def _count(header: str | None) -> int | None:
    return int(header) if header is not None and header.isdecimal() and len(header) < _LONGEST_COUNT else None


def _words(error: object) -> str:
    """Return the server's words in one bounded line; the chat routes wrap them in `{"message": ...}`."""
    if isinstance(error, dict):
        error = error.get("message", "")
    words = " ".join(str(error).split())
    return words if len(words) <= _LONGEST_WORDS else f"{words[: _LONGEST_WORDS - 1]}…"
