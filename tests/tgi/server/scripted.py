"""An engine whose every text is written beforehand, so that what the server makes of it can be foretold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from typing import get_args

from tgi.errors import EngineFailed
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, RankedToken, TextToken


def token(
    text: str, *, special: bool = False, ends: bool = False, logprob: float | None = -0.5
) -> GeneratedToken:
    """A token whose id is its first byte's."""
    return GeneratedToken(text.encode()[0] if text else 0, text, logprob, special=special, ends=ends)


def ranked(count: int) -> tuple[RankedToken, ...]:
    """The likeliest at every place: z, y, x …"""
    return tuple(
        RankedToken(ord("z") - at, chr(ord("z") - at), -1.0 - at, special=False) for at in range(count)
    )


END = token("</s>", special=True, ends=True)


@dataclass
class Scripted:
    """Prompt tokens are bytes; the text is `script`, by default the alphabet and its end."""

    script: Sequence[GeneratedToken] = (*map(token, "abcdefghijklmnopqrstuvwxyz"), END)
    seats: int = 2
    kind: str = "cpu+scripted"
    abilities: Collection[Ability] = get_args(Ability)
    adapters: Collection[str] = ("mine",)
    chat_template: ChatTemplate | None = None
    variants: Sequence[Sequence[GeneratedToken]] = ()  # instead of `script`, in turn
    deaf: bool = False  # does not even tokenize
    breaks_after: int | None = None
    waits_after: int | None = None  # until `go` is set
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[bytes, Dials, int]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    async def tokenize(self, text: str, *, add_special: bool = True) -> list[TextToken]:
        if self.deaf:
            raise EngineFailed("the engine does not answer")
        del add_special
        return [TextToken(byte, bytes([byte])) for byte in text.encode()]

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        del dials
        return [None, *(-byte / 100 for byte in prompt[1:])]

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        script = self.variants[len(self.asked) % len(self.variants)] if self.variants else self.script
        self.asked.append((bytes(prompt), dials, limit))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for count, each in enumerate(script[:limit]):
                if count == self.breaks_after:
                    raise EngineFailed("the engine broke off")
                if count == self.waits_after:
                    await self.go.wait()
                yield each._replace(top=ranked(dials.top_n)) if dials.top_n else each
        finally:
            self.running -= 1

    async def close(self) -> None:
        pass
