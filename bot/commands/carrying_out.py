"""What every command shares: the settings, exit codes, and failures as one sentence, never a traceback."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from enum import IntEnum
from typing import Any, NoReturn

import typer
from pydantic import ValidationError

from bot.errors import SetupError, StoryroomError
from bot.settings import Settings, load_settings


class Exit(IntEnum):
    """Exit codes, after BSD's sysexits."""

    OK = 0
    FAILED = 1
    UNAVAILABLE = 69
    MISCONFIGURED = 78


def settings_for(*, told_otherwise: bool = False) -> Settings:
    """The settings, and the log as they have it; a command that tells all by itself logs errors alone."""
    from bot.instance import instance, version  # noqa: PLC0415 - as below
    from bot.logs import configure  # noqa: PLC0415 - structlog is not needed for --help

    try:
        settings = load_settings()
    except ValidationError as error:
        problems = "; ".join(
            f"STORYROOM_{str(each['loc'][0]).upper()} {_what_it_takes(each['type'], each['msg'])}"
            for each in error.errors()
        )
        fail(f"These settings cannot be used: {problems}.", Exit.MISCONFIGURED)
    except UnicodeDecodeError:
        fail("The file .env, or a file of secrets, is not UTF-8 text.", Exit.MISCONFIGURED)
    quiet = told_otherwise and settings.log_level != "debug"
    configure(
        "error" if quiet else settings.log_level,
        as_json=settings.log_json,
        secrets=settings.secrets,
        about={"version": version(), "process": instance()},
    )
    return settings


def _what_it_takes(kind: str, message: str) -> str:
    """Of a value that was refused, what is taken; the value itself may be a secret."""
    plain = {"bool_parsing": "is true or false", "int_parsing": "is a whole number"}
    plain |= {"float_parsing": "is a number"}
    said = message.removeprefix("Value error, ").replace("Input should be", "is", 1)
    return plain.get(kind, said)


def carry_out(work: Coroutine[Any, Any, None]) -> None:
    """Run a command's work; a failure is one sentence and an exit code."""
    try:
        _carry_out(work)
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - Python's own traceback would quote whatever the error quotes
        import structlog  # noqa: PLC0415 - not needed for --help

        structlog.get_logger(__name__).error("crashed", exc_info=error)
        fail("The program broke; its log says where.", Exit.FAILED)


def _carry_out(work: Coroutine[Any, Any, None]) -> None:
    """Run it; what is expected to fail is told here."""
    try:
        asyncio.run(work)
    except* SetupError as group:
        fail(_first(group), Exit.MISCONFIGURED)
    except* StoryroomError as group:
        fail(f"{_first(group)}. `storyroom check` says more.", Exit.UNAVAILABLE)


def fail(sentence: str, code: Exit) -> NoReturn:
    """End the program with a sentence on standard error."""
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(code)


def _first(group: BaseExceptionGroup[StoryroomError]) -> str:
    """The text of the first error; tasks in groups of tasks raise groups of groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)
