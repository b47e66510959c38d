"""What an error means: for the request that met it, and for the server that it came from.

Before the first token a request may be sent again, to the same server or only to another; some errors no
repetition can mend. A server that turns a request away by the rules (busy, refused, no key) has not failed.
"""

from __future__ import annotations

from enum import Enum

from tgi.errors import (
    BrokenStream,
    ClientError,
    GenerationFailed,
    NoEndpoint,
    Overloaded,
    TimedOut,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)


class Fate(Enum):
    """What becomes of a request that has no token yet."""

    AGAIN = "any server may be asked again, this one after a pause"
    ELSEWHERE = "another server may be asked, this one not"
    FINAL = "nobody is asked again"


def fate_of(error: ClientError) -> Fate:
    """Return what becomes of the request. A limit on the whole call is the caller's to look at first.

    `GenerationFailed` is final although another server might do better: it may be the request that breaks
    servers, and then it must not go round.
    """
    match error:
        case Overloaded() | Unreachable() | TimedOut(phase="connect"):
            return Fate.AGAIN
        case TimedOut() | UnexpectedAnswer() | BrokenStream() | Unauthorized() | NoEndpoint():
            return Fate.ELSEWHERE
    return Fate.FINAL


def counts_against(error: ClientError) -> bool:
    """Return whether the server has failed, for its circuit breaker."""
    return isinstance(error, Unreachable | TimedOut | UnexpectedAnswer | BrokenStream | GenerationFailed)


def may_have_restarted(error: ClientError) -> bool:
    """Return whether the server may come back as another: what `/info` said is then asked anew."""
    return isinstance(error, Unreachable | BrokenStream | UnexpectedAnswer) or (
        isinstance(error, TimedOut) and error.phase == "connect"
    )


def is_late(error: ClientError) -> bool:
    """Return whether a server was too slow: connected to, and not done in time."""
    return (isinstance(error, TimedOut) and error.phase != "connect") or (
        isinstance(error, NoEndpoint) and error.late
    )


def has_answered(error: ClientError) -> bool | None:
    """Return whether there is a server that answers, if only with an error; None where that is not known."""
    match error:
        case Unreachable() | TimedOut(phase="connect"):
            return False
        case TimedOut() | BrokenStream() | NoEndpoint():
            return None
    return True


def reason(error: ClientError) -> str:
    """Return a few words of our own for a log or a sentence; never the server's."""
    match error:
        case Unreachable():
            return error.reason
        case TimedOut():
            return f"no {error.phase.replace('_', ' ')} within {error.seconds:g} s"
        case UnexpectedAnswer():
            return "it does not answer as TGI does"
        case BrokenStream():
            return "its stream broke off"
        case GenerationFailed():
            return "a generation failed"
    return type(error).__name__
