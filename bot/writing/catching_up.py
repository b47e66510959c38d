"""What is shown and timed of a take that is taken up again: nothing, until it is where it was."""

from __future__ import annotations

from collections.abc import Callable


def nobody(told: object) -> None:
    """Who is told where nobody wants to know."""
    del told


class CatchingUp:
    """The screen and the time of one take. `clock`: seconds, monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._before = 0.0  # seconds of writing before `_since`
        self._watch: Callable[[str], None] = nobody
        self.silent = False  # what is heard was heard before
        self.shown = ""

    def watching(self, watch: Callable[[str], None]) -> Callable[[str], None]:
        """As `watch`, but silent until the text is again where it was."""
        self._watch = watch

        def watched(text: str) -> None:
            self.shown = text
            if not self.silent:
                watch(text)

        return watched

    def seconds(self) -> float:
        """Seconds of writing, those of other workers included."""
        return self._before if self.silent else self._before + self._clock() - self._since

    def came_to(self, seconds: float) -> None:
        """What was heard again took so long to write, with all that came before it."""
        self._before = seconds

    def end(self) -> None:
        """From here on all is new; what there is of the text is shown."""
        self.silent = False
        self._since = self._clock()
        if self.shown:
            self._watch(self.shown)
