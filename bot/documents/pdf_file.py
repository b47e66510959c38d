"""A PDF file (ISO 32000-1) as its objects: pages of strokes, embedded fonts, one picture, bookmarks.

Fonts are embedded as composite fonts (9.7) with the glyphs that are used and nothing else. Every character
has a code of its own that says what it reads as (9.10.3), whatever shape it is drawn in and whether or not
the font has it: so all text can be searched and copied, in any script.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from bot.documents.faces import Face, Run

_RESERVED = 3  # the catalogue, the tree of pages, the information
_CODES = 0xF000  # characters of one font; then it is embedded a second time
_RUN = 100  # entries a block of a character map may have (9.10.3, after Adobe's note 5014)


class PdfFile:
    """Objects, numbered from 1 as they come; `whole` puts them together."""

    def __init__(self) -> None:
        self._objects: dict[int, bytes] = {}
        self._fonts: list[_Font] = []
        self._open: dict[Face, _Font] = {}  # those of them that still take new characters
        self._pages: list[int] = []
        self._next = _RESERVED + 1

    def shown(self, run: Run, size: float) -> bytes:
        """The operators that show a run at the current place."""
        font = self._open.get(run.face)
        if font is None or len(font.glyphs) + len(run.drawn) > _CODES:
            font = self._open[run.face] = _Font(run.face, f"F{len(self._fonts) + 1}")
            self._fonts.append(font)
        codes = font.codes(run)
        heavy = f"2 Tr {size / 30:.3f} w " if run.face.faked else "0 Tr "
        return f"{heavy}/{font.name} {size:g} Tf <{codes}> Tj\n".encode()

    def picture(self, width: int, height: int, rgb: bytes) -> int:
        """Add a picture; its number."""
        about = (
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
            " /ColorSpace /DeviceRGB /BitsPerComponent 8"
        )
        return self._stream(rgb, about)

    def page(self, width: float, height: float, content: bytes, pictures: dict[str, int]) -> int:
        """Add a page with its strokes; its number."""
        stream = self._stream(content)
        named = " ".join(f"/{name} {number} 0 R" for name, number in pictures.items())
        page = self._add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:g} {height:g}] /Contents {stream} 0 R"
            f" /Resources << /Font @fonts /XObject << {named} >> >> >>".encode()
        )
        self._pages.append(page)
        return page

    def whole(
        self, *, language: str, about: dict[str, str], bookmarks: Iterable[tuple[str, int, float]]
    ) -> bytes:
        """The file. `about` is the document's information; a bookmark is its title, page and height there."""
        fonts = " ".join(f"/{font.name} {self._composite(font)} 0 R" for font in self._fonts)
        for page in self._pages:
            self._objects[page] = self._objects[page].replace(b"@fonts", f"<< {fonts} >>".encode())
        outlines = self._outlines(list(bookmarks))
        self._objects[1] = (
            f"<< /Type /Catalog /Pages 2 0 R /Outlines {outlines} 0 R /Lang {_text(language)}"
            " /ViewerPreferences << /DisplayDocTitle true >> >>"
        ).encode()
        pages = " ".join(f"{page} 0 R" for page in self._pages)
        self._objects[2] = f"<< /Type /Pages /Kids [{pages}] /Count {len(self._pages)} >>".encode()
        told = " ".join(f"/{name} {_text(value)}" for name, value in about.items())
        self._objects[3] = f"<< {told} >>".encode()
        return self._file()

    def _outlines(self, bookmarks: list[tuple[str, int, float]]) -> int:
        root = self._next
        first = root + 1
        last = root + len(bookmarks)
        ends = f" /First {first} 0 R /Last {last} 0 R /Count {len(bookmarks)}" if bookmarks else ""
        self._add(f"<< /Type /Outlines{ends} >>".encode())
        for number, (title, page, height) in enumerate(bookmarks, first):
            before = f" /Prev {number - 1} 0 R" if number > first else ""
            after = f" /Next {number + 1} 0 R" if number < last else ""
            self._add(
                f"<< /Title {_text(title)} /Parent {root} 0 R{before}{after}"
                f" /Dest [{page} 0 R /XYZ 0 {height:.1f} null] >>".encode()
            )
        return root

    def _composite(self, font: _Font) -> int:
        metrics = font.face.font.metrics
        per_em = 1000 / metrics.per_em
        name = f"/STORYR+{font.face.name}"
        file = self._stream(font.file(), f"/Length1 {len(font.file())}")
        box = " ".join(f"{round(side * per_em)}" for side in metrics.box)
        descriptor = self._add(
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0"
            f" /Ascent {round(metrics.ascent * per_em)} /Descent {round(metrics.descent * per_em)}"
            f" /CapHeight {round(metrics.ascent * per_em)} /StemV 80 /FontFile2 {file} 0 R >>".encode()
        )
        widths = " ".join(f"{round(font.face.font.advances[glyph] * per_em)}" for glyph in font.glyphs)
        descendant = self._add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /FontDescriptor {descriptor} 0 R"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /DW 1000 /W [0 [{widths}]] /CIDToGlyphMap /Identity >>".encode()
        )
        reads = self._stream(font.character_map())
        return self._add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H"
            f" /DescendantFonts [{descendant} 0 R] /ToUnicode {reads} 0 R >>".encode()
        )

    def _stream(self, content: bytes, about: str = "") -> int:
        packed = zlib.compress(content)
        head = f"<< {about} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
        return self._add(head.encode() + packed + b"\nendstream")

    def _add(self, content: bytes) -> int:
        number, self._next = self._next, self._next + 1
        self._objects[number] = content
        return number

    def _file(self) -> bytes:
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        at, places = len(parts[0]), []
        for number, content in sorted(self._objects.items()):
            places.append(at)
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, content))
            at += len(parts[-1])
        size = len(places) + 1
        table = "".join(f"{place:010} 00000 n \n" for place in places)
        parts.append(
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{at}\n%%EOF\n".encode()
        )
        return b"".join(parts)


class _Font:
    """What a document uses of one font: a code for every character in every reading."""

    def __init__(self, face: Face, name: str) -> None:
        self.face = face
        self.name = name
        self.glyphs = [0]
        self._codes: dict[tuple[str, str], int] = {}

    def codes(self, run: Run) -> str:
        """A run's codes in hexadecimal; new characters get the next ones."""
        found = []
        for drawn, read in zip(run.drawn, run.read, strict=True):
            code = self._codes.get((drawn, read))
            if code is None:
                code = self._codes[drawn, read] = len(self.glyphs)
                self.glyphs.append(self.face.font.glyphs.get(ord(drawn), 0))
            found.append(f"{code:04X}")
        return "".join(found)

    def file(self) -> bytes:
        """The font file with no more than what is used."""
        return self.face.font.subset(self.glyphs)

    def character_map(self) -> bytes:
        """What each code reads as."""
        entries = [
            f"<{code:04X}> <{read.encode('utf-16-be').hex()}>" for (_, read), code in self._codes.items()
        ]
        blocks = [entries[start : start + _RUN] for start in range(0, len(entries), _RUN)]
        said = "\n".join(f"{len(one)} beginbfchar\n{chr(10).join(one)}\nendbfchar" for one in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{said}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode()


def _text(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"
