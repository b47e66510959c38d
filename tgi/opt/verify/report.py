"""What was found about a folder, as lines for people and as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tgi.opt.shape import Shape
from tgi.opt.sizes import size_text

__all__ = ["Fault", "Report", "report_json", "report_text"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one file (or with the folder, "."), in one line."""

    file: str
    text: str

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.file}: {self.text}"


@dataclass
class Report:
    """Faults, and what was looked at: files of weights, their tensors and bytes, sums that were held against.

    `notes` are worth knowing and no faults.
    """

    folder: Path
    shape: Shape | None = None
    formats: tuple[str, ...] = ()
    files: int = 0
    tensors: int = 0
    size: int = 0
    sums: int = 0
    deep: bool = False
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether there is no fault."""
        return not self.faults

    def fault(self, file: str, text: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(file, text))


def report_json(report: Report) -> dict[str, Any]:
    """The report; sizes are bytes."""
    return {
        "folder": str(report.folder),
        "whole": report.whole,
        "shape": None if report.shape is None else asdict(report.shape),
        "formats": list(report.formats),
        "files": report.files,
        "tensors": report.tensors,
        "bytes": report.size,
        "sums_checked": report.sums,
        "numbers_checked": report.deep,
        "faults": [asdict(fault) for fault in report.faults],
        "notes": report.notes,
    }


def report_text(report: Report) -> str:
    """The report, to be read: a line for each fault and note, then the verdict."""
    lines = [*map(str, report.faults), *(f"note: {note}" for note in report.notes)]
    shape = report.shape
    if shape is not None:
        lines.append(
            f"OPT of {shape.layers} layers, width {shape.width:,}, {shape.heads} heads, "
            f"{shape.vocabulary:,} words "
            f"({', '.join(report.formats) or 'no weights'}): {report.tensors:,} tensors, "
            f"{size_text(report.size)} in {report.files} {'file' if report.files == 1 else 'files'}."
        )
    looked = f"{report.sums} sums agree" if report.sums else "no sums were held against"
    looked += "; every number is finite" if report.deep else ""
    count = len(report.faults)
    lines.append(
        f"Whole: {looked}." if report.whole else f"Not whole: {count} {'fault' if count == 1 else 'faults'}."
    )
    return "\n".join(lines) + "\n"
