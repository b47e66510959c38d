"""The report in Markdown. What models and people wrote cannot become markup: what could is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.evaluation.report import plots
from tgi.evaluation.report.rows import (
    CAUTION,
    FIGURES_HEAD,
    LANGUAGES,
    SHARES_HEAD,
    about,
    figure_rows,
    languages,
    pairs,
    share_rows,
)

_NUMBERED = "|".join(rf"(?<=^\d{{{digits}}})\." for digits in range(1, 10))  # the beginning of a list
_MARKUP = re.compile(rf"([\\`*_{{}}\[\]<>()#+!|~&@]|^-|(?<=-)-|^=|{_NUMBERED})")


def markdown(whole: dict[str, Any], briefs: Sequence[Brief]) -> str:
    """The whole report of a run of these briefs."""
    return "\n".join(_lines(whole, briefs)) + "\n"


def _lines(whole: dict[str, Any], briefs: Sequence[Brief]) -> Iterator[str]:
    yield from ("# Evaluation", "", _escaped(about(whole)), "", CAUTION, "", whole["budget"], "")
    yield from _table(SHARES_HEAD, share_rows(whole))
    yield from ("", f"{plots.SHARES}.", "", plots.shares(whole))
    for language in languages(whole):
        yield from (
            "",
            f"{LANGUAGES[language]} briefs alone:",
            "",
            *_table(SHARES_HEAD, share_rows(whole, language)),
        )
    yield from ("", *_table(FIGURES_HEAD, figure_rows(whole)))
    told = list(pairs(whole, briefs))
    yield from ("", f"{plots.LENGTHS}.", "", plots.lengths([each.ratios for each in told]), "", "## Texts")
    for each in told:
        yield from ("", f"### {_escaped(each.brief.title)}", "", _escaped(each.about), "")
        yield from (
            f"- {_escaped(premise.kind)}: {_escaped(premise.text)}" for premise in each.brief.premises
        )
        for name, text in each.sides:
            yield from ("", f"**{name}**", "", f"> {_escaped(text)}")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _escaped(text: str) -> str:
    """On one line, without anything that Markdown or HTML would read as more than words."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
