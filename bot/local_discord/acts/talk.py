"""The parts that messages need besides `posting.py`, built together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.pins import Pins
from bot.local_discord.acts.polls import Polls
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.reactions import Reactions
from bot.local_discord.acts.speaking import Speaking

__all__ = ["Talk", "make_talk"]


@dataclass(frozen=True)
class Talk:
    """Who may say what; pins, reactions and polls."""

    speaking: Speaking
    pins: Pins
    reactions: Reactions
    polls: Polls


def make_talk(posting: Posting) -> Talk:
    """Build them around `posting`; polls that are open already (after a restart) are watched."""
    speaking, polls = Speaking(posting.world, posting.clock), Polls(posting)
    polls.watch_all()
    return Talk(speaking, Pins(posting, speaking), Reactions(posting, speaking), polls)
