"""Reads a body that is JSON, or multipart with `payload_json` and `files[n]`.

Limits: 10 files, 10 MiB each, 25 MiB in all. Whatever was sent, the answer is a body or a RestError.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.local_discord.errors import RestError, invalid_form
from bot.local_discord.forms.strict_json import loads
from bot.local_discord.reply import Json

__all__ = ["FILE_LIMIT", "Body", "Upload", "read_body", "read_json", "safe_name"]

FILE_LIMIT = 10 * 1024 * 1024
_BODY_LIMIT = 25 * 1024 * 1024
_FILES = 10
_FILE_FIELD = re.compile(r"files?\[(\d{1,6})\]")
_UNSAFE = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 260


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


_READ = web.RequestKey[Body | RestError]("local_discord_body")


async def read_json(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value
    """The request's JSON value, `{}` where there is no body. Raises RestError 50109, 40005."""
    if request.content_type == "multipart/form-data":
        return (await read_body(request)).json
    try:
        content = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise _too_large() from None
    return _parsed(content) if content else {}


async def read_body(request: web.Request) -> Body:
    """The request's JSON object and files. Raises RestError 50109 (not JSON), 40005 (too large), 30015.

    It is read once, also for who holds it against Discord's document before or after the route.
    """
    if _READ not in request:
        try:
            request[_READ] = await _read_body(request)
        except RestError as error:
            request[_READ] = error
    read = request[_READ]
    if isinstance(read, RestError):
        raise read
    return read


async def _read_body(request: web.Request) -> Body:
    if (request.content_length or 0) > _BODY_LIMIT:
        raise _too_large()
    if request.content_type != "multipart/form-data":
        return Body(_as_object(await read_json(request)), {})
    try:
        return await _read_parts(await request.multipart())
    except (ValueError, AssertionError, LookupError, RuntimeError, HttpProcessingError):
        # What aiohttp raises for parts that end early, have no boundary or headers that are none.
        raise _invalid() from None


async def _read_parts(reader: MultipartReader) -> Body:
    payload: Json | None = None
    fields: Json = {}
    files: dict[int, Upload] = {}
    size = 0
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        content = await _read(part, _BODY_LIMIT - size)
        size += len(content)
        name = part.name or ""
        numbered = _FILE_FIELD.fullmatch(name)
        if numbered or name == "file":
            number = int(numbered[1]) if numbered else 0
            files[number] = _upload(part.filename or "unknown", content)
        elif name == "payload_json":
            payload = _as_object(_parsed(content))
        elif name:
            fields[name] = content.decode()  # a form without payload_json: texts by name
    if len(files) > _FILES:
        raise RestError(400, 30015, f"Maximum number of attachments in a message reached ({_FILES})")
    return Body(fields if payload is None else payload, files)


async def _read(part: BodyPartReader, left: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > min(FILE_LIMIT, left):
            raise _too_large()
    return bytes(content)


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return loads(content)
    except ValueError:
        raise _invalid() from None


def _upload(filename: str, content: bytes) -> Upload:
    safe = safe_name(filename)
    guessed = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    if safe.endswith(".md"):
        guessed = "text/markdown"
    if guessed.startswith("text/") or guessed == "application/json":
        guessed += "; charset=utf-8"
    return Upload(safe, guessed, content)


def safe_name(filename: str) -> str:
    """A file's name as Discord keeps it: what is not safe in a URL is replaced."""
    # discord.py compares names only after such a change.
    return _UNSAFE.sub("_", filename).lstrip(".")[-_LONGEST_NAME:] or "file"


def _as_object(value: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if isinstance(value, dict):
        return value
    wrong = {"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries may be used in a ModelType"}
    raise invalid_form({"_errors": [wrong]})


def _invalid() -> RestError:
    return RestError(400, 50109, "The request body contains invalid JSON.")


def _too_large() -> RestError:
    return RestError(413, 40005, "Request entity too large")
