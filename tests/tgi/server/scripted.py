"""An engine whose every text is written beforehand, so that what the server makes of it can be foretold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from tgi.errors import EngineFailed
from tgi.server.engine import Dials, GeneratedToken, TextToken


def token(text: str, *, special: bool = False, ends: bool = False) -> GeneratedToken:
    """A token whose id is its first byte's."""
    return GeneratedToken(text.encode()[0] if text else 0, text, -0.5, special=special, ends=ends)


END = token("</s>", special=True, ends=True)


@dataclass
class Scripted:
    """Prompt tokens are bytes; the text is `script`, by default the alphabet and its end."""

    script: Sequence[GeneratedToken] = (*map(token, "abcdefghijklmnopqrstuvwxyz"), END)
    seats: int = 2
    kind: str = "cpu+scripted"
    deaf: bool = False  # does not even tokenize
    breaks_after: int | None = None
    waits_after: int | None = None  # until `go` is set
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[bytes, Dials, int]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    async def tokenize(self, text: str) -> list[TextToken]:
        if self.deaf:
            raise EngineFailed("the engine does not answer")
        return [TextToken(byte, bytes([byte])) for byte in text.encode()]

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        self.asked.append((bytes(prompt), dials, limit))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for count, each in enumerate(self.script[:limit]):
                if count == self.breaks_after:
                    raise EngineFailed("the engine broke off")
                if count == self.waits_after:
                    await self.go.wait()
                yield each
        finally:
            self.running -= 1

    async def close(self) -> None:
        pass
