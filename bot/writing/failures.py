"""From what went wrong at TGI to what it means for a round: try again later, or give up and say why."""

from __future__ import annotations

from bot.errors import (
    NewerSchema,
    NothingToWrite,
    PromptTooLong,
    WriterBusy,
    WriterOverloaded,
    WriterRefused,
    WriterUnavailable,
    WritingError,
)
from tgi.client.fates import is_late, reason
from tgi.errors import (
    BrokenStream,
    ClientError,
    GenerationFailed,
    Overloaded,
    Refused,
    TimedOut,
    Unauthorized,
)

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 60.0
BUSY_TIMES = 10  # as long a pause, where the servers have too much to do: asking soon only adds to that


def writing_error(error: ClientError) -> WritingError:
    """The bot's error for a failure of the client; its text has no word of the server's."""
    text = reason(error)
    match error:
        case Overloaded():
            return WriterOverloaded(text)
        case Refused() | Unauthorized():
            return WriterRefused(text)
        case GenerationFailed():
            return WritingError(text)
        case _:
            return WriterBusy(text) if is_late(error) else WriterUnavailable(text)


def is_final(error: WritingError) -> bool:
    """Whether the same request would fail the same way however often it is sent."""
    return isinstance(error, WriterRefused | PromptTooLong | NothingToWrite)


def broke_off(error: ClientError) -> bool:
    """Whether a stream that had begun ended so that the same server, or another, may well go on with it."""
    if isinstance(error, TimedOut):
        return error.phase == "idle"
    return isinstance(error, BrokenStream | GenerationFailed | Overloaded)


def is_newer(error: BaseException) -> bool:
    """Whether it says that a newer program wrote the room; tasks in groups raise groups of errors."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_newer(each) for each in error.exceptions)
    return isinstance(error, NewerSchema)


def pause_before(attempt: int, error: Exception) -> float:
    """Seconds to wait before a round is tried again after its attempt number `attempt`, counted from 1."""
    first = FIRST_PAUSE_SECONDS * (BUSY_TIMES if isinstance(error, WriterBusy) else 1)
    return min(LONGEST_PAUSE_SECONDS, first * 3.0 ** min(attempt - 1, 16))
