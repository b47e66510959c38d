"""A comparison of two texts as a page of HTML, for texts that are longer than a message."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import Final

from bot.documents.written import line_of
from bot.story.diff import Change, Piece
from bot.story.saying import Say

_TAGS: Final = {
    Change.KEPT: ("", ""),
    Change.REMOVED: ("<del>", "</del>"),
    Change.ADDED: ("<ins>", "</ins>"),
    Change.MOVED_AWAY: ('<del class="moved">', " ⤵</del>"),
    Change.MOVED_HERE: ('<ins class="moved">', " ⤴</ins>"),
}
_LEGEND: Final = {
    Change.REMOVED: "compare.removed",
    Change.ADDED: "compare.added",
    Change.MOVED_AWAY: "compare.away",
    Change.MOVED_HERE: "compare.here",
}
_STYLE: Final = """
:root{color-scheme:light dark}
body{font:1.05rem/1.6 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
main{white-space:pre-wrap;overflow-wrap:anywhere}
ins{background:#0072b233;text-decoration:none;font-weight:bold}
del{background:#d55e0033}
ins.moved,del.moved{background:#99999933;font-style:italic;font-weight:normal}
"""


def comparison_html(
    names: tuple[str, str], pieces: Sequence[Piece], say: Say, *, language: str
) -> io.BytesIO:
    """The page, as a file in memory."""
    title = escape(" → ".join(map(line_of, names)))
    legend = " · ".join(_marked(change, say(key)) for change, key in _LEGEND.items())
    body = "".join(_marked(piece.change, piece.text) for piece in pieces)
    page = (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1><p>{legend}</p>\n<main>{body}</main></body></html>\n"
    )
    return io.BytesIO(page.encode())


def _marked(change: Change, text: str) -> str:
    before, behind = _TAGS[change]
    said = text.rstrip()
    return f"{before}{escape(said)}{behind}{text[len(said) :]}" if before and said else escape(text)
