"""Every error of the local Discord, and the codes that Discord gives them.

LocalDiscordError
├── StartRefused        the server cannot start; its text says what to do
├── GatewayError        what closes a gateway connection, with its code
├── RestError           what a bot is answered: status, code, message, field errors
│   └── RateLimited     429, with the time to wait
└── PeopleError         what a person's client is answered: status, message, field errors

Codes and texts: "JSON Error Codes" of Discord's documentation. Nothing here knows a route.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "GatewayError",
    "LocalDiscordError",
    "PeopleError",
    "RateLimited",
    "RestError",
    "StartRefused",
    "already_acknowledged",
    "invalid_form",
    "invalid_webhook_token",
    "missing_access",
    "missing_permissions",
    "not_built",
    "thread_is_archived",
    "unauthorized",
    "unknown",
]

_UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


class LocalDiscordError(Exception):
    """Anything the local Discord refuses; the text is safe to show."""


class StartRefused(LocalDiscordError):
    """The server cannot start."""


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

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class RateLimited(RestError):
    """429: too many requests in one bucket. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON body, which has no code."""
        return {"message": self.message, "retry_after": self.retry_after, "global": False}


class PeopleError(LocalDiscordError):
    """A person's request that is refused; `errors` maps a path in the body to one sentence."""

    def __init__(self, status: int, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors or {}


def unknown(what: str) -> RestError:
    """404 for a thing that does not exist: `unknown("Channel")` is 10003 Unknown Channel."""
    return RestError(404, _UNKNOWN[what], f"Unknown {what}")


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
