"""What the demo says on the terminal: one line a part, the address, and what happened since.

While the download of the model draws its progress bar, lines wait. Nothing here knows what a part is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text


class Screen:
    """Lines on the terminal, in the order in which they were said."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(soft_wrap=True, highlight=False)
        self._held: list[Text] | None = None

    def say(self, text: str, style: str = "") -> None:
        """One line, or several."""
        line = Text(text, style)
        if self._held is None:
            self._console.print(line)
        else:
            self._held.append(line)

    def part_ready(self, name: str, what: str, where: str, seconds: float) -> None:
        """One part became ready."""
        self.say(f"  {name:<9} {what:<34} {where:<26} {seconds:5.1f} s")

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Keep lines back while somebody else draws on the terminal."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for line in held:
                self._console.print(line)
