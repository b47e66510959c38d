"""Reads a body that is JSON, or multipart with `payload_json` and `files[n]`.

Limits: 10 files, 10 MiB each.
"""

from __future__ import annotations

import json
import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.local_discord.errors import RestError
from bot.local_discord.reply import Json

__all__ = ["FILE_LIMIT", "Body", "Upload", "read_body", "read_json"]

FILE_LIMIT = 10 * 1024 * 1024
_BODY_LIMIT = 25 * 1024 * 1024
_FILE_FIELD = re.compile(r"files\[(\d)\]")
_UNSAFE = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Body:
    """A body's JSON object, and its files by number."""

    json: Json
    files: dict[int, Upload]


async def read_json(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value
    """The request's JSON value, `{}` where there is no body. Raises RestError 50109."""
    if request.content_type == "multipart/form-data":
        return (await read_body(request)).json
    text = await request.text()
    if not text:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        raise RestError(400, 50109, "The request body contains invalid JSON.") from None


async def read_body(request: web.Request) -> Body:
    """The request's JSON object and files. Raises RestError 50109 (not JSON), 40005 (too large)."""
    if (request.content_length or 0) > _BODY_LIMIT:
        raise _too_large()
    if request.content_type != "multipart/form-data":
        return Body(_as_object(await read_json(request)), {})
    payload: Json = {}
    files: dict[int, Upload] = {}
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        numbered = _FILE_FIELD.fullmatch(part.name or "")
        content = await _read(part)
        if numbered:
            files[int(numbered[1])] = _upload(part.filename or "unknown", content)
        elif part.name == "payload_json":
            try:
                payload = _as_object(json.loads(content))
            except ValueError:
                raise RestError(400, 50109, "The request body contains invalid JSON.") from None
    return Body(payload, files)


async def _read(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > FILE_LIMIT:
            raise _too_large()
    return bytes(content)


def _upload(filename: str, content: bytes) -> Upload:
    # Discord replaces what is not safe in a URL; discord.py compares names only after such a change.
    safe = _UNSAFE.sub("_", filename).lstrip(".") or "file"
    guessed = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    if safe.endswith(".md"):
        guessed = "text/markdown"
    if guessed.startswith("text/") or guessed == "application/json":
        guessed += "; charset=utf-8"
    return Upload(safe, guessed, content)


def _as_object(value: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if not isinstance(value, dict):
        raise RestError(
            400,
            50035,
            "Invalid Form Body",
            {
                "_errors": [
                    {"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries may be used in a ModelType"}
                ]
            },
        )
    return value


def _too_large() -> RestError:
    return RestError(413, 40005, "Request entity too large")
