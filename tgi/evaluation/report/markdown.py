"""The report in Markdown. What models and people wrote cannot become markup: what could is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.evaluation.report import plots
from tgi.evaluation.report.rows import CAUTION, FIGURES, MEASURES, SIDES, about, aim, pairs, percent
from tgi.prose.phrases import length_of

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")


def markdown(whole: dict[str, Any], briefs: Sequence[Brief]) -> str:
    """The whole report of a run of these briefs."""
    return "\n".join(_lines(whole, briefs)) + "\n"


def _lines(whole: dict[str, Any], briefs: Sequence[Brief]) -> Iterator[str]:
    yield from ("# Evaluation", "", _escaped(about(whole)), "", CAUTION, "", whole["budget"], "")
    yield from (
        "| share of takes | programs | plain prompt | its first draw | aim |",
        "| --- | --- | --- | --- | --- |",
    )
    first = whole["seed_prompt"]["single_draw"]
    for measure, name in MEASURES.items():
        cells = [
            *(percent(whole[side], measure) for side in SIDES),
            percent(first, measure),
            aim(whole, measure),
        ]
        yield f"| {name} | {' | '.join(cells)} |"
    yield from ("", plots.shares(whole), "", "| further | programs | plain prompt |", "| --- | --- | --- |")
    for measure, name in FIGURES.items():
        yield f"| {name} | {whole['programs'][measure]:g} | {whole['seed_prompt'][measure]:g} |"
    told = list(pairs(whole, briefs))
    ratios = {
        side: [length_of(getattr(each, side), chinese=each.brief.chinese) / each.brief.words for each in told]
        for side in SIDES
    }
    yield from ("", plots.lengths(ratios), "", "## Texts")
    for each in told:
        yield from ("", f"### {_escaped(each.brief.title)}", "")
        yield f"{_escaped(each.brief.id)}, {each.brief.form}, {each.brief.words}, seed {each.seed}"
        yield ""
        yield from (
            f"- {_escaped(premise.kind)}: {_escaped(premise.text)}" for premise in each.brief.premises
        )
        for side, name in SIDES.items():
            yield from ("", f"**{name}**", "", f"> {_escaped(getattr(each, side)) or '(nothing)'}")


def _escaped(text: str) -> str:
    """On one line, without anything that Markdown or HTML would read as more than words."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
