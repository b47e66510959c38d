"""Reads filled sheets with their key: one file is one person's votes.

Forgiving about what spreadsheets do to a CSV (separators, byte order marks, spaces, capitals, empty lines),
strict about what would change a result.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tgi.evaluation.blind import CHOICES, KEY_FORMAT, KEY_VERSION
from tgi.evaluation.errors import BadSheets

Vote = Literal["programs", "seed_prompt", "both", "neither"]
VOTES: tuple[Vote, ...] = ("programs", "seed_prompt", "both", "neither")
KEY_SUFFIX = ".key.json"
_WANTED = {"sheet", "pair", "choice"}
_SAID = {choice.casefold(): choice for choice in CHOICES} | {
    "a and b": "both",
    "a+b": "both",
    "tie": "both",
    "none": "neither",
    "都好": "both",
    "都不好": "neither",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """One person's votes by pair; pairs that were left empty are not in it."""

    path: Path
    votes: dict[str, Vote]


def read_sheets(paths: Sequence[Path], key: Path | None = None) -> Sequence[Filled]:
    """Read filled sheets; without `key` it is looked for beside the first.

    Raises:
        BadSheets: a file cannot be read, is of another key, says what is no choice, or comes twice.

    """
    rows = {path: _rows(path) for path in paths}
    if len(rows) < len(paths):
        raise BadSheets("A sheet is named twice; each is to be one person's.")
    tokens = {row["sheet"] for some in rows.values() for row in some}
    if len(tokens) != 1:
        raise BadSheets("The sheets are of different evaluations; their column `sheet` must be the same.")
    token = tokens.pop()
    sides = _sides(_key(paths[0], key, token), token)
    filled = [Filled(path, _votes(path, some, sides)) for path, some in rows.items()]
    if not any(each.votes for each in filled):
        raise BadSheets(f"No sheet has a vote: the column `choice` takes {', '.join(CHOICES)}.")
    return filled


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadSheets(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadSheets(f"{path} is not UTF-8: save it from your spreadsheet as “CSV UTF-8”.") from error
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [
            {str(name).strip().casefold(): (cell or "").strip() for name, cell in row.items() if name}
            for row in reader
        ]
    except csv.Error as error:
        raise BadSheets(f"{path} is no CSV: {error}.") from error
    rows = [row for row in rows if any(row.values())]
    if not rows or not rows[0].keys() >= _WANTED:
        raise BadSheets(
            f"{path} is no sheet of `evaluate --blind`: columns {', '.join(sorted(_WANTED))} are wanted."
        )
    return rows


def _key(sheet: Path, key: Path | None, token: str) -> Path:
    if key is not None:
        return key
    own = sheet.with_name(sheet.name + KEY_SUFFIX)
    if own.is_file():
        return own
    for path in sorted(sheet.parent.glob(f"*{KEY_SUFFIX}")):
        if f'"{token}"' in path.read_text(encoding="utf-8", errors="replace"):
            return path
    raise BadSheets(f"There is no key beside {sheet}: name it with --key.")


def _sides(path: Path, token: str) -> dict[str, dict[str, Vote]]:
    """By pair, which side stands at A and which at B."""
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
        known = (key["format"], key["version"]) == (KEY_FORMAT, KEY_VERSION)
        sides = {pair: {side: each[side] for side in "AB"} for pair, each in key["pairs"].items()}
        ours = key["sheet"] == token
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSheets(f"{path} is no key of `evaluate --blind`.") from error
    if not ours:
        raise BadSheets(f"{path} is the key of another sheet.")
    if not known or any(set(each.values()) != {"programs", "seed_prompt"} for each in sides.values()):
        raise BadSheets(f"{path} is no key of `evaluate --blind`.")
    return sides


def _votes(path: Path, rows: Sequence[dict[str, str]], sides: dict[str, dict[str, Vote]]) -> dict[str, Vote]:
    votes: dict[str, Vote] = {}
    for row in rows:
        pair = row["pair"]
        if pair not in sides:
            raise BadSheets(f"{path}: the pair {pair!r} is not in the key.")
        if pair in votes:
            raise BadSheets(f"{path}: the pair {pair} is voted on twice.")
        if not row["choice"]:
            continue
        said = _SAID.get(row["choice"].casefold())
        if said is None:
            raise BadSheets(f"{path}: pair {pair} says {row['choice']!r}; it takes {', '.join(CHOICES)}.")
        votes[pair] = sides[pair][said] if said in sides[pair] else _even(said)
    return votes


def _even(said: str) -> Vote:
    return "both" if said == "both" else "neither"
