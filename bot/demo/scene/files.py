"""Files that the bot gives to people: finding the one that is meant, and looking into it.

A path into JSON is names and places: `credits[0].name`; `[*]` stands for every place, `length` at the end for
how many there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bot.demo.scene.messages import Message

_STEP = re.compile(r"\[(\d+|\*)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class FileOf:
    """A file that was given to somebody."""

    name: str
    text: str


def newest_file(messages: Sequence[Message], pattern: str) -> dict[str, Any] | None:
    """The newest attachment whose name fits the pattern (`*.md`)."""
    for message in messages:
        for file in message.get("attachments") or ():
            if fnmatchcase(file["filename"], pattern):
                return dict(file)
    return None


def values_at(text: str, path: str) -> list[str]:
    """What is at the path, each as a scene would write it: words as they are, the rest as JSON.

    Raises:
        ValueError: the text is not JSON.

    """
    found: list[Any] = [json.loads(text)]
    for place, name in _STEP.findall(path):
        found = [below for one in found for below in _below(one, place, name)]
    return [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found]


def _below(one: Any, place: str, name: str) -> list[Any]:  # noqa: ANN401 - JSON
    if isinstance(one, list):
        if place == "*":
            return one
        if place:
            return one[int(place) : int(place) + 1]
        return [len(one)] if name == "length" else []
    if isinstance(one, dict):
        if place == "*":
            return list(one.values())
        return [one[name]] if name in one else []
    return []
