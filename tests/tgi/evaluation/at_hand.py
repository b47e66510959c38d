"""Briefs and takes for the tests of evaluation."""

from __future__ import annotations

from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.evaluation.running import Run, Take
from tgi.evaluation.writers import Written

WELL: dict[str, Any] = {
    "id": "well",
    "title": "The Dry Well",
    "form": "feature",
    "language": "en",
    "words": 20,
    "premises": [
        {"kind": "character", "text": "Mara, a well-digger who is afraid of the dark"},
        {"kind": "setting", "text": "a village without rain"},
    ],
}
LANTERN: dict[str, Any] = {
    "id": "灯",
    "title": "河灯",
    "form": "short",
    "language": "zh-CN",
    "words": 30,
    "premises": [{"kind": "人物", "text": "阿良，退休的船长"}, {"kind": "nonsense", "text": "河正在干涸"}],
}


def brief(**changes: Any) -> Brief:
    return Brief.model_validate(WELL | changes)


def written(text: str) -> Written:
    return Written(text, tokens=30, prompt_tokens=100, requests=2, seconds=1.5, model="a/model")


def run_of(*pairs: tuple[str, str], one: Brief | None = None) -> Run:
    """A run of one brief, with what each side wrote for each seed."""
    brief_ = one or brief()
    ours = [Take(brief_, 1000 * number, written(text)) for number, (text, _) in enumerate(pairs, start=1)]
    theirs = [Take(brief_, 1000 * number, written(text)) for number, (_, text) in enumerate(pairs, start=1)]
    return Run(programs=ours, plain=theirs, single=theirs, model="a/model", revision="abc")
