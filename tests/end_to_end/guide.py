"""The guide, read as Markdown: the commands, buttons, pictures and links that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.words import ENGLISH, Words, words

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "images" / "guide"

_COMMAND = re.compile(r"`/([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)")
_LEGEND = {"bold", "粗体", "names", "名称"}  # how the guide writes buttons and commands


class Guide:
    """The guide in one language."""

    def __init__(self, language: str) -> None:
        name = "README.md" if language == ENGLISH else f"README.{language}.md"
        self.path = DOCS / "guide" / name
        self.text = self.path.read_text("utf-8")
        self.say = words(language)
        self.pictures = [(self.path.parent / found).resolve() for found in _PICTURE.findall(self.text)]
        self.links = [(self.path.parent / found).resolve() for found in _LINK.findall(self.text)]
        self.commands = [each for each in _COMMAND.findall(self.text) if each not in _LEGEND]
        self.buttons = [each for each in _BOLD.findall(self.text) if each not in _LEGEND]

    def command(self, written: str) -> str | None:
        """The English name of a command by its name in the guide's language; None where it has none."""
        return _commands(self.say).get(written)

    def actions(self, written: str) -> set[str]:
        """The buttons of the catalogue that may have this label."""
        return {
            key.removeprefix("button.")
            for key in self.say.keys
            if key.startswith("button.") and _fits(self.say, key, written)
        }


def _commands(say: Words) -> dict[str, str]:
    english = words(ENGLISH)
    return {_path(say, parts): _path(english, parts) for parts in _paths(say)}


def _paths(say: Words) -> Iterator[list[str]]:
    for key in say.keys:
        if key.startswith("command.") and key.endswith(".name"):
            yield key.split(".")[1:-1]


def _path(say: Words, parts: list[str]) -> str:
    return " ".join(say.say(f"command.{'.'.join(parts[: end + 1])}.name") for end in range(len(parts)))


def _fits(say: Words, key: str, written: str) -> bool:
    """Whether a label is this button's, whatever stands in its fields."""
    label = say.say(key, letter="\0", name="\0")
    if key == "button.ballot_adopt":
        label = label.replace("\0", say.say("ballot.take", letter="\0"))
    return re.fullmatch(re.escape(label).replace("\0", "[A-D]"), written) is not None
