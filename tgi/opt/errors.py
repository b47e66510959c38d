"""Every error of the OPT tools.

TgiError
└── OptError            the text says what is wrong and what would do
    ├── UnknownModel    no such model, or a folder whose config.json is not an OPT's
    └── BadGpus         a list of GPUs that cannot be read
"""

from __future__ import annotations

from tgi.errors import TgiError

__all__ = ["BadGpus", "OptError", "UnknownModel"]


class OptError(TgiError):
    """Anything the OPT tools refuse."""


class UnknownModel(OptError):
    """No such model, or no OPT."""


class BadGpus(OptError):
    """The GPUs cannot be read."""
