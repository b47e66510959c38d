"""Everybody's share of a draft's words as a picture: a bar each, people filled, models hatched."""

from __future__ import annotations

from typing import Final

from bot.documents.pictures import Canvas, canvas, draw_box, draw_line, draw_text, png, text_width
from bot.documents.written import line_of
from bot.story.credit.saying import owner_of
from bot.story.credit.sheet import DraftSheet, Share
from bot.story.room import Room
from bot.story.saying import Say

WIDTH: Final = 1000
ROWS: Final = 12  # bars; where there are more people and models, the last stands for the rest
_LEFT, _TOP, _STEP, _SIZE = 44, 130, 84, 26
_DARK, _INK, _DIM = "#1E1F22", "#F2F3F5", "#B5BAC1"
_PEOPLE, _MODELS = "#56B4E9", "#E69F00"
_TRACK = "#3A3C42"
_BAR = 26


def credit_png(room: Room, sheet: DraftSheet, say: Say) -> bytes:
    """The shares of a draft as a PNG, 1000 pixels wide."""
    bars = _bars(room, sheet, say)
    height = _TOP + len(bars) * _STEP + 96
    picture = canvas(WIDTH, height, _DARK)
    room_for = WIDTH - 2 * _LEFT
    title = say("credits.title", draft=sheet.draft, title=line_of(room.brief.title) or "?")
    draw_text(picture, _LEFT, 28, title, 32, _INK, width=room_for, bold=True, lines=1, own=False)
    words = say("credits.words", words=sheet.words)
    draw_text(picture, _LEFT, 78, words, 22, _DIM, width=room_for, lines=1, own=False)
    for at, (name, percent, is_model) in enumerate(bars):
        y = _TOP + at * _STEP
        figure = f"{percent}%"
        space = room_for - text_width(figure, _SIZE, bold=True) - 24
        draw_text(picture, _LEFT, y, name, _SIZE, _INK, width=space, lines=1, own=False)
        x = WIDTH - _LEFT - text_width(figure, _SIZE, bold=True)
        draw_text(picture, x, y, figure, _SIZE, _INK, bold=True)
        _bar(picture, y + 42, room_for, percent, is_model=is_model)
    note = say("credits.explained")
    draw_text(picture, _LEFT, height - 84, note, 18, _DIM, width=room_for, lines=3, own=False)
    return png(picture)


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
