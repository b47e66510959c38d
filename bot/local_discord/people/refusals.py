"""What a person is told when Discord's rules refuse something: one plain sentence for each code."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from bot.local_discord.errors import PeopleError, RateLimited, RestError

__all__ = ["plainly"]

_SLOW_MODE = 20016
_SENTENCES = {
    10008: "There is no such message.",
    10014: "That is not an emoji.",
    30003: "This channel has as many pins as it can have.",
    30010: "A message has at most 20 different reactions.",
    30015: "A message has at most 10 files.",
    40005: "That file is too large.",
    50001: "You cannot see this channel.",
    50003: "That is for servers, not for direct messages.",
    50005: "That is somebody else's message.",
    50006: "A message needs some text.",
    50008: "Nobody can write in this kind of channel.",
    50013: "You may not do that here.",
    50021: "That message is Discord's own.",
    50068: "That message cannot be forwarded.",
    50083: "This thread is archived.",
    160002: "You may not read what was said here.",
    160005: "This thread is locked.",
    520001: "This poll has ended.",
    520003: "A poll cannot be changed.",
}


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the RestErrors within into PeopleErrors of the same status."""
    try:
        yield
    except RestError as error:
        if isinstance(error, RateLimited) and error.code == _SLOW_MODE:
            wait = f"Slow mode is on: wait {max(1, math.ceil(error.retry_after))} s."
            raise PeopleError(error.status, wait) from error
        fields = error.fields()
        first = next(iter(fields.values()), error.message)
        raise PeopleError(error.status, _SENTENCES.get(error.code, first), fields) from error
