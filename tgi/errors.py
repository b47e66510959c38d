"""Everything that can go wrong on the model side, each with a text that is safe and plain to show.

Texts name what failed and what to do next; they never carry prompts, keys or tracebacks. The server turns a
`RequestError` into TGI's own status and body; the client turns every foreign failure into a `ClientError`.

    TgiError
    ├── WeightsError                 the local model's weights could not be had
    │   ├── NotFetched               nothing is in the cache
    │   ├── NoIndex                  the package index has no such package, or none is configured
    │   ├── NoNetwork                the package index could not be reached
    │   ├── WrongSum                 the file is not the one that is named
    │   └── NoSpace                  the disk is full or may not be written
    ├── EngineError                  the local engine cannot do its work
    │   ├── NoRuntime                a package, library or device that the engine needs is missing
    │   ├── UnreadableModel          the weights do not load
    │   ├── NoUpstream               the server behind this one cannot be used
    │   │   └── OtherModel           it serves another model than the one that is configured
    │   └── EngineFailed             a generation broke inside the engine
    ├── ServeError                   the local server could not start
    │   └── PortTaken
    ├── RequestError                 what the server answers instead of a generation
    │   ├── InvalidInput             422 validation
    │   ├── TooManyPrompts           422 batch size exceeded
    │   ├── NoSuffix                 422 suffix not supported
    │   ├── BrokenTemplate           422 template_error
    │   ├── RefusedTool              422 tool_error
    │   ├── TooBusy                  429 overloaded
    │   ├── FailedGeneration         424 generation
    │   ├── IncompleteGeneration     500 incomplete_generation
    │   │   └── IncompleteStream     incomplete_generation_stream, seen in a stream only
    │   └── Unhealthy                503 healthcheck
    └── ClientError                  what a caller of a TGI server meets
        ├── Unreachable              no connection could be made, or it broke before an answer
        ├── NoEndpoint               none of the servers may be asked: failing, drained, of another model
        ├── TimedOut                 a limit on waiting passed; `phase` says which
        ├── Overloaded               429: the server has no free place
        ├── Refused                  422: the server's words, with its error_type
        ├── Unauthorized             401: the key is missing or wrong
        ├── GenerationFailed         424, 500, or an error frame in a stream
        ├── BrokenStream             a stream ended early or turned into something else
        └── UnexpectedAnswer         not the answer of a TGI server
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import ClassVar, Literal

Phase = Literal["connect", "first_token", "idle", "total"]


class TgiError(Exception):
    """Base of every error of this package; `str(error)` is one plain sentence or more."""


# --- weights ---------------------------------------------------------------------------------------------


class WeightsError(TgiError):
    """The local model's weights could not be had."""


class NotFetched(WeightsError):
    """No weights in the cache; `storyroom-tgi fetch` brings them."""


class NoIndex(WeightsError):
    """The configured package index does not offer the package."""


class NoNetwork(WeightsError):
    """The configured package index did not answer."""


class WrongSum(WeightsError):
    """The file's size or sha256 is not the one that this release names."""


class NoSpace(WeightsError):
    """The cache folder has no room or may not be written."""


# --- engine and server -----------------------------------------------------------------------------------


class EngineError(TgiError):
    """The local engine cannot do its work."""


class NoRuntime(EngineError):
    """A package, a system library or a device that the engine needs is missing."""


class UnreadableModel(EngineError):
    """The weights were found and did not load."""


class NoUpstream(EngineError):
    """The server behind this one is not there, is no completions server, or lacks what is needed of it."""


class OtherModel(NoUpstream):
    """The server behind this one has another model than the one that is configured."""


class EngineFailed(EngineError):
    """A generation broke inside the engine."""


class ServeError(TgiError):
    """The local server could not start."""


class PortTaken(ServeError):
    """The wanted address is in use or not ours to bind."""


class RequestError(TgiError):
    """What the server answers instead of a generation: `text` for `error`, `error_type`, `status`.

    Source: router/src/infer/mod.rs and router/src/server.rs of text-generation-inference.
    """

    status: ClassVar[HTTPStatus]
    error_type: ClassVar[str]

    @property
    def text(self) -> str:
        """The `error` of the body."""
        return str(self)


class InvalidInput(RequestError):
    """A parameter or the input breaks a rule; the words are TGI's, without its prefix."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    error_type = "validation"

    def __init__(self, rule: str) -> None:
        super().__init__(f"Input validation error: {rule}")


class TooManyPrompts(RequestError):
    """`/v1/completions` was given more prompts than are allowed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    error_type = "batch size exceeded"

    def __init__(self, most: int) -> None:
        super().__init__(f"Number of prompts exceeds the maximum allowed batch size of {most}")


