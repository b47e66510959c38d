"""Whether a process can do its work: each part is asked, and says in one word what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

ASK_SECONDS: Final = 2.0

Ask: TypeAlias = Callable[[], Awaitable[str]]
"""Asks one part; "ok", or what is the matter, in words of ours."""


@dataclass(frozen=True)
class Readiness:
    """The parts by name."""

    parts: Mapping[str, Ask] = field(default_factory=dict)

    async def ask(self) -> dict[str, str]:
        """What every part says, asked at once; one that says nothing in time is "silent"."""
        names = list(self.parts)
        return dict(
            zip(names, await asyncio.gather(*(_said(self.parts[name]) for name in names)), strict=True)
        )


async def _said(ask: Ask) -> str:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await ask()
    except TimeoutError:
        return "silent"
    except Exception as error:  # noqa: BLE001 - a probe is answered whatever a part does; never with an error's text
        return type(error).__name__
