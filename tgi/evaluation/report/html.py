"""The report as one HTML page: nothing is loaded from elsewhere, nothing runs, it prints and fits a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.evaluation.report import plots
from tgi.evaluation.report.rows import (
    CAUTION,
    FIGURES_HEAD,
    LANGUAGES,
    SHARES_HEAD,
    Pair,
    about,
    figure_rows,
    languages,
    pairs,
    share_rows,
)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem .3rem 0; text-align: left; font-weight: normal; }
thead th { font-weight: 600; }
svg { max-width: 100%; height: auto; display: block; margin: .5rem 0 1rem; }
figure { margin: 1.5rem 0; }
figcaption { color: #555; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } }
h3 { margin: 2rem 0 .2rem; }
h4 { margin: 0; color: #555; }
.brief { color: #555; }
p { overflow-wrap: anywhere; }
"""


def html(whole: dict[str, Any], briefs: Sequence[Brief]) -> str:
    """The whole report of a run of these briefs."""
    return "\n".join(_lines(whole, briefs)) + "\n"


def _lines(whole: dict[str, Any], briefs: Sequence[Brief]) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><main><h1>Evaluation</h1>"
    yield f"<p>{escape(about(whole))}</p><p>{_code(CAUTION)}</p><p>{_code(whole['budget'])}</p>"
    yield from _table(SHARES_HEAD, share_rows(whole))
    yield _figure(plots.SHARES, plots.shares(whole))
    for language in languages(whole):
        yield f"<p>{LANGUAGES[language]} briefs alone:</p>"
        yield from _table(SHARES_HEAD, share_rows(whole, language))
    yield from _table(FIGURES_HEAD, figure_rows(whole))
    told = list(pairs(whole, briefs))
    yield _figure(plots.LENGTHS, plots.lengths([each.ratios for each in told]))
    yield "<h2>Texts</h2>"
    for each in told:
        yield from _pair(each)
    yield "</main></body></html>"


def _figure(caption: str, plot: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{plot}</figure>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield (
        "<table><thead><tr>"
        + "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        + "</tr></thead><tbody>"
    )
    for name, *cells in rows:
        yield (
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    yield "</tbody></table>"


def _pair(each: Pair) -> Iterator[str]:
    brief, lang = each.brief, each.brief.language
    yield f'<h3 lang="{lang}">{escape(brief.title)}</h3>'
    yield f'<p class="brief">{escape(each.about)}</p>'
    yield f'<ul class="brief" lang="{lang}">'
    yield from (f"<li>{escape(premise.kind)}: {escape(premise.text)}</li>" for premise in brief.premises)
    yield f'</ul><div class="pair" lang="{lang}">'
    for name, text in each.sides:
        yield f'<div><h4 lang="en">{name}</h4><p>{escape(text)}</p></div>'
    yield "</div>"


def _code(words: str) -> str:
    """Words of our own, with `code` in them."""
    parts = escape(words).split("`")
    return "".join(part if at % 2 == 0 else f"<code>{part}</code>" for at, part in enumerate(parts))
