"""The mark of a room: a word in its title and in everything people write in it, found wherever text goes."""

from __future__ import annotations

import re

_MARK = re.compile(r"Zq\d+x")
_PIECE = re.compile(r"Zq\d+x\d+w")


def mark(room: int) -> str:
    """The mark of room number so-and-so of the run."""
    return f"Zq{room}x"


def piece(room: int, number: int) -> str:
    """A word that is said once in the whole run, with the room's mark at its start."""
    return f"Zq{room}x{number}w"


def marks_in(text: str) -> set[str]:
    """The rooms whose marks a text has."""
    return set(_MARK.findall(text))


def pieces_in(text: str) -> list[str]:
    """The words said once that a text has."""
    return _PIECE.findall(text)
