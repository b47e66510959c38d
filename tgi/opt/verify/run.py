"""The road of `verify`: configuration, headers, index, tensors, tokenizer, sums, numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tgi.opt.errors import UnknownModel
from tgi.opt.headers import BadFile, Header, read_header
from tgi.opt.shape import read_shape
from tgi.opt.verify.report import Report
from tgi.opt.verify.tokenizer import hold_tokenizer
from tgi.opt.verify.weights import hold_index, hold_numbers, hold_tensors

__all__ = ["Progress", "to_read", "verify"]

Progress = Callable[[int], None]
"""Told bytes as they are read."""

_SUMS = "SHA256SUMS"
_UNFINISHED = ".convert"
_DIGITS = 64
_BLOCK = 1 << 23


def verify(
    folder: Path, *, sums: bool = True, deep: bool = False, progress: Progress | None = None
) -> Report:
    """Look at a folder. `sums` reads every file that has one; `deep` reads every number.

    Raises UnknownModel where there is no folder.
    """
    if not folder.is_dir():
        raise UnknownModel(f"{folder} is no folder.")
    told = progress or _untold
    report = Report(folder, deep=deep)
    if (folder / _UNFINISHED).exists():
        report.fault(_UNFINISHED, "the conversion is not finished; run the same `opt convert` again")
    config = _config(report)
    headers = _headers(report)
    is_lost = hold_index(report, headers)
    if report.shape is not None and headers:
        hold_tensors(report, report.shape, headers, config, is_lost)
    hold_tokenizer(report, config)
    if sums:
        _hold_sums(report, told)
    if deep:
        hold_numbers(report, headers, told)
    return report


def to_read(folder: Path, *, sums: bool, deep: bool) -> int:
    """How many bytes `verify` will read."""
    weights = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    return weights * (sums and (folder / _SUMS).is_file()) + weights * deep


def _untold(_size: int) -> None:
    """Nobody wants to know."""


def _config(report: Report) -> dict[str, Any]:
    path = report.folder / "config.json"
    if not path.is_file():
        report.fault("config.json", "is missing")
        return {}
    try:
        report.shape = read_shape(str(report.folder))
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except UnknownModel as error:
        report.fault("config.json", str(error).removeprefix(f"{path} ").rstrip("."))
        return {}
    except OSError as error:
        report.fault("config.json", f"cannot be read: {error.strerror}")
        return {}
    return found


def _headers(report: Report) -> dict[str, Header]:
    found: dict[str, Header] = {}
    paths = sorted(report.folder.glob("*.safetensors"))
    for path in paths:
        try:
            found[path.name] = read_header(path)
        except BadFile as error:
            report.fault(path.name, str(error))
        except OSError as error:
            report.fault(path.name, f"cannot be read: {error.strerror}")
    report.files = len(found)
    report.tensors = sum(len(header.tensors) for header in found.values())
    report.size = sum(header.size for header in found.values())
    if not paths:
        other = "; weights in .bin files are not looked at" if any(report.folder.glob("*.bin")) else ""
        report.fault(".", f"there is no .safetensors file{other}")
    return found


def _hold_sums(report: Report, told: Progress) -> None:
    listed = report.folder / _SUMS
    if not listed.is_file():
        report.notes.append(
            f"there is no {_SUMS}: a file that was damaged without changing its size is not found."
        )
        return
    sums = _read_sums(report, listed)
    for name, wanted in sums.items():
        path = report.folder / name
        try:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    if path.suffix == ".safetensors":
                        told(len(block))
        except FileNotFoundError:
            report.fault(name, f"is missing; {_SUMS} lists it")
            continue
        except OSError as error:
            report.fault(name, f"cannot be read: {error.strerror}")
            continue
        if digest.hexdigest() == wanted:
            report.sums += 1
        else:
            report.fault(name, f"does not have the sum that {_SUMS} lists")
    for path in sorted(report.folder.glob("*.safetensors")):
        if path.name not in sums:
            report.fault(path.name, f"is not listed in {_SUMS}")


def _read_sums(report: Report, listed: Path) -> dict[str, str]:
    try:
        lines = listed.read_text("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        report.fault(_SUMS, f"cannot be read: {error}")
        return {}
    sums = {}
    for number, line in enumerate(lines, 1):
        digest, name = line[:_DIGITS], line[_DIGITS + 2 :]
        # Names are of this folder: a list that leads elsewhere is not followed.
        if line[_DIGITS : _DIGITS + 2] not in ("  ", " *") or not name or "/" in name:
            report.fault(_SUMS, f"is no list of sums: line {number} is {line[:40]!r}")
            return {}
        sums[name] = digest.lower()
    return sums
