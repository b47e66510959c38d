"""Every error of the OPT tools, with the exit code (sysexits.h) that a command ends with.

TgiError
└── OptError                64  the text says what is wrong and what would do
    ├── UnknownModel        64  no such model, or a folder whose config.json is not an OPT's
    ├── BadGpus             64  a list of GPUs that cannot be read
    ├── BadRanks            64  a number of ranks that the model cannot be split over
    ├── MissingExtra        69  a library of an optional extra is not installed
    ├── BadParts            65  files that are no OPT checkpoint, or not one that can be converted
    │   ├── MissingPart     66  a part of the checkpoint, or all of it, is not there
    │   ├── DoublePart      65  one part is there twice
    │   ├── TornPart        65  a file is cut short, damaged, or no PyTorch file
    │   ├── SwappedPart     65  a part stands under another part's name
    │   └── ForeignPart     65  a part belongs to another checkpoint
    ├── BrokenFolder        65  a model's folder is not whole
    ├── NoTokenizer         66  no tokenizer, or not this model's
    ├── NoRoom              73  the disk is too small
    ├── FolderTaken         73  the folder holds something else, or another run is writing there
    ├── WriteFailed         74  the operating system refused to read or write a file
    └── RankFailed          70  a rank of shard-check ended without an answer
"""

from __future__ import annotations

from typing import ClassVar

from tgi.errors import TgiError

__all__ = [
    "BadGpus",
    "BadParts",
    "BadRanks",
    "BrokenFolder",
    "DoublePart",
    "FolderTaken",
    "ForeignPart",
    "MissingExtra",
    "MissingPart",
    "NoRoom",
    "NoTokenizer",
    "OptError",
    "RankFailed",
    "SwappedPart",
    "TornPart",
    "UnknownModel",
    "WriteFailed",
]


class OptError(TgiError):
    """Anything the OPT tools refuse."""

    exit_code: ClassVar[int] = 64


class UnknownModel(OptError):
    """No such model, or no OPT."""


class BadGpus(OptError):
    """The GPUs cannot be read."""


class BadRanks(OptError):
    """The model cannot be split over so many ranks."""


class MissingExtra(OptError):
    """A library that the command needs is not installed."""

    exit_code = 69


class BadParts(OptError):
    """The files are no checkpoint that can be converted."""

    exit_code = 65


class MissingPart(BadParts):
    """A part is not there."""

    exit_code = 66


class DoublePart(BadParts):
    """A part is there twice."""


class TornPart(BadParts):
    """A file is cut short, damaged, or of another kind."""


class SwappedPart(BadParts):
    """A part stands under another part's name."""


class ForeignPart(BadParts):
    """A part belongs to another checkpoint."""


class BrokenFolder(OptError):
    """A model's folder is not whole."""

    exit_code = 65


class NoTokenizer(OptError):
    """There is no tokenizer, or it is another model's."""

    exit_code = 66


class NoRoom(OptError):
    """The disk is too small."""

    exit_code = 73


class FolderTaken(OptError):
    """The folder is not empty, or another run is writing there."""

    exit_code = 73


class WriteFailed(OptError):
    """A file could not be read or written."""

    exit_code = 74


class RankFailed(OptError):
    """A rank ended without an answer."""

    exit_code = 70
