"""Each error of the OPT tools ends the command with the code that it names, and the tree says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tgi.commands.exit_codes import ExitCode, exit_code
from tgi.errors import InvalidInput, NotFetched, PortTaken, UnreadableModel
from tgi.opt import errors
from tgi.opt.errors import OptError


def every(kind: type[OptError]) -> Iterator[type[OptError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every(below)


@pytest.mark.parametrize("kind", list(every(OptError)))
def test_an_error_of_the_tools_has_its_own_code(kind: type[OptError]) -> None:
    assert exit_code(kind("said")) == kind.exit_code
    assert isinstance(exit_code(kind("said")), ExitCode)


def test_the_tree_at_the_top_lists_every_error_with_its_code() -> None:
    drawn = re.findall(r"[├└]── (\w+) +(\d+) ", errors.__doc__ or "")
    assert dict(drawn) == {kind.__name__: str(kind.exit_code) for kind in every(OptError)}
    assert set(errors.__all__) == {name for name, _ in drawn}


def test_the_other_errors_keep_theirs() -> None:
    assert exit_code(NotFetched("said")) == ExitCode.WEIGHTS
    assert exit_code(PortTaken("said")) == ExitCode.ADDRESS
    assert exit_code(UnreadableModel("said")) == ExitCode.ENGINE
    with pytest.raises(InvalidInput):
        exit_code(InvalidInput("said"))
