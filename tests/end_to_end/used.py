"""What people used of the bot, read off the local Discord's wire: commands, and the actions of components."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from bot.chat.custom_ids import parse
from tests.bot.chat.stage import Stage

_GROUPS = (1, 2)  # options that are a command of a group


class Used:
    """Commands by their English names, and actions of buttons and menus."""

    def __init__(self, stage: Stage) -> None:
        self.commands: set[str] = set()
        self.actions: set[str] = set()
        self._tap = stage.local.parts.tap

    @contextmanager
    def watching(self) -> Iterator[Self]:
        """Take note of everything while the block lasts."""
        for entry in self._tap.read(kind="dispatch"):
            self._note(entry)
        with self._tap.listen() as queue:
            watch = asyncio.create_task(self._watch(queue), name="used")
            try:
                yield self
            finally:
                watch.cancel()

    async def _watch(self, queue: asyncio.Queue[Any]) -> None:
        while (entry := await queue.get()) is not None:
            self._note(entry)

    def _note(self, entry: Any) -> None:
        if entry.get("t") != "INTERACTION_CREATE":
            return
        given = entry["d"]["data"]
        if name := given.get("name"):
            below = [option["name"] for option in given.get("options", ()) if option["type"] in _GROUPS]
            self.commands.add(" ".join((name, *below)))
        elif custom_id := parse(given.get("custom_id", "")):
            self.actions.add(custom_id.action)
