"""From what went wrong at TGI to what it means for a round: try again later, or give up and say why."""

from __future__ import annotations

from bot.errors import (
    NothingToWrite,
    PromptTooLong,
    WriterOverloaded,
    WriterRefused,
    WriterUnavailable,
    WritingError,
)
from tgi.errors import ClientError, GenerationFailed, Overloaded, Refused, Unauthorized

FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 60.0


def writing_error(error: ClientError) -> WritingError:
    """The bot's error for a failure of the client; its text is the client's, which is safe to show."""
    match error:
        case Overloaded():
            return WriterOverloaded(str(error))
        case Refused() | Unauthorized():
            return WriterRefused(str(error))
        case GenerationFailed():
            return WritingError(str(error))
        case _:
            return WriterUnavailable(str(error))


def is_final(error: WritingError) -> bool:
    """Whether the same request would fail the same way however often it is sent."""
    return isinstance(error, WriterRefused | PromptTooLong | NothingToWrite)


def pause_before(attempt: int) -> float:
    """Seconds to wait before a round is tried again after its attempt number `attempt`, counted from 1."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 3.0 ** min(attempt - 1, 16))
