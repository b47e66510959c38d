"""What one message shows, whole: text, embeds, components. Every edit replaces all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.ui import Button, Select, View

MESSAGE_LIMIT = 2000
EMBED_LIMIT = 4096
EMBEDS_LIMIT = 6000  # over all embeds of a message


@dataclass(frozen=True)
class Shown:
    """The content of a message."""

    text: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    rows: tuple[Sequence[Button[View] | Select[View]], ...] = ()

    def sent(self) -> dict[str, Any]:
        """The arguments of a send."""
        arguments: dict[str, Any] = {"content": self.text or None, "embeds": list(self.embeds)}
        if self.rows:
            arguments["view"] = self._view()
        return arguments

    def edited(self) -> dict[str, Any]:
        """The arguments of an edit that replaces everything."""
        return {
            "content": self.text or None,
            "embeds": list(self.embeds),
            "view": self._view() if self.rows else None,
        }

    def _view(self) -> View:
        """The rows as discord.py wants them.

        The view is stopped at once: presses are routed by custom id, and the library need not keep it.
        """
        view = View(timeout=None)
        for number, row in enumerate(self.rows):
            for item in row:
                item.row = number
                view.add_item(item)
        view.stop()
        return view
