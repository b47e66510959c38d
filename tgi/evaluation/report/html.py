"""The report as one HTML page: nothing is loaded from elsewhere, nothing runs, it prints and fits a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from tgi.evaluation.briefs import Brief
from tgi.evaluation.report import plots
from tgi.evaluation.report.rows import CAUTION, FIGURES, MEASURES, SIDES, Pair, about, aim, pairs, percent
from tgi.prose.phrases import length_of

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem .3rem 0; text-align: left; font-weight: normal; }
thead th { font-weight: 600; }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0; }
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
    yield from _table(
        ("share of takes", "programs", "plain prompt", "its first draw", "aim"), list(_shares(whole))
    )
    yield plots.shares(whole)
    further = [
        (name, f"{whole['programs'][measure]:g}", f"{whole['seed_prompt'][measure]:g}")
        for measure, name in FIGURES.items()
    ]
    yield from _table(("further", "programs", "plain prompt"), further)
    told = list(pairs(whole, briefs))
    yield plots.lengths(
        {
            side: [
                length_of(getattr(each, side), chinese=each.brief.chinese) / each.brief.words for each in told
            ]
            for side in SIDES
        }
    )
    yield "<h2>Texts</h2>"
    for each in told:
        yield from _pair(each)
    yield "</main></body></html>"


def _shares(whole: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    first = whole["seed_prompt"]["single_draw"]
    for measure, name in MEASURES.items():
        yield (
            name,
            *(percent(whole[side], measure) for side in SIDES),
            percent(first, measure),
            aim(whole, measure),
        )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
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
    yield f'<p class="brief">{escape(brief.id)}, {brief.form}, {brief.words}, seed {each.seed}</p>'
    yield f'<ul class="brief" lang="{lang}">'
    yield from (f"<li>{escape(premise.kind)}: {escape(premise.text)}</li>" for premise in brief.premises)
    yield f'</ul><div class="pair" lang="{lang}">'
    for side, name in SIDES.items():
        yield f'<div><h4 lang="en">{name}</h4><p>{escape(getattr(each, side)) or "(nothing)"}</p></div>'
    yield "</div>"


def _code(words: str) -> str:
    """Words of our own, with `code` in them."""
    parts = escape(words).split("`")
    return "".join(part if at % 2 == 0 else f"<code>{part}</code>" for at, part in enumerate(parts))
