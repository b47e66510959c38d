"""Counts and times every call of Redis, whatever makes it: the client itself is watched, not its users.

A call is named by its command, a script by its file, a pipeline by its first command: there are as many names
as the program has calls.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from hashlib import sha1
from importlib.resources import files
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from bot.store.scripts import source
from bot.telemetry.counted.rooms import RedisCalls

Client = TypeVar("Client", bound=Redis)

_SCRIPT_CALLS: Final = ("evalsha", "eval")
_BEFORE: Final = "fair"  # stands before each of the queue's scripts


def watched(redis: Client, calls: RedisCalls, *, clock: Callable[[], float] = time.monotonic) -> Client:
    """The client, with its calls counted from now on; `clock` in seconds, monotonic."""
    scripts = _scripts()

    async def timed(name: str, call: Awaitable[Any]) -> Any:  # noqa: ANN401 - what Redis answers
        began = clock()
        failure: str | None = None
        try:
            return await call
        except NoScriptError:  # it is sent whole then, and counted as that
            raise
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            calls.called(name, clock() - began, failure)

    execute: Callable[..., Awaitable[Any]] = redis.execute_command
    pipeline: Callable[..., Any] = redis.pipeline

    async def execute_command(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - Redis's own types
        return await timed(_name(args, scripts), execute(*args, **options))

    def open_pipeline(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - a pipeline of whichever kind
        pipe = pipeline(*args, **options)
        add, send, first = pipe.execute_command, pipe.execute, ["pipeline"]

        def add_command(*command: Any, **how: Any) -> Any:  # noqa: ANN401 - the pipeline, or an answer
            if len(first) == 1:
                first.append(f"pipeline_{_name(command, scripts)}")
            return add(*command, **how)

        async def execute_all(*given: Any, **how: Any) -> Any:  # noqa: ANN401 - what Redis answers
            name = first[-1]
            del first[1:]
            return await timed(name, send(*given, **how))

        pipe.execute_command = add_command
        pipe.execute = execute_all
        return pipe

    # Both kinds of client, and every script that is registered with one, go through these two.
    redis.execute_command = execute_command  # type: ignore[method-assign]
    redis.pipeline = open_pipeline  # type: ignore[method-assign]
    return redis


def _scripts() -> dict[str, str]:
    """The scripts' names by their text, as EVAL has it, and by its SHA-1, as EVALSHA has it."""
    names = [each.name.removesuffix(".lua") for each in files("bot.store.scripts").iterdir()]
    named: dict[str, str] = {}
    for name in names:
        if name.startswith("_") or "." in name:
            continue
        for text in (source(name), source(_BEFORE) + source(name)):
            named[text] = named[sha1(text.encode(), usedforsecurity=False).hexdigest()] = name
    return named


def _name(args: tuple[Any, ...], scripts: dict[str, str]) -> str:
    command = str(args[0]).lower() if args else "nothing"
    if command in _SCRIPT_CALLS:
        return scripts.get(str(args[1]), "script")
    return command.replace(" ", "_")
