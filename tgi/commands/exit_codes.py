"""Why a command ended, as a number (sysexits.h)."""

from __future__ import annotations

from enum import IntEnum

from tgi.errors import (
    ClientError,
    EngineError,
    ServeError,
    TgiError,
    WeightsError,
)
from tgi.evaluation.errors import EvaluationError, NoOutput, NoWriter
from tgi.opt.errors import OptError


class ExitCode(IntEnum):
    """Why the command ended. The OPT tools name theirs at each error (tgi/opt/errors.py)."""

    USAGE = 64
    DATA = 65
    WEIGHTS = 66
    ADDRESS = 69
    ENGINE = 70
    FOLDER = 73
    DISK = 74


def exit_code(error: TgiError) -> ExitCode:
    """Return the code of an expected failure; any other is raised again."""
    if isinstance(error, OptError):
        return ExitCode(error.exit_code)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code
    raise error


# The first that fits counts: a kind stands before what it is a kind of.
_CODES: dict[type[TgiError], ExitCode] = {
    WeightsError: ExitCode.WEIGHTS,
    ServeError: ExitCode.ADDRESS,
    EngineError: ExitCode.ENGINE,
    NoOutput: ExitCode.FOLDER,
    NoWriter: ExitCode.ENGINE,
    EvaluationError: ExitCode.DATA,
    ClientError: ExitCode.ADDRESS,
}
