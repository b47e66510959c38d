"""One shard's connection to Discord's gateway: identified or resumed, read from, made anew when lost.

It is what discord.py's `Client.connect` does for one connection. `AutoShardedClient.connect` waits for one
shard's reconnection before it looks at the next one's, and ends all when one fails; here each has a task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
import yarl
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.store.shards import Stream

if TYPE_CHECKING:
    from bot.chat.client import StoryroomClient

CONNECT_SECONDS = 60.0
PAUSE_SECONDS = 15.0  # at most between two tries to connect
ELSEWHERE_AFTER = 2  # connections lost in a row, the stream is resumed at the address that all begin with
ANEW_AFTER = 4  # it is given up, where Discord does answer
CLOSE_SECONDS = 0.5  # for which Discord is waited for when a connection is closed

_PASSING = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    discord.ConnectionClosed,
    discord.GatewayNotFound,
    discord.HTTPException,
)
# Close codes that another try does not mend: a token, a number of shards, or intents that Discord refuses.
_FOR_GOOD = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
_WRONG_SEQ = 4007  # discord.py would resume with the same number again


class Shard:
    """One shard: `run` until cancelled, then `close`. `turn` waits until it may identify."""

    def __init__(
        self,
        client: StoryroomClient,
        number: int,
        stream: Stream | None,
        *,
        turn: Callable[[int], Awaitable[None]],
        lost: Callable[[int], None],
    ) -> None:
        self._client = client
        self.number = number
        self._resume = stream
        self._turn = turn
        self._lost = lost
        self._backoff = ExponentialBackoff[bool]()
        self._failed = 0  # connections lost since one stood
        self._identified = False  # in the last try, which spent one of the day's
        self.ws: DiscordWebSocket | None = None
        self._log = structlog.get_logger(__name__).bind(shard=number)

    @property
    def stream(self) -> Stream | None:
        """Where the stream stands: of all events up to there the answers have begun."""
        ws = self.ws
        if ws is not None and ws.session_id is not None and ws.sequence is not None:
            return Stream(id=ws.session_id, seq=ws.sequence, url=str(ws.gateway))
        return self._resume

    def stands(self) -> None:
        """Discord has identified or resumed the connection."""
        self._failed = 0
        self._backoff = ExponentialBackoff[bool]()

    async def run(self) -> None:
        """Hold the connection.

        Raises:
            discord.ConnectionClosed: Discord closed it for good.

        """
        while True:
            pause = 0.0
            try:
                await self._connect()
                while self.ws is not None:
                    await self.ws.poll_event()
            except ReconnectWebSocket as asked:
                self._parted(resume=asked.resume)
            except _PASSING as error:
                if isinstance(error, discord.ConnectionClosed) and error.code in _FOR_GOOD:
                    raise
                pause = self._fail()
                self._log.warning("gateway.lost", error=type(error).__name__, again_in=round(pause, 2))
            except Exception as error:  # noqa: BLE001 - whatever one shard meets, the others go on
                # An event that discord.py cannot read. It was counted as read: a resume goes on after it.
                pause = self._fail()
                self._log.error("gateway.broke", exc_info=error)
            await self._hang_up(4000)
            await asyncio.sleep(pause)

    async def close(self, *, resumable: bool) -> None:
        """Close the connection; `resumable`: somebody will go on with its stream."""
        self._resume = self.stream
        await self._hang_up(4000 if resumable else 1000)

    async def _connect(self) -> None:
        resume = self._resume
        self._identified = False
        if resume is None:
            await self._turn(self.number)
        is_there = resume is not None and self._failed < ELSEWHERE_AFTER
        async with asyncio.timeout(CONNECT_SECONDS):
            self.ws = await DiscordWebSocket.from_client(
                self._client,
                gateway=yarl.URL(resume.url) if resume and is_there else None,
                shard_id=self.number,
                session=resume.id if resume else None,
                sequence=resume.seq if resume else None,
                resume=resume is not None,
            )
        self._identified = resume is None

    def _fail(self) -> float:
        """Note that a connection broke off, or did not come about; how long to wait before the next.

        The address to resume at may be gone for good while the lease is renewed all the time, and so may what
        Discord kept of the stream. Where Discord does not answer at all the stream is kept: an identify would
        go to the same address.
        """
        self._failed += 1
        self._parted(resume=self._failed < ANEW_AFTER or self.ws is None)
        pause: float = self._backoff.delay()
        return pause if self._identified else min(pause, PAUSE_SECONDS)

    def _parted(self, *, resume: bool) -> None:
        ws = self.ws
        code = ws and (ws._close_code or ws.socket.close_code)  # noqa: SLF001 - as discord.py itself asks
        self._resume = self.stream if resume and code != _WRONG_SEQ else None
        self._lost(self.number)

    async def _hang_up(self, code: int) -> None:
        ws, self.ws = self.ws, None
        if ws is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await ws.close(code=code)
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            self._log.info("gateway.not_closed", error=type(error).__name__)
