"""Files that people sent ahead of an interaction, held in memory for a day.

They are no part of the kept state: on Discord such a file is gone soon, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_discord.clock import Clock
from bot.local_discord.forms.uploads import Upload
from bot.local_discord.state.uploads import Uploaded

__all__ = ["Uploads"]

_DAY = 86_400.0
_BYTES = 256 * 1024 * 1024


@dataclass
class Uploads:
    """The latest files, a day old and 256 MiB at most."""

    clock: Clock
    make_id: Callable[[], str]
    _files: dict[str, Uploaded] = field(default_factory=dict)
    _size: int = 0

    def add(self, user_id: str, upload: Upload) -> Uploaded:
        """Keep a file."""
        kept = Uploaded(
            self.make_id(), user_id, self.clock(), upload.filename, upload.content_type, upload.content
        )
        self._files[kept.id] = kept
        self._size += len(kept.content)
        self._forget_old()
        return kept

    def get(self, upload_id: str) -> Uploaded | None:
        """The file, or None."""
        self._forget_old()
        return self._files.get(upload_id)

    def _forget_old(self) -> None:
        horizon = self.clock() - _DAY
        while self._files:
            oldest = next(iter(self._files.values()))
            if self._size <= _BYTES and oldest.created > horizon:
                return
            del self._files[oldest.id]
            self._size -= len(oldest.content)
