"""Why a runner-up lost, in figures; `saying.why_lost` puts them into words."""

from __future__ import annotations

from bot.story.model import Model


class Lost(Model):
    """Two candidates of a ballot, as its voters saw them."""

    ballot: int
    votes: int  # in all
    for_it: int  # that preferred it to the one that was adopted
    for_winner: int
    equal: int
    told: bool  # whether the votes tell the two apart
