"""Why a runner-up lost, in a sentence of the catalogue, for whoever shows the drafts."""

from __future__ import annotations

from bot.story.room import Draft
from bot.story.saying import Say


def why_lost(draft: Draft, say: Say) -> str | None:
    """Why a draft that is a runner-up was not the one; None for a draft that is none."""
    lost = draft.reason
    if lost is None or draft.lost_to is None:
        return None
    values = {
        "ballot": lost.ballot,
        "votes": lost.votes,
        "for_it": lost.for_it,
        "for_winner": lost.for_winner,
        "draft": draft.lost_to,
    }
    if lost.told:
        return say("ballot.why_lost", **values)
    return say("ballot.why_lost_close", **values)
