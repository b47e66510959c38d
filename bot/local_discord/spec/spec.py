"""Requests and answers against the document: what is wrong with each. Keeps nothing; see `violations.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bot.local_discord.spec.document import Document, Operation, Parameter
from bot.local_discord.spec.problems import Problem, problems, shortened

__all__ = ["NOT_JSON", "NO_BODY", "Spec"]

NO_BODY, NOT_JSON = object(), object()
"""Instead of a body: there was none, or it was no JSON."""

_WHOLE = re.compile(r"-?\d{1,20}")
_TRUTHS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


class Spec:
    """Discord's document, asked about one exchange at a time. `path` is the request's, below `/api/v10`."""

    def __init__(self, path: Path) -> None:
        """Read the document. Raises StartRefused."""
        self.document = _document(path, path.stat().st_mtime_ns if path.is_file() else 0)

    def template(self, method: str, path: str) -> str:
        """The document's name of the route; without one, the path with its ids blanked."""
        found = self.document.operation(method, path)
        return found[0].template if found else re.sub(r"/(\d{15,}|[\w-]{40,})", "/{id}", path)

    def request(self, method: str, path: str, body: Any, query: Mapping[str, Sequence[str]]) -> list[Problem]:  # noqa: ANN401 - any JSON value
        """What is wrong with a request. `body` is JSON (a multipart's payload), NO_BODY or NOT_JSON."""
        found = self.document.operation(method, path)
        if found is None:
            return [Problem("", "is no operation that is documented", shortened(path.partition("?")[0]))]
        operation, values = found
        sent = {name: [value] for name, value in values.items()} | dict(query)
        said = [
            problem for one in operation.parameters for problem in _parameter(one, sent.get(one.name, ()))
        ]
        return said + _body(operation, body)

    def answer(self, method: str, path: str, status: int, body: bytes) -> list[Problem]:
        """What is wrong with an answer. Faults (5xx) are nobody's words, and are not looked at."""
        found = self.document.operation(method, path)
        if found is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return []
        operation, _ = found
        documented = next(
            (one for one in (str(status), f"{status // 100}XX") if one in operation.answers), None
        )
        if documented is None:
            listed = ", ".join(sorted(operation.answers))
            return [Problem("", f"has a status that is none of {listed}", str(status))]
        validator = operation.answers[documented]
        if validator is None:
            return [Problem("", "has a body where none is documented", _shown(body))] if body else []
        try:
            answered = json.loads(body)
        except ValueError:
            return [Problem("", "is not JSON", _shown(body))]
        return list(problems(validator, answered))


def _shown(body: bytes) -> str:
    return shortened(body.decode("utf-8", "replace"))


@lru_cache(maxsize=1)
def _document(path: Path, _changed: int) -> Document:
    """Tests start many servers on the one document, which never changes and takes 25 MB."""
    return Document(path)


def _body(operation: Operation, body: Any) -> list[Problem]:  # noqa: ANN401 - any JSON value
    if not operation.takes_body:
        return []
    if body is NOT_JSON:
        return [Problem("", "the body is not JSON", "")]
    if body is NO_BODY:
        return [Problem("", "has no body, which is required", "")] if operation.needs_body else []
    return [] if operation.body is None else list(problems(operation.body, body))


def _parameter(parameter: Parameter, values: Sequence[str]) -> Iterator[Problem]:
    where = f"{parameter.where}.{parameter.name}"
    if not values:
        if parameter.required:
            yield Problem(where, "is required", "")
        return
    readings = list(_readings(values))
    if not any(parameter.validator.is_valid(reading) for reading in readings):
        for problem in problems(parameter.validator, readings[-1]):
            yield Problem(where, problem.message, shortened(values[0]))


def _readings(values: Sequence[str]) -> Iterator[Any]:
    """What text in a URL may stand for: a list if it is repeated, else text, a truth, a number."""
    if len(values) == 1:
        if values[0] in _TRUTHS:
            yield _TRUTHS[values[0]]
        yield values[0]
        if _WHOLE.fullmatch(values[0]):
            yield int(values[0])
    yield list(values)
    if all(map(_WHOLE.fullmatch, values)):
        yield [int(value) for value in values]
    if len(values) == 1:
        yield int(values[0]) if _WHOLE.fullmatch(values[0]) else values[0]  # the likeliest, to speak of
