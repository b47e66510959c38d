"""How long the parts of one call of the model take, for the metrics of TGI's batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

from tgi.server.engine import Call, Method


@dataclass(slots=True)
class Laps:
    """One call, on the model's thread; what it is made of ends with `read`, `joined` and `chosen`, in turn.

    As with TGI, a GPU is not waited for between the parts: choosing, which needs the scores, waits for them.
    """

    method: Method
    begins: int = 0
    joins: bool = False
    _start: float = field(default_factory=perf_counter)
    _read: float = 0.0
    _joined: float | None = None
    _chosen: float = 0.0

    def read(self) -> None:
        """The model has read the tokens."""
        self._read = self._chosen = perf_counter()

    def joined(self) -> None:
        """Dials of texts that came were put together with those of the others."""
        self._joined = perf_counter()

    def chosen(self) -> None:
        """The next tokens are chosen and known as text."""
        self._chosen = perf_counter()

    def ended(self) -> Call:
        """Return the call; what is left was spent on letting go of texts."""
        end = perf_counter()
        since = self._read if self._joined is None else self._joined
        return Call(
            self.method,
            inference=end - self._start,
            forward=self._read - self._start,
            decode=self._chosen - since,
            filter=end - self._chosen,
            concat=None if self._joined is None else self._joined - self._read,
            begins=self.begins,
            joins=self.joins,
        )

    def failed(self) -> Call:
        """Return the call that broke."""
        return Call(self.method, begins=self.begins, joins=self.joins, failed=True)
