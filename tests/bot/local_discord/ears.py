"""What a discord.py client is told, kept until a test asks for it."""

from __future__ import annotations

import asyncio
from typing import Any

import discord

__all__ = ["Ears"]


class Ears:
    """Listens to the named events of a client, in the order of arrival."""

    def __init__(self, client: discord.Client, *names: str) -> None:
        self._heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        for name in names:
            setattr(client, f"on_{name}", self._listener(name))

    async def next(self, name: str = "") -> tuple[str, Any]:
        """The next event (of that name), with its only argument, or all of them."""
        async with asyncio.timeout(5):
            while True:
                heard = await self._heard.get()
                if name in {"", heard[0]}:
                    return heard

    def _listener(self, name: str) -> Any:
        async def listen(*told: Any) -> None:
            await self._heard.put((name, told[0] if len(told) == 1 else told))

        return listen
