"""How long a check may take, and what becomes of one that fails: a finding, never a traceback."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.check.report import Finding, missing
from bot.errors import StoryroomError


@dataclass(frozen=True, slots=True)
class Bounds:
    """In seconds: one question and its answer; one token of the model, which may have to wake up first."""

    answer: float = 5.0
    generation: float = 60.0


async def within(seconds: float, what: str, check: Coroutine[Any, Any, Sequence[Finding]]) -> list[Finding]:
    """What the check finds, or that `what` did not answer, or why it could not be found out."""
    try:
        async with asyncio.timeout(seconds):
            return list(await check)
    except TimeoutError:
        return [missing(f"{what} did not answer within {seconds:g} s. Is it up, and is nothing in between?")]
    except StoryroomError as error:
        return [missing(str(error))]
    except Exception as error:  # noqa: BLE001 - whatever breaks one check, the others are still worth telling
        # Its text could quote a token.
        structlog.get_logger(__name__).debug("check_broke", what=what, error=type(error).__name__)
        return [missing(f"{what} could not be looked into: {type(error).__name__}.")]
