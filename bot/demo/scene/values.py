r"""The values inside a scene's sentences: quoted words, people, channels, commands, places; read and written.

Quoted words take the escapes `\"`, `\\`, `\n`, `\t`, `\uXXXX` and `\UXXXXXXXX`, may be repeated
(`"x" * 4000`) and joined (`"a" + "b"`). Every kind reads what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST = 100_000  # characters of one value: far above Discord's limits, far below trouble

_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_PIECE = rf"{_QUOTED}(?:\s*\*\s*\d+)?"
_WORDS = rf"{_PIECE}(?:\s*\+\s*{_PIECE})*"
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_WRITTEN = {character: "\\" + letter for letter, character in _ESCAPES.items()}


class NotAValue(ValueError):
    """Something is written in a way that its kind does not take; the text says what."""


@dataclass(frozen=True)
class Place:
    """A message as a scene names it: the board, the newest, or the newest with some words in it."""

    kind: str  # board, newest, with
    words: str = ""

    def __str__(self) -> str:
        """As a scene writes it."""
        return {"board": "the board", "newest": "the newest message"}.get(
            self.kind, f"the message with {write_words(self.words)}"
        )


@dataclass(frozen=True)
class Command:
    """A slash command with its options, in the order in which they were written."""

    name: str  # without the slash: "room open"
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As a scene writes it."""
        return " ".join([f"/{self.name}", *(f"{name}:{write_words(value)}" for name, value in self.options)])


@dataclass(frozen=True)
class Kind:
    """One kind of value: the pattern that finds it in a sentence, how to read and how to write it."""

    pattern: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def read_words(text: str) -> str:
    """What quoted words stand for."""
    said = []
    for piece in re.finditer(rf"({_QUOTED})(?:\s*\*\s*(\d+))?", text):
        times = int(piece[2]) if piece[2] and len(piece[2]) < len(str(LONGEST)) + 1 else 1
        if piece[2] and (len(piece[2]) > len(str(LONGEST)) or times > LONGEST):
            raise NotAValue(f"repeats more than {LONGEST} times")
        said.append(_unescape(piece[1][1:-1]) * times)
        if sum(map(len, said)) > LONGEST:
            raise NotAValue(f"is longer than {LONGEST} characters")
    return "".join(said)


def write_words(words: str) -> str:
    """Quoted words, with what cannot be seen written as escapes."""
    return '"' + "".join(_written(character) for character in words) + '"'


def _written(character: str) -> str:
    if character in _WRITTEN:
        return _WRITTEN[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match["letter"]:
            return _ESCAPES[match["letter"]]
        if match["code"]:
            number = int(match["code"][1:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - Unicode's own limits
                raise NotAValue(f"has \\{match['code']}, which is no character")
            return chr(number)
        raise NotAValue(f'has \\{match["other"]}, which is no escape (\\n \\t \\" \\\\ \\uXXXX \\UXXXXXXXX)')

    pattern = r'\\(?:(?P<letter>[nt"\\])|(?P<code>u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(?P<other>.))'
    return re.sub(pattern, one, text)


def _read_place(text: str) -> Place:
    fixed = {"the board": Place("board"), "the newest message": Place("newest")}
    return fixed.get(text) or Place("with", read_words(text))


def _read_command(text: str) -> Command:
    matched = re.fullmatch(rf"/(?P<name>[\w-]+(?: [\w-]+)*)(?P<options>(?:\s+{_OPTION})*)", text)
    if matched is None:
        raise NotAValue('is no command: write it as /room open title:"..." form:feature')
    options = tuple(
        (name, read_words(value) if value.startswith('"') else value)
        for name, value in re.findall(_CAUGHT_OPTION, matched["options"])
    )
    return Command(matched["name"], options)


_OPTION = rf"[\w-]+:(?:{_WORDS}|[^\s\"]+)"
_CAUGHT_OPTION = rf"([\w-]+):({_WORDS}|[^\s\"]+)"

KINDS: dict[str, Kind] = {
    "person": Kind(r"[^\W\d_][\w-]*", str),
    "words": Kind(_WORDS, read_words, write_words),
    "several": Kind(
        rf"{_WORDS}(?:, {_WORDS})*",
        lambda text: tuple(read_words(one[0]) for one in re.finditer(_WORDS, text)),
        lambda several: ", ".join(write_words(one) for one in several),
    ),
    "channel": Kind(r"#[\w-]+", lambda text: text[1:], lambda name: f"#{name}"),
    "number": Kind(r"\d{1,6}", int),
    "locale": Kind(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)?", str),
    "command": Kind(r"/.+", _read_command),
    "place": Kind(rf"the board|the newest message|the message with {_WORDS}", _read_place),
    "part": Kind(r"bot|tgi|redis", str),
    "path": Kind(r"[\w.\[\]*-]+", str),
    "title": Kind(r"\S(?:.*\S)?", str),
}
