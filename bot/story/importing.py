"""From the bytes of an exported room to its events, or one refusal that says what is wrong with them.

Only `events` count: the rest of an export is read from them. They are taken for what they say, credit
included; that it was an import, and whose, stands in the room for good.
"""

from __future__ import annotations

import json
import math
from typing import Final, NoReturn

from pydantic import TypeAdapter, ValidationError

from bot.story import refusals as no
from bot.story.document.portable import FORMAT, VERSION
from bot.story.events import Event
from bot.story.evolve import replay
from bot.story.refusals import Refusal
from bot.story.wholeness import holds_together

FILE_LIMIT: Final = 8 * 1024 * 1024  # bytes; the largest room is well below
_EVENTS_LIMIT: Final = 50_000
_LATEST: Final = 253_402_300_799_999  # ms: the last moment that a date can name
_LOG: Final[TypeAdapter[tuple[Event, ...]]] = TypeAdapter(tuple[Event, ...])


def read_export(content: bytes) -> tuple[Event, ...] | Refusal:
    """The events of an export."""
    if len(content) > FILE_LIMIT:
        return too_large(len(content))
    try:
        read = json.loads(content, parse_constant=_no_number)
        json.dumps(read, ensure_ascii=False).encode()  # escapes can hide halves of characters
    except (ValueError, RecursionError):  # torn, no JSON, no Unicode, nested without end
        return no.NotAnExport()
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        return no.NotAnExport()
    version = read.get("version")
    if type(version) is not int or version < 1:
        return no.BrokenExport(place="version")
    if version > VERSION:
        return no.NewerExport(version=min(version, 9999), known=VERSION)
    return _events(read.get("events"))


def too_large(size: int) -> Refusal:
    """The refusal of a file of that many bytes."""
    return no.FileTooLarge(size=math.ceil(size / 1024 / 102.4) / 10, limit=FILE_LIMIT // 1024 // 1024)


def _events(told: object) -> tuple[Event, ...] | Refusal:
    if not isinstance(told, list) or not 0 < len(told) <= _EVENTS_LIMIT:
        return no.BrokenExport(place="events")
    try:
        events = _LOG.validate_python(told)
    except ValidationError as error:
        return no.BrokenExport(place=_place(error.errors(include_url=False, include_input=False)[0]["loc"]))
    for number, event in enumerate(events):
        if not 0 <= event.at <= _LATEST:
            return no.BrokenExport(place=f"events[{number}].at")
    try:
        room = replay(events)
        whole = room is not None and holds_together(room)
    except Exception:  # noqa: BLE001 - made by hand, it may break a rule anywhere
        whole = False
    return events if whole else no.UnheldExport()


def _place(location: tuple[int | str, ...]) -> str:
    """Where the first fault is, as one would look for it in the file: `events[3].receipt.seed`."""
    number, *inside = location
    fields = [str(each) for each in inside[1:]]  # behind the event's type
    return ".".join((f"events[{number}]", *fields))[:100]


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


__all__ = ["FILE_LIMIT", "read_export", "too_large"]
