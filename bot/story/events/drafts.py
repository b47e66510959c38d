"""Takes that became drafts, and which draft is in force."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening


class DraftAdopted(Happening):
    """A take became a draft, and the current one."""

    type: Literal["DraftAdopted"] = "DraftAdopted"
    draft: int
    parent: int | None = None
    round: int
    take: int


class DraftEdited(Happening):
    """Somebody changed a draft by hand: a draft of its own, and the current one. `text` is all of it."""

    type: Literal["DraftEdited"] = "DraftEdited"
    draft: int
    parent: int
    text: str


class DraftChosen(Happening):
    """An earlier draft became the current one."""

    type: Literal["DraftChosen"] = "DraftChosen"
    draft: int
