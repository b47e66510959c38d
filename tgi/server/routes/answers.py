"""Answers as axum gives them, with TGI's headers: JSON without a charset, errors, streams of events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from http import HTTPStatus
from typing import Final

from aiohttp import web

from tgi.errors import RequestError
from tgi.protocol import ErrorResponse
from tgi.server import sse
from tgi.server.service import Whole
from tgi.server.together import in_turns

_JSON: Final = {"Content-Type": "application/json"}
# More than a text at its longest; a transport's own limit would have the engine wait for a caller.
_UNREAD: Final = 2**30


def as_json(
    text: str, *, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with text that is JSON already."""
    return web.Response(body=text.encode(), status=status, headers=_JSON | dict(headers or {}))


def as_error(error: RequestError) -> web.Response:
    """Answer with an error's own status and TGI's error body."""
    told = ErrorResponse(error=error.text, error_type=error.error_type)
    return as_json(told.model_dump_json(), status=error.status)


async def streamed(
    request: web.Request,
    sources: Sequence[AsyncGenerator[bytes]],
    *,
    headers: Mapping[str, str],
    keep_alive: float,
    last: bytes = b"",
) -> web.StreamResponse:
    """Answer with the sources' frames in turns, a comment after each silence of `keep_alive` s, then `last`.

    A caller who does not read must hold no seat: no write waits for them, what they leave unread is kept.
    """
    response = web.StreamResponse(headers=sse.HEADERS | dict(headers))
    await response.prepare(request)
    if request.transport is not None:
        request.transport.set_write_buffer_limits(high=_UNREAD)
    # A client that goes has all that it wants; leaving the frames ends the generation.
    with suppress(ConnectionResetError):
        async with (
            aclosing(in_turns(sources) if len(sources) > 1 else sources[0]) as frames,
            sse.keeping_alive(response, keep_alive) as written,
        ):
            async for frame in frames:
                await response.write(frame)
                written()
        await response.write_eof(last)
    return response


def stated(kind: str, characters: int) -> dict[str, str]:
    """Return the headers that are known before anything is generated."""
    return {"x-compute-type": kind, "x-compute-characters": str(characters)}


def measures(whole: Whole) -> dict[str, str]:
    """Return the headers that tell what a text took: times in milliseconds, `x-compute-time` in seconds."""
    times, ending = whole.times, whole.ending
    milliseconds = {
        "x-total-time": times.total,
        "x-validation-time": times.validation,
        "x-queue-time": times.queue,
        "x-inference-time": times.inference,
        "x-time-per-token": times.inference / ending.generated_tokens,
    }
    return {
        "x-compute-time": str(times.total),
        "x-prompt-tokens": str(ending.input_length),
        "x-generated-tokens": str(ending.generated_tokens),
        **{name: str(int(seconds * 1000)) for name, seconds in milliseconds.items()},
    }
