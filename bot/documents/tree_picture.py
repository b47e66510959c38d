"""The tree of drafts as a picture: PNG for a channel, SVG for documents and the web, drawn from one plan.

How a draft stands is told by a shape and a word, and by a colour besides (those of Okabe and Ito, which
colour-blind people tell apart). The PNG is dark, so that it glares at nobody, and as narrow as a phone; the
SVG follows the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from bot.documents.pictures import Canvas, canvas, draw_box, draw_line, draw_text, layout, png, text_width
from bot.documents.written import line_of
from bot.story.room import Room
from bot.story.saying import Say
from bot.story.tree import ROWS, tree_of
from bot.story.tree_saying import Mark, mark_words, marks_of, row_label, tree_about

WIDTH: Final = 520
_STEP, _LANE, _LEFT, _TOP, _SIZE = 46, 22, 36, 92, 24
_BELOW = 36  # more for a row whose marks stand on a line of their own
_LANES = 8  # that keep their place; what is deeper stands at the last
_TITLE, _SMALL = 30, _SIZE - 4

_DARK, _INK, _DIM, _LINE = "#1E1F22", "#F2F3F5", "#B5BAC1", "#80848E"
_COLOURS: Final = {
    Mark.CANON: "#E69F00",
    Mark.CURRENT: "#56B4E9",
    Mark.IN_FORCE: "#2BC79B",
    Mark.RUNNER_UP: "#DE8FBB",
    Mark.TAKEN_BACK: "#9AA0A6",
    Mark.STALE: "#F0E442",
}
_FOR_READERS: Final = 'role="img" aria-labelledby="t d" font-family="sans-serif"'
_FOR_LIGHT: Final = {
    Mark.CANON: "#8A5A00",
    Mark.CURRENT: "#005F9E",
    Mark.IN_FORCE: "#00664A",
    Mark.RUNNER_UP: "#8F3B6B",
    Mark.TAKEN_BACK: "#59636E",
    Mark.STALE: "#6B6200",
}


@dataclass(frozen=True)
class _Dot:
    """A draft's place, shape and words."""

    x: int
    y: int
    mark: Mark | None  # the one that gives the shape
    stretch: bool
    label: str
    said: tuple[tuple[Mark, str], ...]
    below: bool  # the marks stand below the label, which leaves them no room beside it


@dataclass(frozen=True)
class _Plan:
    """Everything to draw."""

    title: str
    about: str
    height: int
    dots: tuple[_Dot, ...]
    lines: tuple[tuple[tuple[int, int], ...], ...]


def tree_png(room: Room, say: Say, *, rows: int = ROWS) -> bytes:
    """The tree as a PNG, as wide as a phone shows it and as high as it has rows."""
    plan = _plan(room, say, rows)
    picture = canvas(WIDTH, plan.height, _DARK)
    draw_text(picture, _LEFT - 11, 26, plan.title, _TITLE, _INK, bold=True, own=False)
    for line in plan.lines:
        draw_line(picture, line, _LINE, 3)
    for dot in plan.dots:
        _draw(picture, dot)
    return png(picture)


def tree_svg(room: Room, say: Say, *, rows: int = ROWS) -> str:
    """The tree as an SVG document, its words inside for who cannot see it; light or dark as the reader is."""
    plan = _plan(room, say, rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {plan.height}" {_FOR_READERS}>',
        f'<title id="t">{_xml(plan.title)}</title><desc id="d">{_xml(plan.about)}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{plan.height}"/>',
        f'<text class="ink" x="{_LEFT - 11}" y="56" font-size="{_TITLE}" font-weight="bold">',
        f"{_xml(plan.title)}</text>",
    ]
    for line in plan.lines:
        points = " ".join(f"{x},{y}" for x, y in line)
        parts.append(f'<polyline class="line" points="{points}"/>')
    for dot in plan.dots:
        parts += _svg_dot(dot)
    return "\n".join([*parts, "</svg>\n"])


def _plan(room: Room, say: Say, rows: int) -> _Plan:
    tree = tree_of(room, rows=rows)
    dots: list[_Dot] = []
    lines = []
    top = _TOP
    for row in tree.rows:
        x, y = _LEFT + min(row.lane, _LANES) * _LANE, top + _STEP // 2
        marks = marks_of(room, row)
        said = tuple((mark, line_of(mark_words(row, mark, say))) for mark in marks)
        room_for = WIDTH - x - 28 - 12
        label = layout(line_of(row_label(room, row, say)), _SIZE, width=room_for, lines=1)[0]
        taken = sum(text_width(words, _SMALL) + 26 for _, words in said)
        below = text_width(label, _SIZE, bold=True) + 8 + taken > room_for
        dots.append(_Dot(x, y, next(iter(marks), None), row.draft is None, label, said, below))
        top += _STEP + (_BELOW if below else 0)
        if row.above is not None:
            above = dots[row.above]
            lines.append(
                ((above.x, above.y), (above.x, y), (x, y)) if above.x != x else ((above.x, above.y), (x, y))
            )
    title = layout(line_of(room.brief.title) or "?", _TITLE, width=WIDTH - 2 * _LEFT, bold=True, lines=1)[0]
    height = max(top, _TOP + _STEP) + 24
    return _Plan(title, line_of(tree_about(room, tree, say)), height, tuple(dots), tuple(lines))


