"""The cover card: what the story is called, what it is about, and whose it is, as one picture."""

from __future__ import annotations

from bot.documents.pictures import (
    ACCENT,
    GREY,
    INK,
    RULE,
    canvas,
    draw_box,
    draw_line,
    draw_text,
    layout,
    png,
)
from bot.documents.written import line_of
from bot.story.document.manuscript import Manuscript

WIDTH, HEIGHT = 1200, 675

_LEFT, _ROOM = 80, WIDTH - 160
_TITLE_SIZES = (72, 60, 48, 40)
_TITLE_LINES = 3


def cover_card(manuscript: Manuscript) -> bytes:
    """The card as a PNG of 1200 by 675 pixels; what does not fit is cut with an ellipsis."""
    picture = canvas(WIDTH, HEIGHT)
    draw_box(picture, 0, 0, 16, HEIGHT, fill=ACCENT)
    title, logline = line_of(manuscript.title) or "?", line_of(manuscript.logline)
    y = 64 + draw_text(picture, _LEFT, 64, line_of(manuscript.form), 28, ACCENT, width=_ROOM, lines=1)
    y += draw_text(
        picture, _LEFT, y + 8, title, _size(title), INK, width=_ROOM, bold=True, lines=_TITLE_LINES
    )
    if logline:
        draw_text(picture, _LEFT, y + 32, logline, 32, GREY, width=_ROOM, lines=max(1, (510 - y) // 45))
    draw_line(picture, [(_LEFT, 572), (_LEFT + _ROOM, 572)], RULE)
    draw_text(picture, _LEFT, 588, line_of(manuscript.byline), 28, INK, width=_ROOM, lines=1, own=False)
    return png(picture)


def _size(title: str) -> int:
    """The largest size at which a title takes two lines, or the smallest there is."""
    fits = (size for size in _TITLE_SIZES if len(layout(title, size, width=_ROOM, bold=True)) < _TITLE_LINES)
    return next(fits, _TITLE_SIZES[-1])
