"""The next version of the program, for tests of an upgrade: `storyroom`, with one step more in its schema.

What it lifts gets another tone: a room of the version before shows on its board that it was lifted.
"""

from __future__ import annotations

from typing import Any, Final

from bot.__main__ import main
from bot.store.schema import SCHEMA

TONE: Final = "as the next version says it"


def _m_next_tone(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "brief": {**stored["brief"], "tone": TONE}} if "brief" in stored else stored


if __name__ == "__main__":
    # In place: the parts that are built later hold this very object.
    object.__setattr__(SCHEMA, "snapshots", (*SCHEMA.snapshots, _m_next_tone))
    object.__setattr__(SCHEMA, "events", (*SCHEMA.events, _m_next_tone))
    main()
