"""What one message shows, whole: text, embeds, components. Every edit replaces all of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord.ui import Button, Select, UserSelect, View

MESSAGE_LIMIT = 2000
EMBED_LIMIT = 4096

Row: TypeAlias = Sequence[Button[View] | Select[View] | UserSelect[View]]


@dataclass(frozen=True)
class Picture:
    """A picture that is sent with a message; `about` is its text for who cannot see it."""

    name: str
    content: bytes
    about: str = ""

    def file(self) -> discord.File:
        """As discord.py wants it; such a file can be sent once."""
        about = self.about[:1024] or None
        return discord.File(io.BytesIO(self.content), filename=self.name, description=about)


@dataclass(frozen=True)
class Shown:
    """The content of a message."""

    text: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    rows: tuple[Row, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def sent(self) -> dict[str, Any]:
        """The arguments of a send."""
        arguments: dict[str, Any] = {"content": self.text or None, "embeds": list(self.embeds)}
        if self.rows:
            arguments["view"] = self._view()
        if self.pictures:
            arguments["files"] = [picture.file() for picture in self.pictures]
        return arguments

    def edited(self) -> dict[str, Any]:
        """The arguments of an edit that replaces everything."""
        arguments: dict[str, Any] = {
            "content": self.text or None,
            "embeds": list(self.embeds),
            "view": self._view() if self.rows else None,
        }
        if self.pictures:
            arguments["attachments"] = [picture.file() for picture in self.pictures]
        return arguments

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
