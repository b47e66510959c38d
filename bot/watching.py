"""What of the parts is watched: whether they are ready, and what is read when the metrics are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog

from bot.chat.client import StoryroomClient
from bot.errors import SetupError, StoreError
from bot.instance import version
from bot.store import QueueSeen
from bot.telemetry import Telemetry
from bot.telemetry.counted.writing import Server
from bot.telemetry.heartbeat import Heartbeat
from bot.telemetry.readiness import Readiness
from bot.telemetry.watch import BadAddress, Watch
from tgi.client import Condition, TgiClient

FRESH_SECONDS: Final = 120.0  # for which a server's last token vouches for it


@asynccontextmanager
async def telemetry_to(address: str | None, *, instance: str) -> AsyncIterator[Telemetry]:
    """Counts of this process, and spans to the collector at that address if there is one.

    Raises:
        SetupError: spans are asked for, and OpenTelemetry is not installed.

    """
    if not address:
        yield Telemetry()
        return
    try:
        from bot.telemetry.opentelemetry_traces import to_collector  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SetupError("STORYROOM_TRACE_ADDRESS needs OpenTelemetry: install storyroom[otel].") from error
    about = {"service.version": version(), "service.instance.id": instance}
    traces = to_collector(address, about)
    try:
        yield Telemetry(traces=traces)
    finally:
        await traces.close()


class Watched:
    """The parts, as watchers ask for them."""

    def __init__(
        self, telemetry: Telemetry, seen: QueueSeen, client: StoryroomClient, tgi: TgiClient
    ) -> None:
        self._telemetry = telemetry
        self._seen = seen
        self._client = client
        self._tgi = tgi
        self._looking: asyncio.Task[object] | None = None
        self._log = structlog.get_logger(__name__)
        telemetry.metrics.tgi.serve(self._servers)

    async def run(self, address: str | None, *, answers: bool, writes: bool) -> None:
        """Beat, and answer watchers at the address if there is one, until cancelled.

        Raises:
            SetupError: it cannot be listened there.

        """
        metrics = self._telemetry.metrics
        role = "both" if answers and writes else "gateway" if answers else "worker"
        metrics.about(version=version(), role=role)
        heartbeat = Heartbeat(metrics)
        if not address:
            await heartbeat.run()
        try:
            async with self.watch(heartbeat, answers=answers).listening(address or "") as port:
                self._log.info("watch.listening", port=port)
                await heartbeat.run()
        except BadAddress as error:
            raise SetupError(f"STORYROOM_WATCH_ADDRESS cannot be used: {error}.") from error

    def watch(self, heartbeat: Heartbeat, *, answers: bool) -> Watch:
        """The listener of a process that answers people, or only writes."""
        parts = {
            "redis": self._redis,
            **({"gateway": self._gateway} if answers else {"writer": self._writer}),
        }
        return Watch(self._telemetry.metrics, heartbeat, Readiness(parts), before_scrape=self._read)

    async def aclose(self) -> None:
        """End a look at the servers that is under way."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _read(self) -> None:
        metrics = self._telemetry.metrics
        if (gateway := self._client.gateway) is not None:
            wanted = gateway.should_have
            metrics.gateway.shards(
                total=self._client.shard_count or 1,
                wanted=len(wanted),
                ready=len(wanted & gateway.connected),
            )
        try:
            metrics.queue.read(await self._seen.read(self._telemetry.now()))
        except StoreError:
            metrics.queue.read(None)
        except Exception as error:
            self._log.error("watch.queue_not_read", error=type(error).__name__)
            raise

    async def _redis(self) -> str:
        try:
            await self._seen.ping()
        except StoreError:
            return "does not answer"
        return "ok"

    async def _gateway(self) -> str:
        gateway = self._client.gateway
        if gateway is None:
            return "not begun"
        if gateway.is_ready:
            return "ok"
        missing = sorted(gateway.should_have - gateway.connected)
        return f"shards not connected: {', '.join(map(str, missing[:16]))}"

    async def _writer(self) -> str:
        """Whether a server writes, or answers; where none wrote of late, each is asked for a token."""
        conditions = self._tgi.conditions()
        if any(each.state == "closed" and _is_fresh(each) for each in conditions):
            return "ok"
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._tgi.look(), name="looking at the writers")
        if any(each.state == "closed" and each.answers for each in conditions):
            return "ok"
        return "no server answers"

    def _servers(self) -> Sequence[Server]:
        return [
            Server(
                endpoint=each.address,
                requests=each.requests,
                failures=dict(each.failures),
                breaker=each.state.value,
                running=each.running,
                outstanding=each.outstanding,
                wrote_ago=each.wrote_ago,
            )
            for each in self._tgi.conditions()
        ]


def _is_fresh(condition: Condition) -> bool:
    return condition.wrote_ago is not None and (condition.running > 0 or condition.wrote_ago < FRESH_SECONDS)
