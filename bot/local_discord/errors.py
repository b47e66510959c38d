"""Every error of the local Discord, and the codes that Discord gives them.

LocalDiscordError
├── StartRefused        the server cannot start; its text says what to do
├── StateNotSaved       the last changes are not in the state file
├── GatewayError        what closes a gateway connection, with its code
├── RestError           what a bot is answered: status, code, message, field errors
│   └── RateLimited     429, with the time to wait
├── PeopleError         what a person's client is answered: status, message, field errors
└── ControlError        what a test that asks for the impossible is answered: message, field errors

Codes and texts: "JSON Error Codes" of Discord's documentation. Nothing here knows a route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "ControlError",
    "GatewayError",
    "LocalDiscordError",
    "PeopleError",
    "RateLimited",
    "RestError",
    "StartRefused",
    "StateNotSaved",
    "already_acknowledged",
    "invalid_form",
    "invalid_webhook_token",
    "missing_access",
    "missing_permissions",
    "not_built",
    "thread_is_archived",
    "unauthorized",
    "unknown",
    "unknown_fault",
]

_UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Overwrite": 10009,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Webhook": 10015,
    "Ban": 10026,
    "interaction": 10062,
    "application command": 10063,
}


class LocalDiscordError(Exception):
    """Anything the local Discord refuses; the text is safe to show."""


class StartRefused(LocalDiscordError):
    """The server cannot start."""


class StateNotSaved(LocalDiscordError):
    """The last changes could not be written to the state file."""


class GatewayError(LocalDiscordError):
    """A frame that closes the connection with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The gateway closes with {code}.")
        self.code = code


class RestError(LocalDiscordError):
    """An answer with Discord's error body: `{"message", "code"}` and, for forms, `"errors"`."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def fields(self) -> dict[str, str]:
        """What is wrong, one sentence a field, by its path with dots."""
        return dict(_flat(self.errors or {}))

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class RateLimited(RestError):
    """429: too many requests. `retry_after` is in seconds, `scope` is "user", "global" or "shared"."""

    def __init__(
        self,
        retry_after: float,
        *,
        scope: str = "user",
        message: str = "You are being rate limited.",
        code: int | None = None,
        headers: Mapping[str, str] | None = None,
        bucket: str = "",
    ) -> None:
        super().__init__(429, code or 0, message)
        self.retry_after = retry_after
        self.scope = scope
        self.headers = dict(headers or {})
        self.bucket = bucket

    def body(self) -> dict[str, Any]:
        """The JSON body, which most often has no code."""
        body = {
            "message": self.message,
            "retry_after": self.retry_after,
            "global": self.scope == "global",
        }
        return {**body, "code": self.code} if self.code else body


class PeopleError(LocalDiscordError):
    """A person's request that is refused; `errors` maps a path in the body to one sentence."""

    def __init__(self, status: int, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors or {}


class ControlError(LocalDiscordError):
    """400 of the control interface: what was asked cannot be done. `errors` maps a field to one sentence."""

    def __init__(self, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors or {}


def unknown(what: str) -> RestError:
    """404 for a thing that does not exist: `unknown("Channel")` is 10003 Unknown Channel."""
    return RestError(404, _UNKNOWN[what], f"Unknown {what}")


def unknown_fault(fault_id: str) -> RestError:
    """404: the control interface is asked for a fault that is not in force (Discord has no such thing)."""
    return RestError(404, 0, f"There is no fault {fault_id}.")


def unauthorized() -> RestError:
    """401: no bot token, or not the right one."""
    return RestError(401, 0, "401: Unauthorized")


def invalid_webhook_token() -> RestError:
    """401: the interaction's token is unknown or older than 15 minutes."""
    return RestError(401, 50027, "Invalid Webhook Token")


def already_acknowledged() -> RestError:
    """400: a second first answer to one interaction."""
    return RestError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> RestError:
    """403: the channel or guild is not seen."""
    return RestError(403, 50001, "Missing Access")


def missing_permissions() -> RestError:
    """403: this may not be done here."""
    return RestError(403, 50013, "Missing Permissions")


def thread_is_archived() -> RestError:
    """400: an archived thread takes no changes."""
    return RestError(400, 50083, "Thread is archived")


def invalid_form(errors: dict[str, Any]) -> RestError:
    """400: fields that are not valid, each named."""
    return RestError(400, 50035, "Invalid Form Body", errors)


def not_built(what: str) -> RestError:
    """501: real on Discord, not built here. Never answered with a silent 200."""
    return RestError(501, 0, f"The local Discord does not have {what}.")


def _flat(tree: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if key == "_errors":
            yield ".".join(path), " ".join(error["message"] for error in value)
        else:
            yield from _flat(value, (*path, key))
