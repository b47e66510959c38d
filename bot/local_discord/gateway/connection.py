"""One gateway WebSocket: hello, heartbeats, identify or resume, then what its stream dispatches.

Compression is `zlib-stream`: one context a connection, each frame flushed with Z_SYNC_FLUSH.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local_discord.errors import GatewayError
from bot.local_discord.events import PRIVILEGED, Intent
from bot.local_discord.gateway.codes import Close, Op
from bot.local_discord.gateway.hub import Hub
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.reply import Json, absolute, dumps, origin_of

__all__ = ["Connection"]

_HEARTBEAT_MS = 41250
_ALL_INTENTS = (1 << 26) - 1
_LARGEST_FRAME = 4096
# As over a network: discord.py measures wrongly, and warns of a lag of a whole interval, when the answer to
# a heartbeat is there before its own send has returned.
_NETWORK_SECONDS = 0.02
_WITH_OBJECT = {Op.IDENTIFY, Op.RESUME, Op.REQUEST_GUILD_MEMBERS}
_IGNORED = {Op.PRESENCE_UPDATE, Op.VOICE_STATE_UPDATE}


class Connection:
    """Speaks with one client until either side closes."""

    def __init__(self, hub: Hub, request: web.Request) -> None:
        self._hub = hub
        self._request = request
        self._origin = origin_of(request)
        self._socket = web.WebSocketResponse(max_msg_size=1 << 16, compress=False, timeout=1.0)
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._stream: Stream | None = None
        self._reader: asyncio.Task[int | None] | None = None
        self._code: int | None = None

    async def run(self) -> web.WebSocketResponse:
        """Serve the connection to its end."""
        await self._socket.prepare(self._request)
        if self._request.query.get("v", "10") not in {"9", "10"}:
            await self._socket.close(code=Close.INVALID_VERSION)
            return self._socket
        self._put(Op.HELLO, {"heartbeat_interval": _HEARTBEAT_MS, "_trace": ["local-discord"]})
        writer = asyncio.create_task(self._write(), name="gateway-writer")
        self._reader = asyncio.create_task(self._read(), name="gateway-reader")
        try:
            await asyncio.wait({self._reader, writer}, return_when=asyncio.FIRST_COMPLETED)
            if writer.done():
                writer.result()
            await asyncio.wait({self._reader})
            code = self._code if self._reader.cancelled() else self._reader.result()
            if code is not None:
                await self._socket.close(code=code)
        finally:
            for task in (self._reader, writer):
                task.cancel()
            await asyncio.gather(self._reader, writer, return_exceptions=True)
            self._part()
        return self._socket

    def hang_up(self, code: int, *, forget: bool = False) -> None:
        """Begin to close the connection; with `forget`, its stream cannot be resumed."""
        if forget and self._stream is not None:
            self._hub.part(self._stream, forget=True)
            self._stream = None
        self._code = code
        if self._reader is not None:
            self._reader.cancel()

    def ask_to_reconnect(self) -> None:
        """Send opcode 7."""
        self._put(Op.RECONNECT, None)

    def _receive(self, text: str) -> None:
        """Act on one frame. Raises GatewayError where it is wrong."""
        op, body = _parse(text)
        if op is Op.HEARTBEAT:
            asyncio.get_running_loop().call_later(_NETWORK_SECONDS, self._put, Op.HEARTBEAT_ACK, None)
            return
        if len(text.encode()) > _LARGEST_FRAME:
            raise GatewayError(Close.DECODE_ERROR)
        if op in {Op.IDENTIFY, Op.RESUME}:
            if self._stream is not None:
                raise GatewayError(Close.ALREADY_AUTHENTICATED)
            self._check_token(body)
            if op is Op.IDENTIFY:
                self._identify(body)
            else:
                self._resume(body)
        elif self._stream is None:
            raise GatewayError(Close.NOT_AUTHENTICATED)
        elif op is Op.REQUEST_GUILD_MEMBERS:
            self._hub.members_chunk(self._stream, body)
        elif op not in _IGNORED:
            raise GatewayError(Close.UNKNOWN_OPCODE)

    def _identify(self, body: Json) -> None:
        intents = body.get("intents")
        if not isinstance(intents, int) or not 0 <= intents <= _ALL_INTENTS:
            raise GatewayError(Close.INVALID_INTENTS)
        if intents & PRIVILEGED & ~self._hub.privileged:
            raise GatewayError(Close.DISALLOWED_INTENTS)
        match body.get("shard") or [0, 1]:
            case [int(number), int(count)] if 0 <= number < count:
                self._stream = self._hub.open(Intent(intents), (number, count))
            case _:
                raise GatewayError(Close.INVALID_SHARD)
        self._stream.send = self._queue.put_nowait
        self._hub.greet(self._stream, f"{self._origin.replace('http', 'ws', 1)}/gateway/")

    def _resume(self, body: Json) -> None:
        stream = self._hub.find(str(body.get("session_id")))
        seq = body.get("seq")
        missed = stream.since(seq) if stream is not None and isinstance(seq, int) else None
        if stream is None or missed is None:
            self._put(Op.INVALID_SESSION, body=False)
            return
        for frame in missed:
            self._queue.put_nowait(frame)
        self._stream = stream
        stream.send = self._queue.put_nowait
        stream.parted = None
        stream.dispatch("RESUMED", {"_trace": ["local-discord"]})
        self._hub.status()

    def _check_token(self, body: Json) -> None:
        given = str(body.get("token")).removeprefix("Bot ").encode()
        if not secrets.compare_digest(given, self._hub.bot_token.encode()):
            raise GatewayError(Close.AUTHENTICATION_FAILED)

    def _put(self, op: Op, body: Any) -> None:  # noqa: ANN401 - any JSON value
        self._queue.put_nowait({"op": int(op), "d": body, "s": None, "t": None})

    async def _read(self) -> int | None:
        """Act on frames until the client closes, or sends what is wrong: the code to close with."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return Close.DECODE_ERROR
            try:
                self._receive(message.data)
            except GatewayError as error:
                return error.code
        return None

    async def _write(self) -> None:
        while True:
            text = dumps(absolute(await self._queue.get(), self._origin))
            if self._socket.closed:
                return
            try:
                if self._deflate is None:
                    await self._socket.send_str(text)
                else:
                    packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
            except ConnectionError:
                return  # the reading side sees the end and tidies up

    def _part(self) -> None:
        # Another connection may have resumed the stream meanwhile; then it is no longer this one's to part.
        if self._stream is not None and self._stream.send == self._queue.put_nowait:
            gone = self._code is None and self._socket.close_code in {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
            self._hub.part(self._stream, forget=gone)


def _parse(text: str) -> tuple[Op, Any]:
    try:
        frame = json.loads(text)
        op, body = Op(frame["op"]), frame.get("d")
    except (TypeError, KeyError, json.JSONDecodeError):
        raise GatewayError(Close.DECODE_ERROR) from None
    except ValueError:
        raise GatewayError(Close.UNKNOWN_OPCODE) from None
    if op in _WITH_OBJECT and not isinstance(body, dict):
        raise GatewayError(Close.DECODE_ERROR)
    return op, body
