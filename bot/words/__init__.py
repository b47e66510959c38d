"""The message catalogue: every word people read, in English and Simplified Chinese, equal in rank.

The texts stand in `AREA.LANGUAGE.toml` beside this module: tables of texts with `{fields}`, flattened to
dotted keys. A text that depends on a number has the keys `one` and `other`. Nothing here decides what is said
when.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

ENGLISH = "en"
CHINESE = "zh-CN"
LANGUAGES = (ENGLISH, CHINESE)

_HAN = re.compile("[\u4e00-\u9fff]")
_SPACED_BEFORE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\**$)")
_SPACED_BEHIND = re.compile(r"^(\**) (?=[\u4e00-\u9fff])")


class Words:
    """The catalogue in one language."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def say(self, key: str, /, **values: object) -> str:
        """A text with its fields filled; a value of an enumeration by its name, where the catalogue has one.

        Raises:
            KeyError: the catalogue has no such text, or the text needs a value that is not given.

        """
        named = {name: self._named(value) for name, value in values.items()}
        text = self._texts[key]
        return text.format_map(named) if self.language == ENGLISH else _spaced(text, named)

    def count(self, key: str, count: int, /, **values: object) -> str:
        """A text about a number of things; the number is its field `count`."""
        form = "one" if count == 1 and f"{key}.one" in self._texts else "other"
        return self.say(f"{key}.{form}", count=count, **values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has the text."""
        return key in self._texts

    def _named(self, value: object) -> object:
        """`Level.BEATS` as the text `level.beats`."""
        if not isinstance(value, StrEnum):
            return value
        return self._texts.get(f"{type(value).__name__.lower()}.{value}", value)

    @property
    def keys(self) -> frozenset[str]:
        """Every key."""
        return frozenset(self._texts)


@cache
def words(language: str = ENGLISH) -> Words:
    """The catalogue in a language; anything but Chinese is answered in English.

    `language` is one of ours or any of Discord's locales (`zh-TW` reads Simplified better than English).
    """
    found = CHINESE if language.startswith("zh") else ENGLISH
    texts: dict[str, str] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(f".{found}.toml"):
            texts |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return Words(found, texts)


def _spaced(text: str, values: Mapping[str, object]) -> str:
    """A Chinese text filled: where it meets a value there is a space beside a Latin letter, and none else."""
    told, value = "", ""
    for literal, name, spec, _ in Formatter().parse(text):
        told += " " if _is_latin(value[-1:]) and _HAN.match(literal) else ""
        told += _SPACED_BEHIND.sub(r"\1", literal) if _HAN.match(value[-1:]) else literal
        if name is not None:
            value = format(values[name], spec or "")
            if _HAN.match(value[:1]):
                told = _SPACED_BEFORE.sub("", told)
            told += " " if _HAN.match(told[-1:]) and _is_latin(value[:1]) else ""
            told += value
    return told


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
