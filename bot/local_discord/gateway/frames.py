"""Frames as text. A body is serialised once, however many streams it goes to, at the moment it is told.

That moment matters: state that changes afterwards must not change what was already said.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.reply import Json, absolute_text, dumps

__all__ = ["Body", "Frame", "control"]


class Body:
    """A body with its text; attachment links in it are still paths."""

    __slots__ = ("json", "text")

    def __init__(self, json: Json) -> None:
        self.json = json
        self.text = dumps(json)


@dataclass(frozen=True, slots=True)
class Frame:
    """A dispatch: number `seq` of its stream."""

    seq: int
    name: str
    body: Body

    def on(self, origin: str) -> str:
        """The frame's text, with links on `origin`."""
        body = absolute_text(self.body.text, origin)
        return f'{{"t":"{self.name}","s":{self.seq},"op":0,"d":{body}}}'


def control(op: int, body: object) -> str:
    """The text of a frame that is no dispatch: it has no number and no name."""
    return dumps({"t": None, "s": None, "op": int(op), "d": body})
