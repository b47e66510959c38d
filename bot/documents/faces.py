"""The fonts that come with this package, and which of them draws what.

DejaVu Sans has the scripts of Europe, Hebrew and Arabic; WenQuanYi Micro Hei has Chinese, Japanese and
Korean; Noto Emoji has the pictures. `fonts/LICENCES.md` says what each is under. What none of them
has is drawn as a box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bot.documents.signs import as_seen, reads_right_to_left, signs
from bot.documents.truetype import TrueType

_PICTURES = 0x1F000


@dataclass(frozen=True)
class Face:
    """One font. `faked` is a bold that the font does not have: its outlines are drawn thicker."""

    name: str
    faked: bool = False

    @property
    def content(self) -> bytes:
        """The file."""
        return _content(self.name)

    @property
    def font(self) -> TrueType:
        """The file, read."""
        return _font(self.name)

    def draws(self, character: str) -> bool:
        """Whether it has a glyph for a character."""
        return ord(character) in self.font.glyphs


_SANS, _SANS_BOLD, _CHINESE, _EMOJI = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "WenQuanYiMicroHei",
    "NotoEmoji-Regular",
)
_REGULAR = (Face(_SANS), Face(_CHINESE), Face(_EMOJI))
_BOLD = (Face(_SANS_BOLD), Face(_CHINESE, faked=True), Face(_EMOJI))


@dataclass(frozen=True)
class Run:
    """Neighbours on a line that one font draws: `drawn` from left to right, and what each part reads as."""

    face: Face
    drawn: str
    read: tuple[str, ...]  # one text for each character of `drawn`


def runs(line: str, *, bold: bool = False, right_to_left: bool | None = None) -> list[Run]:
    """A line as runs from left to right. Its direction is its first letter's unless told."""
    if right_to_left is None:
        right_to_left = reads_right_to_left(line)
    if line.isascii() and not right_to_left:
        return [Run((_BOLD if bold else _REGULAR)[0], line, tuple(line))] if line else []
    found: list[tuple[Face, list[str], list[str]]] = []
    for drawn, read in as_seen(signs(line), right_to_left=right_to_left):
        more = len(read) - len(drawn)  # where one shape is two letters
        reads = [read[: 1 + more], *read[1 + more :]]
        own = face_of(drawn[0], bold=bold)
        for character, each in zip(drawn, reads, strict=True):
            face = own if own.draws(character) else face_of(character, bold=bold)
            if not found or found[-1][0] != face:
                found.append((face, [], []))
            found[-1][1].append(character)
            found[-1][2].append(each)
    return [Run(face, "".join(drawn), tuple(read)) for face, drawn, read in found]


@lru_cache(10_000)
def face_of(character: str, *, bold: bool = False) -> Face:
    """The font that draws a character; the first one where none does."""
    faces = _BOLD if bold else _REGULAR
    order = reversed(faces) if ord(character) >= _PICTURES else faces
    return next((face for face in order if face.draws(character)), faces[0])


def undrawn(text: str) -> tuple[str, ...]:
    """The letters and digits of a text that no font here draws, each once, in order."""
    return tuple(sign for sign in dict.fromkeys(text) if sign.isalnum() and not face_of(sign).draws(sign))


@cache
def _content(name: str) -> bytes:
    return files(__package__).joinpath("fonts", f"{name}.ttf").read_bytes()


@cache
def _font(name: str) -> TrueType:
    return TrueType(_content(name))
