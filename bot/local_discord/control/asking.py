"""Reads what a control request asks: every field is known and right, or it is a 400 that names it."""

from __future__ import annotations

import json
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.local_discord.errors import ControlError

__all__ = ["Asked", "read_as", "read_query"]

T = TypeVar("T")


class Asked(BaseModel):
    """The base of what may be asked: no field but those that it has."""

    model_config = ConfigDict(extra="forbid", frozen=True)


async def read_as(request: web.Request, shape: type[T] | TypeAdapter[T]) -> T:
    """The body as `shape`; no body is `{}`. Raises ControlError."""
    text = await request.read()
    try:
        body = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        raise ControlError("The body is not JSON.") from None
    return _checked(body, shape)


def read_query(request: web.Request, shape: type[T]) -> T:
    """The query as `shape`. Raises ControlError."""
    return _checked(dict(request.query), shape)


def _checked(value: object, shape: type[T] | TypeAdapter[T]) -> T:
    adapter = shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        errors = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors()}
        told = "; ".join(f"{field}: {said}" if field else said for field, said in errors.items())
        raise ControlError(f"This cannot be asked: {told}.", errors) from None
