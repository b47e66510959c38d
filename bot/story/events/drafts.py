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


class DraftChosen(Happening):
    """An earlier draft became the current one."""

    type: Literal["DraftChosen"] = "DraftChosen"
    draft: int
