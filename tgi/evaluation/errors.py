"""Every error of the evaluation, drawn as a tree; `tgi.commands.exit_codes` says what a command ends with.

TgiError
└── EvaluationError              what was given to `evaluate` cannot be used
    ├── BadBriefs                a line of the briefs' file
    ├── BadSheets                a filled sheet, or its key
    ├── NoWriter                 no programs are installed to be evaluated
    └── NoOutput                 a result cannot be written where it should go
"""

from __future__ import annotations

from tgi.errors import TgiError


class EvaluationError(TgiError):
    """What was given to `evaluate` cannot be used."""


class BadBriefs(EvaluationError):
    """A file of briefs, or a line of it, cannot be read as such."""


class BadSheets(EvaluationError):
    """A filled sheet or its key cannot be read as such, or they do not belong together."""


class NoWriter(EvaluationError):
    """The programs that are to be evaluated are not installed."""


class NoOutput(EvaluationError):
    """A result cannot be written where it should go."""
