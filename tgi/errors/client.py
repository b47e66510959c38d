"""What a caller of a TGI server meets, whatever the failure looked like on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from tgi.errors.base import TgiError

Phase = Literal["connect", "first_token", "idle", "total"]


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
