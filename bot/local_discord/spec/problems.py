"""What a validator says about a value, as few sentences that name the field. Knows no route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs

__all__ = ["Problem", "problems", "shortened"]

_KEPT = 200
_MOST = 20  # of one body: what is wrong at all is wrong in few ways
_SECRET = frozenset({"token", "access_token", "interaction_token"})


class Problem(NamedTuple):
    """One thing that is wrong: where (`embeds.0.title`, "" for all of it), in which way, and with what."""

    path: str
    message: str
    instance: str


def problems(validator: jsonschema_rs.Draft202012Validator, value: Any) -> Iterator[Problem]:  # noqa: ANN401 - any JSON value
    """What is wrong with `value`, the first twenty."""
    try:
        errors = validator.iter_errors(value)
    except ValueError:  # the validator stops at 255 levels; nothing of Discord's comes near
        yield Problem("", "is nested too deeply", "")
        return
    for _, error in zip(range(_MOST), errors, strict=False):
        closest = _closest(error)
        path = [str(step) for step in closest.instance_path]
        secret = bool(path) and path[-1] in _SECRET
        yield Problem(".".join(path), _message(closest), '"***"' if secret else shortened(closest.instance))


def shortened(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """`value` as at most 200 characters of JSON, without tokens."""
    text = json.dumps(_without_secrets(value), ensure_ascii=False)
    return text if len(text) <= _KEPT else text[: _KEPT - 1] + "…"


def _closest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Of an "any of these", what is wrong with the one that was meant."""
    branches = getattr(error.kind, "context", None)
    if not branches:
        return error
    here = len(error.instance_path)
    meant = [branch for branch in branches if not any(_is_another_kind(one, here) for one in branch)]
    if len(meant) != 1:
        return error
    return max((_closest(one) for one in meant[0]), key=lambda one: len(one.instance_path))


def _is_another_kind(error: jsonschema_rs.ValidationError, here: int) -> bool:
    """Whether a branch is out of the question: another JSON type, or another value of `type`."""
    below = list(error.instance_path)[here:]
    kind = error.kind.name
    return (not below and kind == "type") or (
        below == ["type"] and kind in {"const", "enum", "oneOf", "anyOf"}
    )


def _message(error: jsonschema_rs.ValidationError) -> str:
    branches = getattr(error.kind, "context", None)
    if not branches:
        return error.message
    return f"fits none of the {len(branches)} forms that are documented"


def _without_secrets(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: "***" if key in _SECRET else _without_secrets(one) for key, one in value.items()}
    return [_without_secrets(one) for one in value] if isinstance(value, list) else value
