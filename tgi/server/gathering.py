"""Requests that come together begin together, so that an engine reads their prompts in one step.

Otherwise the first would be read alone while the others are still being tokenized, and all of them would wait
for that step. Alone, a request waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_LONGEST: Final = 0.02
"""Seconds that a request waits for others, so that a steady flow of them holds nobody up."""


class Gathering:
    """Knows who is being validated."""

    def __init__(self) -> None:
        self._coming = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def validating(self) -> Iterator[None]:
        """Be one of those that are waited for."""
        self._coming += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._coming -= 1
            if not self._coming:
                self._nobody.set()

    async def gathered(self) -> None:
        """Wait for those that are being validated."""
        if self._coming:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST):
                    await self._nobody.wait()
