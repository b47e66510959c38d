"""One switch for things going wrong: the next so many REST requests of a route are late, or fail.

Kept small on purpose: one fault at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault"]


@dataclass
class Fault:
    """The fault in force. `route` is "METHOD /template" or "" for all; `status` 0 leaves the answer alone."""

    route: str = ""
    delay: float = 0.0
    status: int = 0
    count: int = 0

    def take(self, route: str) -> tuple[float, int]:
        """The delay in seconds and the status that this request gets; (0, 0) where it is not meant."""
        if self.count <= 0 or self.route not in {"", route}:
            return 0.0, 0
        self.count -= 1
        return self.delay, self.status
