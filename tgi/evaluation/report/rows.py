"""What both forms of the report say: the measures in order, with their words, and the texts in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tgi.evaluation.briefs import Brief

MEASURES = {
    "names_used": "names used",
    "loops": "loops",
    "leakage": "leakage",
    "length_within_20": "length within 20 %",
    "right_language": "right language",
    "whole_ending": "whole ending",
}
"""The shares of takes, with what the report calls them."""

FIGURES = {
    "length": "length by the one asked for",
    "distinct_1": "distinct-1",
    "distinct_2": "distinct-2",
    "distinct_3": "distinct-3",
    "self_bleu": "self-BLEU",
    "coherence": "coherence",
    "relevance": "relevance",
    "tokens": "tokens generated a take",
    "prompt_tokens": "tokens sent a take",
    "requests": "requests a take",
    "seconds": "seconds a take",
}
SIDES = {"programs": "programs", "seed_prompt": "plain prompt"}
FEWER = {"loops", "leakage"}
"""Measures of which less is better."""

CAUTION = (
    "These figures find what is broken: repetition, copying, missing people, wrong lengths. They do not say"
    " which text is good; for that, have people fill a blind sheet (`--blind`, then `--sheets`)."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One brief with one seed, and what both sides wrote."""

    brief: Brief
    seed: int
    programs: str
    seed_prompt: str


def pairs(whole: dict[str, Any], briefs: Sequence[Brief]) -> Iterator[Pair]:
    """The texts of both sides, side by side, in the order they were written."""
    named = {brief.id: brief for brief in briefs}
    for ours, theirs in zip(whole["programs"]["texts"], whole["seed_prompt"]["texts"], strict=True):
        yield Pair(named[ours["id"]], ours["seed"], ours["text"], theirs["text"])


def about(whole: dict[str, Any]) -> str:
    """What was run, in one sentence."""
    side = whole["programs"]
    briefs, seeds = whole["briefs"], len(whole["seeds"])
    revision = f" at {whole['revision'][:12]}" if whole["revision"] else ""
    takes = _counted(side["takes"], "take")
    run = f"{_counted(briefs, 'brief')}, {_counted(seeds, 'seed')} each, {takes} a side"
    return f"{whole['model']}{revision}; {run}."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def aim(whole: dict[str, Any], measure: str) -> str:
    """The aim of a measure in words, or nothing."""
    value = whole["aims"].get(measure)
    if value is None:
        return ""
    return f"under {value:.0%}" if measure in FEWER else f"{value:.0%} or more"


def percent(side: dict[str, Any], measure: str) -> str:
    """A share with its interval."""
    low, high = side["intervals"][measure]
    return f"{side[measure]:.1%} ({low:.0%} to {high:.0%})"
