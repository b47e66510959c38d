"""Votes of open ballots, beside their room: the log must not hold who voted what, ever.

They are written and taken away by the script that appends the events, so that the room's count of voters and
the sheets kept are one. One hash a room: ballot and member to the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.store.codec import decode, encode
from bot.story.ballots.ballot import Sheet
from bot.story.model import MemberId

Votes: TypeAlias = dict[int, dict[MemberId, Sheet]]
"""The sheets handed in, by ballot and by voter."""


@dataclass(frozen=True)
class VoteChanges:
    """What an operation changes of the votes: sheets handed in, and those of a closed ballot taken away."""

    handed_in: Mapping[tuple[int, MemberId], Sheet] = field(default_factory=dict)
    gone: tuple[tuple[int, MemberId], ...] = ()

    @property
    def arguments(self) -> list[str | bytes]:
        """Pairs for `append.lua`: the field, and its value or nothing."""
        pairs: list[str | bytes] = []
        for whose, sheet in self.handed_in.items():
            pairs += [_field(*whose), encode(sheet)]
        for whose in self.gone:
            pairs += [_field(*whose), b""]
        return pairs


def votes_of(stored: Mapping[bytes, bytes]) -> Votes:
    """The votes in a stored hash."""
    votes: Votes = {}
    for name, sheet in stored.items():
        ballot, _, member = name.decode().partition(":")
        votes.setdefault(int(ballot), {})[member] = Sheet.model_validate(decode(sheet))
    return votes


def _field(ballot: int, member: MemberId) -> str:
    return f"{ballot}:{member}"
