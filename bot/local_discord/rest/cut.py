"""How a connection is lost on command: reset, or closed in the middle of an answer."""

from __future__ import annotations

import socket
import struct

from aiohttp import web

__all__ = ["reset", "send_half"]

# A socket that lingers for no time is reset rather than closed: the other side sees ECONNRESET.
_AT_ONCE = struct.pack("ii", 1, 0)


def reset(request: web.Request) -> None:
    """Reset the connection, with whatever was still to be sent."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


async def send_half(request: web.Request, reply: web.Response) -> web.StreamResponse:
    """Promise all of the answer, send the first half, and close."""
    body = reply.body if isinstance(reply.body, bytes) else b""
    half = web.StreamResponse(status=reply.status, headers=reply.headers)
    half.content_length = max(2, len(body))
    half.force_close()
    await half.prepare(request)
    await half.write(body[: len(body) // 2] or b" ")
    if request.transport is not None:
        request.transport.close()
    return half
