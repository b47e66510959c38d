"""Why a command ended, as a number (sysexits.h)."""

from __future__ import annotations

from enum import IntEnum

from tgi.errors import EngineError, ServeError, TgiError, WeightsError
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
    match error:
        case OptError():
            return ExitCode(error.exit_code)
        case WeightsError():
            return ExitCode.WEIGHTS
        case ServeError():
            return ExitCode.ADDRESS
        case EngineError():
            return ExitCode.ENGINE
        case _:
            raise error
