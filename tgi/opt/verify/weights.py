"""Files of weights held against the index, against what the configuration demands, and number by number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tgi.opt.dtypes import F32, FORMATS, cast
from tgi.opt.headers import Entry, Header
from tgi.opt.names import HEAD, expected_tensors
from tgi.opt.shape import Shape
from tgi.opt.verify.report import Report

__all__ = ["hold_index", "hold_numbers", "hold_tensors"]

_INDEX = "model.safetensors.index.json"
_SHOWN = 3
_BLOCK = 1 << 22
_CODES = {each.code: each for each in FORMATS}
_NAMES = {each.code: each.torch for each in FORMATS}


def hold_index(report: Report, headers: dict[str, Header]) -> Callable[[str], bool]:
    """Each tensor is in the file that the index names, and in no other; no file is missing or left over.

    Returns whether a tensor is known to be in a file that is missing or torn, and so was named already.
    """
    path = report.folder / _INDEX
    there = {path.name for path in report.folder.glob("*.safetensors")}
    torn = there - headers.keys()
    if not path.is_file():
        if len(there) > 1:
            report.fault(_INDEX, f"is missing, and there are {len(there)} files of weights")
        return lambda _name: bool(torn)
    try:
        index: Any = json.loads(path.read_text("utf-8"))
        listed: dict[str, str] = {str(name): str(file) for name, file in index["weight_map"].items()}
        total = (index.get("metadata") or {}).get("total_size")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        report.fault(_INDEX, f"cannot be read: {error!r}")
        return lambda _name: bool(torn)
    wanted = sorted(set(listed.values()))
    for name in wanted:
        if name not in there:
            lost = sum(file == name for file in listed.values())
            report.fault(name, f"is missing; the index has {lost} tensors in it")
    for name in sorted(there - set(wanted)):
        report.fault(name, "is not in the index: it belongs to nothing")
    for name, header in headers.items():
        indexed = {tensor for tensor, file in listed.items() if file == name}
        if name in wanted:
            _differences(
                report, name, indexed - header.tensors.keys(), "lacks tensors that the index has there"
            )
            _differences(
                report, name, header.tensors.keys() - indexed, "has tensors that the index has elsewhere"
            )
    numbers = sum(entry.end - entry.begin for header in headers.values() for entry in header.tensors.values())
    if isinstance(total, int) and there == set(wanted) == headers.keys() and total != numbers:
        report.fault(_INDEX, f"says total_size {total:,}, and the tensors have {numbers:,} bytes")
    named = {_full(tensor) for tensor, file in listed.items() if file not in headers}
    return lambda name: name in named


def hold_tensors(
    report: Report,
    shape: Shape,
    headers: dict[str, Header],
    config: dict[str, Any],
    is_lost: Callable[[str], bool],
) -> None:
    """Every tensor that the configuration demands is there in its shape and one number format, and no other.

    Those that `is_lost` knows were named with their file.
    """
    expected = expected_tensors(shape)
    found: dict[str, tuple[str, Entry]] = {}
    for file, header in headers.items():
        for raw, entry in header.tensors.items():
            name = _full(raw)
            if name in found:
                report.fault(file, f"has {raw}, which {found[name][0]} has too")
            found[name] = (file, entry)
    missing = [name for name in expected if name not in found and not is_lost(name)]
    _differences(report, ".", missing, "config.json demands tensors that no file has")
    _hold_head(report, shape, found, config)
    for name, (file, entry) in found.items():
        if name not in expected and name != HEAD:
            report.fault(file, f"has {name}, which an OPT of this config.json does not")
        elif name in expected and entry.shape != expected[name]:
            report.fault(file, f"has {name} as {_by(entry.shape)}; config.json demands {_by(expected[name])}")
    _hold_formats(report, found, config)


def hold_numbers(report: Report, headers: dict[str, Header], told: Callable[[int], None]) -> None:
    """Every number is finite: neither NaN nor infinite."""
    for file, header in headers.items():
        told(header.size - sum(entry.end - entry.begin for entry in header.tensors.values()))
        for name, entry in header.tensors.items():
            form = _CODES.get(entry.code)
            if form is None:
                continue
            bad = 0
            with (report.folder / file).open("rb") as raw:
                raw.seek(entry.begin)
                left = entry.end - entry.begin
                while left:
                    block = raw.read(min(_BLOCK, left))
                    if not block:
                        break
                    left -= len(block)
                    numbers = cast(np.frombuffer(block, form.stored), form, F32)
                    bad += int(numbers.size - np.count_nonzero(np.isfinite(numbers)))
                    told(len(block))
            if bad:
                report.fault(file, f"has {bad:,} numbers in {name} that are NaN or infinite")


def _full(raw: str) -> str:
    # OPTModel's names, as older converters wrote them, are taken everywhere.
    return raw if raw.startswith("model.") or raw == HEAD else f"model.{raw}"


def _hold_head(
    report: Report, shape: Shape, found: dict[str, tuple[str, Entry]], config: dict[str, Any]
) -> None:
    words = (shape.vocabulary, shape.word_width)
    if HEAD in found:
        file, entry = found[HEAD]
        if entry.shape != words:
            report.fault(file, f"has {HEAD} as {_by(entry.shape)}; config.json demands {_by(words)}")
    elif config.get("tie_word_embeddings") is False:
        report.fault("config.json", f"says that the head is not tied, but no file has {HEAD}")


def _hold_formats(report: Report, found: dict[str, tuple[str, Entry]], config: dict[str, Any]) -> None:
    by_code: dict[str, str] = {}
    for name, (_file, entry) in found.items():
        by_code.setdefault(entry.code, name)
    report.formats = tuple(_NAMES.get(code, code) for code in by_code)
    if len(by_code) > 1:
        said = ", ".join(f"{_NAMES.get(code, code)} ({name})" for code, name in by_code.items())
        report.fault(".", f"the tensors have several number formats: {said}")
        return
    wanted = config.get("torch_dtype", config.get("dtype"))
    if by_code and wanted not in (None, "auto", *report.formats):
        report.fault("config.json", f"says {wanted}, and the tensors are {report.formats[0]}")


def _differences(report: Report, file: str, names: Iterable[str], text: str) -> None:
    listed = sorted(names)
    if listed:
        more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        report.fault(file, f"{text}: {', '.join(listed[:_SHOWN])}{more}")


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "one number"