class NoSuffix(RequestError):
    """`/v1/completions` was given a suffix."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    error_type = "suffix not supported"

    def __init__(self) -> None:
        super().__init__("Suffix is not supported and can be achieved by preprocessing the prompt.")


class BrokenTemplate(RequestError):
    """The model has no chat template, or it does not take the conversation."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    error_type = "template_error"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Template error: {reason}")


class RefusedTool(RequestError):
    """Tools were asked for in a way that cannot be served."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    error_type = "tool_error"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Tool error: {reason}")


class TooBusy(RequestError):
    """As many requests as allowed are being served."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    error_type = "overloaded"

    def __init__(self) -> None:
        super().__init__("Model is overloaded")


class FailedGeneration(RequestError):
    """The engine failed while it was generating."""

    status = HTTPStatus.FAILED_DEPENDENCY
    error_type = "generation"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Request failed during generation: {reason}")


class IncompleteGeneration(RequestError):
    """The engine ended without a finish reason."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    error_type = "incomplete_generation"

    def __init__(self) -> None:
        super().__init__("Incomplete generation")


class IncompleteStream(IncompleteGeneration):
    """As its base, in a stream."""

    error_type = "incomplete_generation_stream"

    def __init__(self) -> None:
        RequestError.__init__(self, "Incomplete generation stream")


class Unhealthy(RequestError):
    """The engine does not answer a one-token generation."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    error_type = "healthcheck"

    def __init__(self) -> None:
        super().__init__("unhealthy")


# --- client ----------------------------------------------------------------------------------------------


class ClientError(TgiError):
    """What a caller of a TGI server meets."""


class Unreachable(ClientError):
    """No connection could be made, or it broke before an answer began.

    `refused`: not even a connection was made, so that the server has seen nothing of the request.
    """

    def __init__(self, endpoint: str, reason: str = "no connection", *, refused: bool = False) -> None:
        super().__init__(f"The text generation server at {endpoint} cannot be reached ({reason}).")
        self.endpoint = endpoint
        self.reason = reason
        self.refused = refused


class NoEndpoint(ClientError):
    """None of the servers may be asked now. `troubles` says why, a clause for each.

    `late`: one of them was too slow when it was last asked, rather than gone.
    """

    def __init__(self, troubles: Sequence[str], *, late: bool = False) -> None:
        super().__init__(f"No text generation server may be asked now: {'; '.join(troubles)}.")
        self.troubles = tuple(troubles)
        self.late = late


class TimedOut(ClientError):
    """A limit on waiting passed. `phase` names it; `seconds` is the limit."""

    _WORDS: ClassVar[dict[Phase, str]] = {
        "connect": "accepted no connection",
        "first_token": "sent no first token",
        "idle": "sent nothing more",
        "total": "did not finish",
    }

    def __init__(self, phase: Phase, seconds: float) -> None:
        super().__init__(f"The text generation server {self._WORDS[phase]} within {seconds:g} s.")
        self.phase: Phase = phase
        self.seconds = seconds


class Overloaded(ClientError):
    """The server has no free place (429); the same request may be sent again later."""

    def __init__(self) -> None:
        super().__init__("The text generation server is busy; try again in a moment.")


class Refused(ClientError):
    """The server rejects the request as it stands (422, or 400/413/415 with plain text).

    `words` are the server's own; `error_type` is the server's, or None where it gave none.
    """

    def __init__(self, words: str, error_type: str | None = None) -> None:
        super().__init__(f"The text generation server refused the request: {words}")
        self.words = words
        self.error_type = error_type


class Unauthorized(ClientError):
    """The key is missing or wrong (401, with an empty body)."""

    def __init__(self) -> None:
        super().__init__("The text generation server does not accept the configured API key.")


class GenerationFailed(ClientError):
    """The server failed while generating (424, 500, or a stream's error frame).

    `words` and `error_type` as in `Refused`.
    """

    def __init__(self, words: str, error_type: str | None = None) -> None:
        super().__init__(f"The text generation server failed while generating: {words}")
        self.words = words
        self.error_type = error_type


class BrokenStream(ClientError):
    """A stream ended without `generated_text`, or carried something that is no TGI frame."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The text generation server's stream broke off: {reason}.")
        self.reason = reason


class UnexpectedAnswer(ClientError):
    """The answer is not a TGI server's: HTML from a proxy, a wrong content type, JSON of another shape.

    `status` is the HTTP status, or None where the trouble is not tied to one.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        at = "" if status is None else f" (HTTP {status})"
        super().__init__(f"The address does not answer as a text generation server does: {reason}{at}.")
        self.reason = reason
        self.status = status
