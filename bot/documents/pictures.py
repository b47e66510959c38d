"""Pictures with words on them, for cards, trees and sheets: a small set of strokes over Pillow.

    picture = canvas(1200, 675)
    y = 60 + draw_text(picture, 60, 60, room.brief.title, 56, INK, width=1080, bold=True)
    draw_text(picture, 60, y + 20, logline, 30, GREY, width=1080, lines=6)
    return png(picture)

Places and sizes are pixels, (0, 0) is the top left corner; a colour is "#RRGGBB". Words may be in any script:
every sign is drawn by a font that has it (`faces`), Chinese is broken between characters, Hebrew and Arabic
read from the right. A card of words takes about a tenth of a second: call from a thread.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from PIL import Image, ImageDraw, ImageFont

from bot.documents.faces import Face, runs
from bot.documents.lines import broken
from bot.documents.signs import reads_right_to_left, signs

Canvas = Image.Image

INK, GREY, PAPER, RULE, ACCENT = "#1F2328", "#59636E", "#FFFFFF", "#D1D9E0", "#4752C4"

LEADING = 1.4  # from line to line, in sizes
_MORE = "…"


def canvas(width: int, height: int, colour: str = PAPER) -> Canvas:
    """An empty picture."""
    return Image.new("RGB", (width, height), colour)


def draw_text(  # noqa: PLR0917 - where, what, how big, which colour: in the order of every drawing library
    picture: Canvas,
    x: float,
    y: float,
    text: str,
    size: int,
    colour: str,
    *,
    width: float | None = None,
    bold: bool = False,
    lines: int | None = None,
    own: bool = True,
) -> int:
    """Draw a text whose first line's top is at `y`; how high it is.

    With a `width` it is broken into lines, and a text that reads from the right ends at `x + width`, unless
    it is not somebody's `own` words but a sentence of ours that begins with a name. Of more than `lines`
    lines the rest is left out, marked by an ellipsis.
    """
    draw = ImageDraw.Draw(picture)
    shown = layout(text, size, width=width, bold=bold, lines=lines)
    step = round(size * LEADING)
    from_right = own and reads_right_to_left(text)
    for number, line in enumerate(shown):
        start = x
        if from_right and width is not None:
            start += width - text_width(line, size, bold=bold)
        baseline = y + number * step + size
        for run in runs(line, bold=bold, right_to_left=from_right):
            font = _loaded(run.face.name, size)
            thick = max(1, size // 28) if run.face.faked else 0
            draw.text((start, baseline), run.drawn, font=font, fill=colour, anchor="ls", stroke_width=thick)
            start += sum(_width_of(run.face, sign, size) for sign in run.drawn)
    return step * len(shown)


def layout(
    text: str, size: int, *, width: float | None = None, bold: bool = False, lines: int | None = None
) -> list[str]:
    """The lines that `draw_text` draws."""
    found = text.split("\n") if width is None else broken(text, width, _measure(size, bold=bold))
    if lines is None or len(found) <= lines:
        return found
    last = signs(found[lines - 1])
    while last and width is not None and text_width("".join(last) + _MORE, size, bold=bold) > width:
        last.pop()
    return [*found[: lines - 1], "".join(last).rstrip() + _MORE]


def text_width(line: str, size: int, *, bold: bool = False) -> float:
    """How wide one line is."""
    return sum(_width_of(run.face, sign, size) for run in runs(line, bold=bold) for sign in run.drawn)


def draw_box(
    picture: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str | None = None,
    outline: str | None = None,
    radius: float = 0,
) -> None:
    """Draw a rectangle, its corners rounded by `radius`."""
    corners = (x, y, x + width - 1, y + height - 1)
    ImageDraw.Draw(picture).rounded_rectangle(corners, radius, fill=fill, outline=outline, width=2)


def draw_line(picture: Canvas, points: Sequence[tuple[float, float]], colour: str, width: int = 2) -> None:
    """Draw a line through points."""
    ImageDraw.Draw(picture).line(list(points), fill=colour, width=width, joint="curve")


def png(picture: Canvas) -> bytes:
    """The picture as a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _measure(size: int, *, bold: bool) -> Callable[[str], float]:
    return partial(_sign_width, size, bold)


@lru_cache(10_000)
def _sign_width(size: int, bold: bool, sign: str) -> float:  # noqa: FBT001 - only `_measure` calls it
    return text_width(sign, size, bold=bold)


def _width_of(face: Face, character: str, size: int) -> float:
    font = face.font
    return font.advances[font.glyphs.get(ord(character), 0)] * size / font.metrics.per_em


@lru_cache(64)
def _loaded(name: str, size: int) -> ImageFont.FreeTypeFont:
    # The simple layout: order and shapes are settled already, the same on every machine.
    return ImageFont.truetype(io.BytesIO(Face(name).content), size, layout_engine=ImageFont.Layout.BASIC)
