"""What both forms of the report say: the measures in order, with their words, and the texts in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.prose.phrases import length_of

MEASURES = {
    "names_used": "names used",
    "loops": "loops",
    "leakage": "leakage",
    "length_within_20": "length within 20 %",
    "right_language": "right language",
    "whole_ending": "whole ending",
}
"""The shares of takes, with what the report calls them."""

SHARES_HEAD = ("share of takes", "programs", "plain prompt", "its first draw", "aim")
FIGURES_HEAD = ("further", "programs", "plain prompt")

FIGURES = {
    "length": "length, 1 being what was asked for",
    "distinct_1": "distinct-1",
    "distinct_2": "distinct-2",
    "distinct_3": "distinct-3",
    "self_bleu": "self-BLEU",
    "coherence": "coherence, by words in common",
    "relevance": "relevance, by words in common",
    "tokens": "tokens generated a take",
    "prompt_tokens": "tokens sent a take",
    "requests": "requests a take",
    "seconds": "seconds a take",
}
LANGUAGES = {"en": "English", "zh-CN": "Chinese"}
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

    @property
    def about(self) -> str:
        """Which brief and seed it is, and what was asked for."""
        return f"{self.brief.id}: {self.brief.form}, {self._measured(self.brief.words)}, seed {self.seed}"

    @property
    def ratios(self) -> dict[str, float]:
        """The lengths of both sides by the one asked for."""
        return {side: self._length(side) / self.brief.words for side in SIDES}

    @property
    def sides(self) -> Iterator[tuple[str, str]]:
        """What each side is called, with the length it came to, and its text."""
        for side, name in SIDES.items():
            yield f"{name}, {self._measured(self._length(side))}", getattr(self, side) or "(nothing)"

    def _length(self, side: str) -> int:
        return length_of(getattr(self, side), chinese=self.brief.chinese)

    def _measured(self, length: int) -> str:
        return _counted(length, "character" if self.brief.chinese else "word")


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
    """A share with its interval, and of how many takes it is where that is not all of them."""
    counted = counted_in(side, measure)
    if not counted:
        return "no take should"
    low, high = side["intervals"][measure]
    said = f"{side[measure]:.1%} ({low:.0%} to {high:.0%})"
    return said if counted == side["takes"] else f"{said} of {_counted(counted, 'take')} that should"


def counted_in(side: dict[str, Any], measure: str) -> int:
    """How many takes a share is of: only of those whose brief names somebody can names be asked."""
    takes: int = side["takes_with_names" if measure == "names_used" else "takes"]
    return takes


def share_rows(whole: dict[str, Any], language: str | None = None) -> Iterator[tuple[str, ...]]:
    """Every share of takes, or of those in one language: name, both sides, plain prompt's first draw, aim."""
    sides = [*(whole[side] for side in SIDES), whole["seed_prompt"]["single_draw"]]
    if language is not None:
        sides = [side["by_language"][language] for side in sides]
    for measure, name in MEASURES.items():
        yield name, *(percent(side, measure) for side in sides), aim(whole, measure)


def languages(whole: dict[str, Any]) -> list[str]:
    """The languages of the briefs, where there is more than one."""
    found = list(whole["programs"]["by_language"])
    return found if len(found) > 1 else []


def figure_rows(whole: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every further figure: its name and both sides."""
    for measure, name in FIGURES.items():
        yield name, *(f"{whole[side][measure]:g}" for side in SIDES)
