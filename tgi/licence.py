"""Under which licence a model's texts may be used, as far as the model itself tells; said where it is served.

OPT-175B is known by its name and its shape, because its licence binds whoever reads its output. For any other
model its own files speak. This is a notice and no advice: what is not stated is said to be not stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tgi.opt.shape import KNOWN

__all__ = ["Notice", "notice_for"]

_LARGEST = "opt-175b"
_SEPARATED = r"(?:[\s._/-]*(?:iml|max|instruct))*[\s._-]*"
_OPT_175B = re.compile(rf"(?<![a-z0-9])opt{_SEPARATED}175[\s._-]*b(?![a-z])", re.IGNORECASE)
_SMALLER_OPT = re.compile(
    rf"(?<![a-z0-9])opt{_SEPARATED}(?:(?:125|350)[\s._-]*m|(?:1\.3|2\.7|6\.7|13|30|66)[\s._-]*b)(?![a-z])",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(r"(?<![a-z])nc(?![a-z])|non-?\s?commercial|research", re.IGNORECASE)
_NO_NAME = frozenset({"", "other", "unknown"})

_CARDS = ("README.md", "MODEL_CARD.md", "model_card.md")
_TEXTS = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "MODEL_LICENSE.md")
_HEAD = 1 << 16  # bytes of a card or a licence that are read
_LONGEST_NAME = 80
_TITLES = (
    (re.compile(r"Apache License\W+Version 2\.0", re.IGNORECASE), "apache-2.0"),
    (re.compile(r"(?:The )?MIT License", re.IGNORECASE), "mit"),
    (re.compile(r"BSD 3-Clause", re.IGNORECASE), "bsd-3-clause"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A licence: its `name`, a `text` of one or two sentences to show, whether it forbids commercial use.

    `restricts_use` goes by what is known or named: False is no permission.
    """

    name: str
    text: str
    restricts_use: bool


_OPT_175B_NOTICE = Notice(
    "OPT-175B licence",
    "OPT-175B's licence is for non-commercial research only, and that covers every text written with it "
    "(projects/OPT/MODEL_LICENSE.md in facebookresearch/metaseq).",
    restricts_use=True,
)
_OPT_NOTICE = Notice(
    "OPT licence",
    "The OPT models' licence is for non-commercial research only, and that covers every text written with "
    "them (projects/OPT/MODEL_LICENSE.md in facebookresearch/metaseq).",
    restricts_use=True,
)
_NOT_STATED = Notice(
    "not stated",
    "The model's licence is not stated where it lies: look where it came from before its texts are used.",
    restricts_use=False,
)


def notice_for(
    model_id: str | None, *, folder: Path | None = None, metadata: Mapping[str, object] | None = None
) -> Notice:
    """The notice of a model by what is known of it; what cannot be read counts as not there.

    `folder` holds a config.json, a model card and a licence, or some of them; `metadata` is a GGUF file's,
    its texts as str or bytes. OPT's names and OPT-175B's shape stand above what files say; what files say
    stands above a smaller OPT's shape.
    """
    named = model_id or ""
    shape = _shape(folder)
    stated = _stated(folder) or _in_metadata(metadata or {})
    names = (
        named,
        "" if folder is None else folder.resolve().name,
        _text((metadata or {}).get("general.name")),
    )
    if shape == _LARGEST or any(_OPT_175B.search(name) for name in names):
        return _OPT_175B_NOTICE
    if any(_SMALLER_OPT.search(name) for name in names):
        return _OPT_NOTICE
    if stated:
        return _own(*stated)
    return _NOT_STATED if shape is None else _OPT_NOTICE


def _own(name: str, source: str) -> Notice:
    if _OPT_175B.search(name):  # the title of the licence that comes with every OPT
        return _OPT_NOTICE
    return Notice(
        name,
        f"The model's licence is {name} (its {source} says so).",
        restricts_use=_RESTRICTED.search(name) is not None,
    )


def _shape(folder: Path | None) -> str | None:
    """The published OPT that a folder's config.json describes."""
    try:
        config: Any = json.loads(_read(folder, "config.json"))
        sizes = tuple(config[key] for key in ("num_hidden_layers", "hidden_size", "num_attention_heads"))
        if config["model_type"] != "opt":
            return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    published = ((one.name, (one.layers, one.width, one.heads)) for one in KNOWN.values())
    return next((name for name, shape in published if shape == sizes), None)


def _stated(folder: Path | None) -> tuple[str, str] | None:
    """The licence that a folder's card names, or the title of its licence, with the file's name."""
    for file in _CARDS:
        if name := _of_card(_read(folder, file)):
            return name, file
    for file in _TEXTS:
        if name := _title(_read(folder, file)):
            return name, file
    return None


def _of_card(card: str) -> str | None:
    """`license_name`, or else `license`, of the card's front matter: a word, or the first of a list."""
    front = re.match(r"\ufeff?---\s*\n(.*?)\n---\s*(?:\n|$)", card, re.DOTALL)
    if front is None:
        return None
    for key in ("license_name", "license"):
        found = re.search(rf"^{key}:[ \t]*(?:\n\s*-[ \t]*|\[[ \t]*)?([^\n,\]#]+)", front[1], re.MULTILINE)
        if found and (name := _plain(found[1])).lower() not in _NO_NAME:
            return name
    return None


def _title(text: str) -> str | None:
    """The name that a licence's first lines give it."""
    for pattern, name in _TITLES:
        if pattern.match(text.lstrip(" \t\r\n#*")):
            return name
    lines = (_plain(line.strip("#* \t")) for line in text.splitlines())
    return next(filter(None, lines), None)


def _in_metadata(metadata: Mapping[str, object]) -> tuple[str, str] | None:
    for key in ("general.license.name", "general.license"):
        if (name := _plain(_text(metadata.get(key)))).lower() not in _NO_NAME:
            return name, key
    return None


def _read(folder: Path | None, name: str) -> str:
    if folder is None:
        return ""
    try:
        with (folder / name).open("rb") as file:
            return file.read(_HEAD).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


def _text(value: object) -> str:
    return (
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else value
        if isinstance(value, str)
        else ""
    )


def _plain(name: str) -> str:
    """One line that can be shown anywhere: bounded, no quotes around it, no control characters."""
    shown = "".join(each if each.isprintable() else " " for each in name)
    return " ".join(shown.split()).strip("\"' ")[:_LONGEST_NAME]
