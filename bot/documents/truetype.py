"""A TrueType font as its tables: which characters it draws, how wide, and the part of it a document needs.

Reads what the OpenType specification 1.9 calls cmap (formats 4 and 12), hmtx, loca and glyf. It lays nothing
out; fonts with PostScript outlines are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_KEPT = (b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf", b"cvt ", b"fpgm", b"prep")  # ISO 32000-1, 9.9
_CHECKSUM = 0xB1B0AFBA
_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))  # platform, encoding: the widest first

# Flags of a glyph made of others.
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080


@dataclass(frozen=True)
class Metrics:
    """Figures of a whole font, in units of 1/`per_em` of its size."""

    per_em: int
    ascent: int
    descent: int  # below the line, a negative number
    box: tuple[int, int, int, int]  # left, bottom, right, top over all glyphs


class TrueType:
    """One font file.

    Raises:
        ValueError: it is no TrueType font.

    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        if content[:4] not in (b"\0\1\0\0", b"true"):
            raise ValueError("not a TrueType font")
        (count,) = struct.unpack_from(">H", content, 4)
        records = (struct.unpack_from(">4sLLL", content, 12 + 16 * number) for number in range(count))
        self._tables = {tag: content[start : start + length] for tag, _, start, length in records}
        if missing := {*_KEPT[:6]} - {*self._tables}:
            raise ValueError(f"a font without {sorted(missing)}")

    @cached_property
    def metrics(self) -> Metrics:
        """The font's figures."""
        (per_em,) = struct.unpack_from(">H", self._tables[b"head"], 18)
        ascent, descent = struct.unpack_from(">hh", self._tables[b"hhea"], 4)
        return Metrics(per_em, ascent, descent, struct.unpack_from(">4h", self._tables[b"head"], 36))

    @cached_property
    def glyphs(self) -> dict[int, int]:
        """The glyph of every character that the font draws, by code point."""
        table = self._tables[b"cmap"]
        (count,) = struct.unpack_from(">H", table, 2)
        places = {}
        for number in range(count):
            platform, encoding, start = struct.unpack_from(">HHL", table, 4 + 8 * number)
            places[platform, encoding] = start
        start = next(places[one] for one in _UNICODE if one in places)
        (form,) = struct.unpack_from(">H", table, start)
        return _segments(table, start) if form == 4 else _groups(table, start)  # noqa: PLR2004 - its number

    @cached_property
    def advances(self) -> tuple[int, ...]:
        """How far each glyph moves on, in font units."""
        (count,) = struct.unpack_from(">H", self._tables[b"hhea"], 34)
        pairs: tuple[int, ...] = struct.unpack_from(f">{'Hh' * count}", self._tables[b"hmtx"])
        widths = pairs[::2]
        rest = self._count - int(count)
        return (*widths, *[widths[-1]] * rest)

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A font whose glyphs 0, 1, 2 … are these of this one, which may come twice; the first must be 0.

        What they are made of follows behind them.
        """
        order = list(glyphs)
        places = {glyph: place for place, glyph in reversed(list(enumerate(order)))}
        outlines, starts, sides = bytearray(), [0], bytearray()
        for glyph in order:  # which grows while the parts of glyphs are found
            outline = bytearray(self._outline(glyph))
            for at, part in _parts(outline):
                if part not in places:
                    places[part] = len(order)
                    order.append(part)
                struct.pack_into(">H", outline, at, places[part])
            outlines += outline + bytes(-len(outline) % 4)
            starts.append(len(outlines))
            sides += struct.pack(">Hh", self.advances[glyph], self._bearing(glyph))
        tables = {tag: bytearray(self._tables[tag]) for tag in _KEPT if tag in self._tables}
        struct.pack_into(">L", tables[b"head"], 8, 0)
        struct.pack_into(">h", tables[b"head"], 50, 1)  # long offsets
        struct.pack_into(">H", tables[b"maxp"], 4, len(order))
        struct.pack_into(">H", tables[b"hhea"], 34, len(order))
        tables |= {b"glyf": outlines, b"hmtx": sides}
        tables[b"loca"] = bytearray(struct.pack(f">{len(starts)}L", *starts))
        return _file(tables)

    def _bearing(self, glyph: int) -> int:
        """The space left of a glyph, which is where its outline begins."""
        outline = self._outline(glyph)
        return int(struct.unpack_from(">h", outline, 2)[0]) if outline else 0

    @cached_property
    def _count(self) -> int:
        return int(struct.unpack_from(">H", self._tables[b"maxp"], 4)[0])

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        (long,) = struct.unpack_from(">h", self._tables[b"head"], 50)
        number = self._count + 1
        found = struct.unpack_from(f">{number}{'L' if long else 'H'}", self._tables[b"loca"])
        return found if long else tuple(2 * each for each in found)

    def _outline(self, glyph: int) -> bytes:
        return self._tables[b"glyf"][self._starts[glyph] : self._starts[glyph + 1]]


def _segments(table: bytes, start: int) -> dict[int, int]:
    """A map of format 4: ranges of the basic plane."""
    (doubled,) = struct.unpack_from(">H", table, start + 6)
    count = doubled // 2
    at = start + 14
    ends = struct.unpack_from(f">{count}H", table, at)
    firsts = struct.unpack_from(f">{count}H", table, at + doubled + 2)
    deltas = struct.unpack_from(f">{count}H", table, at + 2 * doubled + 2)
    offsets_at = at + 3 * doubled + 2
    offsets = struct.unpack_from(f">{count}H", table, offsets_at)
    found: dict[int, int] = {}
    for number, (first, last) in enumerate(zip(firsts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if offsets[number]:
                place = offsets_at + 2 * number + offsets[number] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", table, place)
                glyph = (glyph + deltas[number]) & 0xFFFF if glyph else 0
            else:
                glyph = (code + deltas[number]) & 0xFFFF
            if glyph:
                found[code] = glyph
    return found


def _groups(table: bytes, start: int) -> dict[int, int]:
    """A map of format 12: ranges of all planes."""
    (count,) = struct.unpack_from(">L", table, start + 12)
    found: dict[int, int] = {}
    for number in range(count):
        first, last, glyph = struct.unpack_from(">LLL", table, start + 16 + 12 * number)
        found |= {code: glyph + code - first for code in range(first, last + 1)}
    return found


def _parts(outline: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """The glyphs that an outline is made of, each after the place where its number stands."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:  # noqa: PLR2004 - a header's length
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        yield at + 2, glyph
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0


def _file(tables: Mapping[bytes, bytes | bytearray]) -> bytes:
    """A font file of these tables, with its checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    head = struct.pack(">4sHHHH", b"\0\1\0\0", count, 16 << power, power, 16 * count - (16 << power))
    at = len(head) + 16 * count
    records, bodies = b"", b""
    head_at = 0
    for tag, body in sorted(tables.items()):
        if tag == b"head":
            head_at = at
        padded = bytes(body) + bytes(-len(body) % 4)
        records += struct.pack(">4sLLL", tag, _checksum(padded), at, len(body))
        bodies += padded
        at += len(padded)
    whole = bytearray(head + records + bodies)
    struct.pack_into(">L", whole, head_at + 8, (_CHECKSUM - _checksum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(padded: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF
