"""One gateway WebSocket: hello, heartbeats, identify or resume, then what its stream dispatches.

It knows the order of a connection and its limits. What a stream is told is the hub's business; what a body
may be is `payloads.py`'s; what is sent goes through `outbox.py`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local_discord.clock import Timer
from bot.local_discord.errors import GatewayError
from bot.local_discord.gateway.asks import ask
from bot.local_discord.gateway.codes import Close, Op
from bot.local_discord.gateway.compression import TRANSPORTS
from bot.local_discord.gateway.frames import Frame, control
from bot.local_discord.gateway.hub import Hub
from bot.local_discord.gateway.outbox import Outbox
from bot.local_discord.gateway.payloads import Identify, Resume, parse
from bot.local_discord.gateway.pulse import Pulse
from bot.local_discord.gateway.rules import Allowance
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.reply import origin_of

__all__ = ["Connection"]

_log = logging.getLogger(__name__)
_VERSIONS = {"9", "10"}
_READ_LIMIT = 1 << 20
_RECONNECT_WITHIN = 5.0
# As over a network: discord.py measures wrongly, and warns of a lag of a whole interval, when the answer to
# a heartbeat is there before its own send has returned.
_NETWORK_SECONDS = 0.02


class Connection:
    """Speaks with one client until either side closes."""

    def __init__(self, hub: Hub, request: web.Request) -> None:
        self._hub = hub
        self._request = request
        self._origin = origin_of(request)
        self._version = request.query.get("v", "10")
        self._socket = web.WebSocketResponse(max_msg_size=_READ_LIMIT, compress=False, timeout=1.0)
        codec = TRANSPORTS.get(request.query.get("compress", ""), TRANSPORTS[""])()
        self._outbox = Outbox(self._socket, codec, self._origin, self._work)
        self._stream: Stream | None = None
        self._reader: asyncio.Task[int | None] | None = None
        self._code: int | None = None
        self._allowance = Allowance(hub.clock, hub.rules.sends_per_minute)
        self._leave: Timer | None = None
        self._pulse = Pulse(
            hub.clock,
            hub.rules.heartbeat_interval,
            ask=self.ask_for_heartbeat,
            dead=lambda: self.hang_up(Close.SESSION_TIMED_OUT),
        )

    @property
    def shard(self) -> int | None:
        """The number of its shard, once identified."""
        return None if self._stream is None else self._stream.shard[0]

    async def run(self) -> web.StreamResponse:
        """Serve the connection to its end."""
        try:
            await self._socket.prepare(self._request)
        except ConnectionError:  # gone before the first word
            return web.Response()
        refused = self._refusal()
        if refused is not None:
            await self._close(refused)
            return self._socket
        interval = round(self._hub.rules.heartbeat_interval * 1000)
        self._put(Op.HELLO, {"heartbeat_interval": interval, "_trace": ["local-discord"]})
        self._pulse.beat()
        writer = asyncio.create_task(self._outbox.run(), name="gateway-writer")
        self._reader = asyncio.create_task(self._read(), name="gateway-reader")
        try:
            await asyncio.wait({self._reader, writer}, return_when=asyncio.FIRST_COMPLETED)
            if writer.done():
                writer.result()
            await asyncio.wait({self._reader})
            code = self._code if self._reader.cancelled() else self._reader.result()
            if code is not None:
                await self._close(code)
        finally:
            self._pulse.stop()
            if self._leave is not None:
                self._leave.cancel()
            for task in (self._reader, writer):
                task.cancel()
            await asyncio.gather(self._reader, writer, return_exceptions=True)
            self._part()
        return self._socket

    def deliver(self, frame: Frame) -> None:
        """Send a dispatch after what was sent before."""
        self._outbox.put(frame)

    def nudge(self) -> None:
        """Look for the stream's jobs."""
        self._outbox.nudge()

    def hang_up(self, code: int, *, forget: bool = False) -> None:
        """Begin to close the connection; with `forget`, its stream cannot be resumed."""
        if forget:
            self._forget()
        self._code = code
        if self._reader is not None:
            self._reader.cancel()

    def drop(self) -> None:
        """Let TCP die: no close frame, nothing more is sent."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def ask_to_reconnect(self) -> None:
        """Send opcode 7, and close with 4000 if the client is still there 5 s later."""
        self._put(Op.RECONNECT, None)
        self._leave = self._hub.clock.call_later(_RECONNECT_WITHIN, lambda: self.hang_up(Close.UNKNOWN_ERROR))

    def ask_for_heartbeat(self) -> None:
        """Send opcode 1."""
        self._put(Op.HEARTBEAT, None)

    def invalid_session(self, *, resumable: bool) -> None:
        """Send opcode 9; what is not resumable is forgotten, and the client may identify."""
        if not resumable:
            self._forget()
        self._put(Op.INVALID_SESSION, resumable)

    def _refusal(self) -> int | None:
        query = self._request.query
        if self._version not in _VERSIONS:
            return Close.INVALID_VERSION
        if query.get("encoding", "json") != "json" or query.get("compress", "") not in TRANSPORTS:
            _log.warning("The gateway has JSON only, plain or as %s.", " or ".join(filter(None, TRANSPORTS)))
            return Close.DECODE_ERROR
        return None

    def _receive(self, text: str | bytes) -> None:
        """Act on one frame. Raises GatewayError where it is wrong."""
        if not self._allowance.take():
            raise GatewayError(Close.RATE_LIMITED)
        op, body = parse(text)
        self._note("bot", op, {**body, "token": "…"} if isinstance(body, dict) and "token" in body else body)
        if op is Op.HEARTBEAT:
            self._pulse.beat()
            if self._hub.delivery.acknowledging:
                asyncio.get_running_loop().call_later(_NETWORK_SECONDS, self._put, Op.HEARTBEAT_ACK, None)
        elif op in {Op.IDENTIFY, Op.RESUME}:
            if self._stream is not None:
                raise GatewayError(Close.ALREADY_AUTHENTICATED)
            if op is Op.IDENTIFY:
                self._identify(Identify.read(body))
            else:
                self._resume(Resume.read(body))
        elif self._stream is None:
            raise GatewayError(Close.NOT_AUTHENTICATED)
        else:
            ask(self._hub, self._stream, op, body)

    def _identify(self, identify: Identify) -> None:
        self._check_token(identify.token)
        stream = self._hub.open(identify)
        if stream is None:
            self._put(Op.INVALID_SESSION, body=False)
            return
        if identify.compress:
            self._outbox.compress_payloads()
        self._stream, stream.link = stream, self
        url = f"{self._origin.replace('http', 'ws', 1)}/gateway/"
        sharded = identify.shard is not None
        self._hub.greet(stream, version=int(self._version), url=url, sharded=sharded)

    def _resume(self, resume: Resume) -> None:
        self._check_token(resume.token)
        stream = self._hub.find(resume.stream_id)
        if stream is not None and not 0 <= resume.seq <= stream.seq:
            raise GatewayError(Close.INVALID_SEQ)
        missed = None if stream is None else stream.since(resume.seq)
        if stream is None or missed is None:
            self._put(Op.INVALID_SESSION, body=False)
            return
        before, stream.link = stream.link, self
        if before is not None:
            before.hang_up(Close.UNKNOWN_ERROR)
        self._stream, stream.parted = stream, None
        for frame in missed:
            self._outbox.put(frame)
        stream.say("RESUMED", {"_trace": ["local-discord"]})
        self._hub.status()

    def _check_token(self, token: str) -> None:
        given = token.removeprefix("Bot ").encode()
        if not secrets.compare_digest(given, self._hub.bot_token.encode()):
            raise GatewayError(Close.AUTHENTICATION_FAILED)

    def _put(self, op: Op, body: object) -> None:
        self._note("discord", op, body)
        self._outbox.put(control(op, body))

    async def _close(self, code: int) -> None:
        reason = Close.reason(code)
        self._note("discord", "close", {"code": code, "reason": reason.decode()})
        await self._socket.close(code=code, message=reason)

    def _note(self, who: str, op: Op | str, body: object) -> None:
        noted = op if isinstance(op, str) else int(op)
        self._hub.tap.note("gateway", {"from": who, "op": noted, "d": body})

    async def _read(self) -> int | None:
        """Act on frames until the client closes, or sends what is wrong: the code to close with."""
        async for message in self._socket:
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return None
            try:
                self._receive(message.data)
            except GatewayError as error:
                return error.code
            except Exception:  # noqa: BLE001 - a fault of ours is logged, and answered as Discord answers its own
                _log.exception("A frame from the bot could not be handled.")
                return Close.UNKNOWN_ERROR
        return None

    def _work(self) -> bool:
        """Do one of the stream's jobs; whether there was one."""
        stream = self._stream
        if stream is None or stream.link is not self or not stream.jobs:
            return False
        stream.jobs.popleft()()
        return True

    def _forget(self) -> None:
        if self._stream is not None and self._stream.link is self:
            self._hub.part(self._stream, forget=True)
        self._stream = None

    def _part(self) -> None:
        # Another connection may have resumed the stream meanwhile; then it is no longer this one's to part.
        if self._stream is not None and self._stream.link is self:
            gone = self._code is None and self._socket.close_code in {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
            self._hub.part(self._stream, forget=gone)
