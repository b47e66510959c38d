"""A manuscript as PDF: laid out on A4 by the fonts of this package, with bookmarks and page numbers.

Lines are broken as in pictures; what reads from the right stands at the right.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image

from bot.documents.faces import Run, runs
from bot.documents.lines import broken
from bot.documents.pdf_file import PdfFile
from bot.documents.signs import reads_right_to_left
from bot.documents.written import line_of, paragraphs_of
from bot.story.document.manuscript import Block, Items, Manuscript

_WIDTH, _HEIGHT = 595.0, 842.0  # A4, in points
_MARGIN, _FOOT = 64.0, 40.0
_SIZE, _LEADING = 10.5, 1.5
_HEADINGS = {2: 16.0, 3: 12.0, 4: 11.0}
_STEP = 16.0  # an indent
_GREY, _BLACK = "0.35 g", "0 g"


def as_pdf(manuscript: Manuscript, cover: bytes) -> bytes:
    """One PDF file; `cover` is a PNG."""
    pages = _Pages()
    pages.picture(cover)
    pages.text(line_of(manuscript.title), size=26, bold=True, before=18, own=True)
    pages.text(line_of(manuscript.byline), size=13, before=6)
    pages.text(line_of(manuscript.logline), size=12, before=12, own=True)
    for number, notice in enumerate(manuscript.notices):
        pages.text(line_of(notice), size=9, before=0 if number else 12, colour=_GREY)
    for number, one in enumerate(manuscript.about):
        pages.text(line_of(one), before=0 if number else 12, bullet=True)
    for section in manuscript.sections:
        heading = line_of(section.heading)
        size = _HEADINGS[section.depth]
        pages.text(heading, size=size, bold=True, before=size, bookmark=section.depth == 2, follows=2)  # noqa: PLR2004 - a chapter
        for block in section.blocks:
            _block(pages, block)
    about = {
        "Title": line_of(manuscript.title),
        "Author": line_of(manuscript.byline),
        "Subject": line_of(manuscript.form),
        "Keywords": line_of(" ".join(manuscript.notices)),
        "CreationDate": f"D:{manuscript.date.replace('-', '')}000000Z",
    }
    return pages.file(manuscript.language, about)


def _block(pages: _Pages, block: Block) -> None:
    if isinstance(block, Items):
        for number, (depth, item) in enumerate(block.items):
            pages.text(line_of(item), before=0 if number else 4, indent=depth * _STEP, bullet=True)
        return
    for lines in paragraphs_of(block):
        indent = _STEP if block.quoted else 0
        for number, line in enumerate(lines):
            pages.text(line, before=0 if number else 6, indent=indent, ruled=block.quoted, own=True)


class _Pages:
    """Pages being filled from top to bottom."""

    def __init__(self) -> None:
        self._file = PdfFile()
        self._done: list[tuple[bytes, dict[str, int]]] = []
        self._strokes: list[bytes] = []
        self._pictures: dict[str, int] = {}
        self._y = _HEIGHT - _MARGIN
        self._bookmarks: list[tuple[str, int, float]] = []  # title, index of the page, height

    def picture(self, png: bytes) -> None:
        """Put a picture across the page."""
        image = Image.open(io.BytesIO(png)).convert("RGB")
        width = _WIDTH - 2 * _MARGIN
        height = width * image.height / image.width
        self._y -= height
        self._pictures["P1"] = self._file.picture(image.width, image.height, image.tobytes())
        self._strokes.append(
            f"q {width:.2f} 0 0 {height:.2f} {_MARGIN:.2f} {self._y:.2f} cm /P1 Do Q\n".encode()
        )

    def text(
        self,
        text: str,
        *,
        size: float = _SIZE,
        bold: bool = False,
        before: float = 0,
        indent: float = 0,
        bullet: bool = False,
        ruled: bool = False,
        bookmark: bool = False,
        own: bool = False,
        follows: int = 0,
        colour: str = _BLACK,
    ) -> None:
        """Put a text below what is there, `before` points apart; nothing for an empty one.

        `own`: the words are somebody's own, and stand at the right if they read from there. `follows` is how
        many lines of what comes next must fit below it on the same page.
        """
        if not text.strip():
            return
        step = size * _LEADING
        if self._y - before - step - follows * _SIZE * _LEADING < _MARGIN:
            self._turn()
        else:
            self._y -= before
        if bookmark:
            self._bookmarks.append((text, len(self._done), self._y))
        left = _MARGIN + indent + (_STEP if bullet else 0)
        width = _WIDTH - _MARGIN - left
        from_right = own and reads_right_to_left(text)
        for number, line in enumerate(broken(text, width, lambda sign: size * _em_width(sign, bold=bold))):
            if self._y - step < _MARGIN:
                self._turn()
            self._y -= step
            if bullet and number == 0:
                self._show(runs("•"), _MARGIN + indent, size, colour)
            if ruled:
                self._strokes.append(
                    f"0.7 G 1.5 w {_MARGIN + 6:.2f} {self._y - 4:.2f} m "
                    f"{_MARGIN + 6:.2f} {self._y - 4 + step:.2f} l S 0 G\n".encode()
                )
            shown = runs(line, bold=bold, right_to_left=from_right)
            spare = max(0.0, width - size * sum(map(_run_width, shown))) if from_right else 0
            self._show(shown, left + spare, size, colour)

    def file(self, language: str, about: dict[str, str]) -> bytes:
        """All pages as one file."""
        self._turn()
        numbers = []
        for number, (strokes, pictures) in enumerate(self._done, 1):
            foot = _strokes(self._file, runs(str(number)), x=_WIDTH / 2 - 4, y=_FOOT, size=9, colour=_GREY)
            numbers.append(self._file.page(_WIDTH, _HEIGHT, strokes + foot, pictures))
        bookmarks = [(title, numbers[page], height) for title, page, height in self._bookmarks]
        return self._file.whole(language=language, about=about, bookmarks=bookmarks)

    def _show(self, shown: list[Run], x: float, size: float, colour: str) -> None:
        self._strokes.append(_strokes(self._file, shown, x=x, y=self._y, size=size, colour=colour))

    def _turn(self) -> None:
        self._done.append((b"".join(self._strokes), self._pictures))
        self._strokes, self._pictures, self._y = [], {}, _HEIGHT - _MARGIN


def _strokes(file: PdfFile, shown: list[Run], *, x: float, y: float, size: float, colour: str) -> bytes:
    inside = b"".join(file.shown(run, size) for run in shown)
    return f"BT {colour} {x:.2f} {y:.2f} Td\n".encode() + inside + b"ET\n"


@lru_cache(10_000)
def _em_width(sign: str, *, bold: bool) -> float:
    return sum(_run_width(run) for run in runs(sign, bold=bold))


def _run_width(run: Run) -> float:
    font = run.face.font
    glyphs = (font.glyphs.get(ord(character), 0) for character in run.drawn)
    return sum(font.advances[glyph] for glyph in glyphs) / font.metrics.per_em
