"""Structured logs: one line an event, with room, operation and round ids, never story text or tokens.

What the libraries say at warning and above comes under the one event `library`, their words in `message`.
Errors are told by class and place: the text of one that is not ours may quote a story, or name a token.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import structlog

from bot.errors import StoryroomError

FRAMES: Final = 12  # of an error, the innermost
_LINKS: Final = 4  # errors that led to one another
_SHORTEST: Final = 6  # of a secret that is looked for: a shorter one would be found everywhere

# Interaction tokens and webhook tokens stand in Discord's addresses.
_IN_ADDRESSES: Final = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?'\"]+")
_USER_INFO: Final = re.compile(r"(\w+://)[^/\s@'\"]*@")

Line: TypeAlias = structlog.typing.EventDict


def configure(
    level: str, *, as_json: bool, secrets: Iterable[str] = (), about: Mapping[str, str] | None = None
) -> None:
    """Send structlog and the libraries' warnings to standard error, as JSON or for people.

    No line has any of the `secrets`; `about` (version, process) is in every line of JSON.
    """
    numeric = logging.getLevelNamesMapping()[level.upper()]
    hidden = _Hiding(secrets)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[structlog.typing.Processor] = (
        [_Always(about or {}), _tell_error, hidden, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [_tell_error, hidden, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _of_a_library, *last],
        )
    )
    logging.basicConfig(level=max(numeric, logging.WARNING), handlers=[handler], force=True)


class _Always:
    """Puts what is the same in every line into it."""

    def __init__(self, about: Mapping[str, str]) -> None:
        self._about = dict(about)

    def __call__(self, logger: object, method: str, line: Line) -> Line:
        del logger, method
        return {**self._about, **line}


class _Hiding:
    """Takes secrets out of whatever a line says: the last look, where those before it missed one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, logger: object, method: str, line: Line) -> Line:
        del logger, method
        return {name: self._without(value) for name, value in line.items()}

    def _without(self, value: Any) -> Any:  # noqa: ANN401 - whatever a line says
        match value:
            case str():
                plain = _USER_INFO.sub(r"\1", _IN_ADDRESSES.sub(r"\1…", value))
                return self._known.sub("…", plain) if self._known else plain
            case list() | tuple():
                return [self._without(each) for each in value]
            case dict():
                return {name: self._without(each) for name, each in value.items()}
        return value


def _of_a_library(logger: object, method: str, line: Line) -> Line:
    """Name a library's line, whose words are no event of ours; one line of them, as what follows quotes."""
    del logger, method
    line["message"] = str(line.get("event", "")).partition("\n")[0]
    line["event"] = "library"
    return line


def _tell_error(logger: object, method: str, line: Line) -> Line:
    """An error as its classes and places."""
    del logger, method
    found = line.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    elif found and not isinstance(found, BaseException):
        found = sys.exc_info()[1]
    if isinstance(found, BaseException):
        line["error"] = _chain(found)
    return line


def _chain(error: BaseException) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    next_one: BaseException | None = error
    while next_one is not None and len(chain) < _LINKS:
        told: dict[str, Any] = {"kind": type(next_one).__name__, "at": _places(next_one)}
        if isinstance(next_one, StoryroomError):
            told["text"] = str(next_one)
        if isinstance(next_one, BaseExceptionGroup):
            told["of"] = [_chain(each) for each in next_one.exceptions[:_LINKS]]
        chain.append(told)
        next_one = next_one.__cause__ or (None if next_one.__suppress_context__ else next_one.__context__)
    return chain


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