def _draw(picture: Canvas, dot: _Dot) -> None:
    colour = _COLOURS[dot.mark] if dot.mark else _INK
    for points in _strokes(dot):
        draw_line(picture, points, colour, 4)
    if (radius := _radius(dot)) is not None:
        fill = colour if dot.mark in (Mark.CANON, Mark.CURRENT) else _DARK
        draw_box(picture, dot.x - 11, dot.y - 11, 22, 22, fill=fill, outline=colour, radius=radius)
    x, y = float(dot.x + 28), dot.y
    bold = dot.mark in (Mark.CANON, Mark.CURRENT)
    ink = _DIM if dot.stretch else _INK
    draw_text(picture, x, y - _SIZE * 0.7, dot.label, _SIZE, ink, bold=bold, own=False)
    if dot.below:
        y += _BELOW
    else:
        x += text_width(dot.label, _SIZE, bold=bold) + 18
    for mark, words in dot.said:
        width = text_width(words, _SMALL) + 16
        draw_box(picture, x, y - 15, width, 30, outline=_COLOURS[mark], radius=8)
        draw_text(picture, x + 8, y - _SMALL * 0.72, words, _SMALL, _COLOURS[mark], own=False)
        x += width + 10


def _radius(dot: _Dot) -> int | None:
    """How round the box of a draft is; None for those that are drawn by strokes."""
    if dot.stretch or dot.mark in (Mark.RUNNER_UP, Mark.TAKEN_BACK):
        return None
    return 4 if dot.mark in (Mark.CANON, Mark.IN_FORCE) else 11


def _strokes(dot: _Dot) -> Iterator[Sequence[tuple[float, float]]]:
    """The lines of a shape that is no box."""
    x, y = dot.x, dot.y
    if dot.stretch:
        yield from ([(x, y + step - 3), (x, y + step + 3)] for step in (-11, 0, 11))
    elif dot.mark is Mark.RUNNER_UP:
        yield [(x, y - 12), (x + 12, y), (x, y + 12), (x - 12, y), (x, y - 12)]
    elif dot.mark is Mark.TAKEN_BACK:
        yield [(x - 9, y - 9), (x + 9, y + 9)]
        yield [(x - 9, y + 9), (x + 9, y - 9)]


def _svg_dot(dot: _Dot) -> Iterator[str]:
    kind = dot.mark.value if dot.mark else "plain"
    for points in _strokes(dot):
        joined = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline class="stroke {kind}" points="{joined}"/>'
    if (radius := _radius(dot)) is not None:
        filled = "full" if dot.mark in (Mark.CANON, Mark.CURRENT) else "empty"
        place = f'x="{dot.x - 11}" y="{dot.y - 11}" width="22" height="22" rx="{radius}"'
        yield f'<rect class="{filled} {kind}" {place}/>'
    places = [f'x="{dot.x + 28}" dy="{_BELOW - 4}"'] if dot.below else ['dx="14"']
    places += ['dx="10"'] * len(dot.said)
    said = "".join(
        f'<tspan {place} class="word {mark.value}">[{_xml(words)}]</tspan>'
        for place, (mark, words) in zip(places, dot.said, strict=False)
    )
    weight = ' font-weight="bold"' if dot.mark in (Mark.CANON, Mark.CURRENT) else ""
    at = f'x="{dot.x + 28}" y="{dot.y + 8}"'
    yield f'<text class="ink" {at} font-size="{_SIZE}"{weight}>{_xml(dot.label)}{said}</text>'


def _style() -> str:
    def of(paper: str, ink: str, line: str, colours: dict[Mark, str]) -> str:
        rules = f".paper{{fill:{paper}}}.ink{{fill:{ink}}}.line,.stroke,.empty,.full{{stroke:{line}}}"
        rules += f".stroke.plain,.empty.plain{{stroke:{ink}}}.empty{{fill:{paper}}}"
        for mark, colour in colours.items():
            name = mark.value
            rules += f".stroke.{name},.empty.{name},.full.{name}{{stroke:{colour}}}"
            rules += f".full.{name},.word.{name}{{fill:{colour}}}"
        return rules

    light = of("#FFFFFF", "#1F2328", "#59636E", _FOR_LIGHT)
    dark = of(_DARK, _INK, _LINE, _COLOURS)
    shapes = ".line,.stroke{fill:none;stroke-width:3}.empty,.full{stroke-width:3}.word{font-size:20px}"
    return f"{shapes}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _xml(text: str) -> str:
    return escape(text, {'"': "&quot;"})
