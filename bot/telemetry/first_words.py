"""When words first come: behind a take's opening, which is built from the brief before any token."""

from __future__ import annotations

from collections.abc import Callable


class FirstWords:
    """Notes once, over all takes of a round, that one of them says more than it began with."""

    def __init__(self, note: Callable[[], None]) -> None:
        self._note: Callable[[], None] | None = note
        self._openings: dict[int, str] = {}

    def saw(self, take: int, text: str) -> None:
        """Take in a take's text so far; cheap once it has noted."""
        if self._note is None:
            return
        if text != self._openings.setdefault(take, text):
            note, self._note = self._note, None
            self._openings.clear()
            note()
