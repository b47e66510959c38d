"""Judges a run by its evidence alone. Pure: the same evidence gives the same verdict.

Each rule is a function from evidence to sentences, one for each violation; `RULES` has them all. They are in
three modules: of the rooms' logs (`logs_rules.py`), of Discord (`discord_rules.py`), of what is left behind
(`rest_rules.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tests.chaos import discord_rules, logs_rules, rest_rules
from tests.chaos.evidence import Evidence

Rule = Callable[[Evidence], Iterable[str]]

RULES: Final[dict[str, Rule]] = {
    "what a process was told is in the log": logs_rules.told_is_kept,
    "what a person was told is in the log": logs_rules.answered_is_kept,
    "every operation is in the log once": logs_rules.once,
    "nothing is in the log that nobody did": logs_rules.somebody_did_it,
    "the log has no gap, and its replay is the snapshot": logs_rules.replays,
    "every round ended": logs_rules.rounds_ended,
    "every round is on Discord as it ended": discord_rules.rounds_shown,
    "nothing is posted twice": discord_rules.posted_once,
    "no text is in another room": discord_rules.own_room,
    "nobody waits for an answer": discord_rules.answered,
    "nothing is left in queue, leases and outboxes": rest_rules.nothing_left,
    "no process fell over its own feet": rest_rules.no_trouble,
    "no process grows": rest_rules.memory,
}


def check(evidence: Evidence) -> dict[str, list[str]]:
    """The violations of each rule that is broken; nothing where all was kept."""
    found = {name: list(rule(evidence)) for name, rule in RULES.items()}
    return {name: sentences for name, sentences in found.items() if sentences}
