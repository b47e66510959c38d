"""Plots as SVG that stands inside a page: no script, no font, no address; a title for who cannot see it.

Colours differ in lightness too, so that they can be told apart in print and by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from tgi.evaluation.report.rows import MEASURES, SIDES, counted_in

SHARES = "Shares of takes, with 95 % intervals; dashed: the aims"
LENGTHS = "Lengths, 1.0 being what was asked for; shaded: within a fifth"
COLOURS = {"programs": "#1f5a96", "seed_prompt": "#e0a030"}
INK, GRID, GOOD = "#333", "#ddd", "#eef4ea"
_LEFT, _WIDTH, _RIGHT = 150, 420, 60
_BAR, _GAP = 12, 14
_BINS = tuple(tenth / 10 for tenth in range(21))


def shares(whole: dict[str, Any]) -> str:
    """Bars for every share of takes, both sides, with 95 % intervals and the aims as marks."""
    row = 2 * _BAR + _GAP
    height = row * len(MEASURES) + 46
    parts = [_grid(height)]
    for at, (measure, name) in enumerate(MEASURES.items()):
        top = 8 + at * row
        parts.append(_text(_LEFT - 8, top + _BAR + 4, name, anchor="end"))
        for line, side in enumerate(SIDES):
            parts.append(_bar(whole[side], measure, COLOURS[side], top + line * _BAR))
        if (goal := whole["aims"].get(measure)) is not None:
            x = _LEFT + _WIDTH * goal
            parts.append(
                f'<path d="M{x:.1f} {top - 3}v{2 * _BAR + 5}" stroke="{INK}" stroke-dasharray="3 2"/>'
            )
    parts.append(_legend(height - 8))
    return _svg(height, SHARES, parts)


def lengths(ratios: Sequence[Mapping[str, float]]) -> str:
    """How many takes have which length, by the one asked for; what is over twice stands at twice."""
    counts = {side: _counted([each[side] for each in ratios]) for side in SIDES}
    most = max((count for some in counts.values() for count in some), default=0) or 1
    height, floor, step = 190, 140, _WIDTH / len(_BINS)
    parts = [_rectangle(_LEFT + 8 * step, 10, 5 * step, floor - 10, GOOD)]
    for line, side in enumerate(SIDES):
        for at, count in enumerate(counts[side]):
            tall = (floor - 16) * count / most
            x = _LEFT + at * step + line * step * 0.45
            parts.append(_rectangle(x, floor - tall, step * 0.42, tall, COLOURS[side]))
    marks = range(0, len(_BINS), 5)
    parts += [
        _text(_LEFT + (at + 0.5) * step, floor + 16, f"{_BINS[at]:.1f}", anchor="middle") for at in marks
    ]
    parts.append(f'<path d="M{_LEFT} {floor}h{_WIDTH}" stroke="{INK}"/>')
    parts.append(_text(_LEFT - 8, floor - 4, f"takes, up to {most}", anchor="end"))
    parts.append(_legend(height - 8))
    return _svg(height, LENGTHS, parts)


def _counted(values: Sequence[float]) -> list[int]:
    counted = [0] * len(_BINS)
    for value in values:
        counted[min(len(_BINS) - 1, max(0, round(value * 10)))] += 1
    return counted


def _bar(side: dict[str, Any], measure: str, colour: str, top: int) -> str:
    if not counted_in(side, measure):
        return _text(_LEFT + _WIDTH + 8, top + _BAR - 3, "–")
    low, high = (_LEFT + _WIDTH * end for end in side["intervals"][measure])
    middle = top + _BAR / 2
    wide = max(1.0, _WIDTH * side[measure])
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{wide:.1f}" height="{_BAR - 2}" fill="{colour}"/>'
        f'<path d="M{low:.1f} {middle - 1}H{high:.1f}" stroke="{INK}" stroke-width="1.5"/>'
        + _text(_LEFT + _WIDTH + 8, top + _BAR - 3, f"{side[measure]:.0%}")
    )


def _grid(height: int) -> str:
    lines = []
    for quarter in range(5):
        x = _LEFT + _WIDTH * quarter / 4
        lines.append(f'<path d="M{x:.1f} 4V{height - 40}" stroke="{GRID}"/>')
        lines.append(_text(x, height - 27, f"{quarter * 25}%", anchor="middle"))
    return "".join(lines)


def _legend(y: int) -> str:
    parts, x = [], _LEFT
    for side, name in SIDES.items():
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{COLOURS[side]}"/>')
        parts.append(_text(x + 15, y, name))
        x += 110
    return "".join(parts)


def _rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    width = _LEFT + _WIDTH + _RIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img"'
        f' font-family="sans-serif" font-size="12" fill="{INK}"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )
