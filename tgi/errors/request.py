"""What the server answers instead of a generation: TGI's own status, `error` and `error_type`."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from tgi.errors.base import TgiError


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
