"""Everybody's share of a draft's words as a picture: a bar each, people filled, models hatched.

As narrow as a phone, so that it can be read there without being opened.
"""

from __future__ import annotations

from typing import Final

from bot.documents.pictures import (
    LEADING,
    Canvas,
    canvas,
    draw_box,
    draw_line,
    draw_text,
    layout,
    png,
    text_width,
)
from bot.documents.written import line_of
from bot.story.credit.saying import owner_of
from bot.story.credit.sheet import DraftSheet, Share
from bot.story.room import Room
from bot.story.saying import Say

WIDTH: Final = 560
ROWS: Final = 12  # bars; where there are more people and models, the last stands for the rest
_LEFT, _TOP, _STEP, _SIZE = 32, 24, 80, 24
_TITLE, _WORDS, _NOTE = 28, 22, 18
_TITLE_LINES, _NOTE_LINES = 2, 8
_DARK, _INK, _DIM = "#1E1F22", "#F2F3F5", "#B5BAC1"
_PEOPLE, _MODELS = "#56B4E9", "#E69F00"
_TRACK = "#3A3C42"
_BAR = 26


def credit_png(room: Room, sheet: DraftSheet, say: Say) -> bytes:
    """The shares of a draft as a PNG, 560 pixels wide."""
    bars = _bars(room, sheet, say)
    room_for = WIDTH - 2 * _LEFT
    title = say("credits.title", draft=sheet.draft, title=line_of(room.brief.title) or "?")
    note = say("credits.explained")
    head = _lines(title, _TITLE, _TITLE_LINES, room_for, bold=True)
    first = _TOP + head + round(_WORDS * LEADING) + 20
    foot = first + len(bars) * _STEP + 8
    height = foot + _lines(note, _NOTE, _NOTE_LINES, room_for) + 20
    picture = canvas(WIDTH, height, _DARK)
    draw_text(
        picture, _LEFT, _TOP, title, _TITLE, _INK, width=room_for, bold=True, lines=_TITLE_LINES, own=False
    )
    words = say("credits.words", words=sheet.words)
    draw_text(picture, _LEFT, _TOP + head + 4, words, _WORDS, _DIM, width=room_for, lines=1, own=False)
    for at, (name, percent, is_model) in enumerate(bars):
        y = first + at * _STEP
        figure = f"{percent}%"
        space = room_for - text_width(figure, _SIZE, bold=True) - 24
        draw_text(picture, _LEFT, y, name, _SIZE, _INK, width=space, lines=1, own=False)
        x = WIDTH - _LEFT - text_width(figure, _SIZE, bold=True)
        draw_text(picture, x, y, figure, _SIZE, _INK, bold=True)
        _bar(picture, y + 38, room_for, percent, is_model=is_model)
    draw_text(picture, _LEFT, foot, note, _NOTE, _DIM, width=room_for, lines=_NOTE_LINES, own=False)
    return png(picture)


def _lines(text: str, size: int, lines: int, width: float, *, bold: bool = False) -> int:
    """How high a text stands in so many lines at most."""
    return round(size * LEADING) * len(layout(text, size, width=width, bold=bold, lines=lines))


def _bars(room: Room, sheet: DraftSheet, say: Say) -> list[tuple[str, int, bool]]:
    """A name, its per cent, whether it is a model's."""
    shares = list(sheet.shares)
    if len(shares) > ROWS:
        small = sorted(shares, key=lambda share: -share.words)[ROWS - 1 :]
        kept = [share for share in shares if share not in small]
        rest = say("credits.others", count=len(small))
        return [*_told(room, kept, say), (rest, sum(share.percent for share in small), False)]
    return _told(room, shares, say)


def _told(room: Room, shares: list[Share], say: Say) -> list[tuple[str, int, bool]]:
    return [(line_of(owner_of(room, one, say)) or "?", one.percent, one.model is not None) for one in shares]


def _bar(picture: Canvas, y: float, width: float, percent: int, *, is_model: bool) -> None:
    colour = _MODELS if is_model else _PEOPLE
    draw_box(picture, _LEFT, y, width, _BAR, fill=_TRACK, radius=6)
    length = max(width * percent / 100, 12 if percent else 0)
    if not length:
        return
    draw_box(picture, _LEFT, y, length, _BAR, fill=_DARK if is_model else colour, outline=colour, radius=6)
    if is_model:  # told apart without its colour too
        for step in range(0, int(length - _BAR), 14):
            start = _LEFT + step + 3
            draw_line(picture, [(start, y + _BAR - 4), (start + _BAR - 6, y + 3)], colour, 3)
