"""What a button, a select or a modal says about itself: the action, the room, the revision it was drawn at.

`sr1:action:room:revision:arguments`, at most 100 characters. Nothing about it is kept in the process, so it
works for ever. A component of another version is recognised and can be explained.
"""

from __future__ import annotations

from dataclasses import dataclass

_VERSION = "sr1"
_LIMIT = 100
_PARTS = 4


@dataclass(frozen=True)
class CustomId:
    """One component's id."""

    action: str
    room: str
    revision: int
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As Discord carries it."""
        text = ":".join((_VERSION, self.action, self.room, str(self.revision), *self.arguments))
        if len(text) > _LIMIT:
            raise ValueError(f"a custom id of {len(text)} characters: {text}")
        return text

    def number(self, index: int) -> int:
        """An argument that is a number.

        Raises:
            ValueError: there is none.

        """
        if index >= len(self.arguments):
            raise ValueError(f"no argument {index} in {self}")
        return int(self.arguments[index])


def parse(text: str) -> CustomId | None:
    """The id in a component's text; None for what this version has not written."""
    version, *parts = text.split(":")
    if version != _VERSION or len(parts) < _PARTS - 1 or not parts[2].isdecimal():
        return None
    action, room, revision, *arguments = parts
    return CustomId(action, room, int(revision), tuple(arguments))
