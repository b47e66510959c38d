"""The one place that builds the parts and joins them; read it from top to bottom for the whole program."""

from __future__ import annotations

import asyncio
import random
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.chat.address import point_at
from bot.chat.client import StoryroomClient
from bot.chat.desk import Desk
from bot.chat.gateway import Gate, plan_of
from bot.chat.live.boards import Boards
from bot.chat.live.deadlines import Deadlines
from bot.chat.live.notices import Notices
from bot.chat.live.places import Places
from bot.chat.live.posts import Posts
from bot.chat.live.rounds import LiveRounds
from bot.chat.rest import SharedRest
from bot.errors import SetupError
from bot.instance import instance as this_process
from bot.rooms import Rooms
from bot.settings import Settings
from bot.store import (
    Archive,
    Archiver,
    DueStore,
    EditStore,
    PartialStore,
    Queue,
    QueueSeen,
    Relay,
    RestBudget,
    RoomStore,
    ShardStore,
    connect,
    watched,
)
from bot.store.keys import Keys
from bot.story.rounds import SEED_LIMIT
from bot.telemetry.rest import watching_rest
from bot.watching import Watched, telemetry_to
from bot.writing.origins import sent_again
from bot.writing.program import Programs
from bot.writing.reach import Reach
from bot.writing.rounds import RoundWriter
from bot.writing.worker import Worker
from tgi.client import Budgets, Hedge, TgiClient


@dataclass(frozen=True)
class App:
    """The parts, joined."""

    settings: Settings
    store: RoomStore
    rooms: Rooms
    relay: Relay
    client: StoryroomClient
    deadlines: Deadlines
    places: Places
    worker: Worker
    watched: Watched

    async def run(self, *, answers: bool, writes: bool) -> None:
        """Answer people, write rounds, or both, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(
                self.watched.run(self.settings.watch_address, answers=answers, writes=writes), name="watch"
            )
            group.create_task(self.relay.run(), name="relay")
            if writes:
                group.create_task(self.worker.run(), name="worker")
            if answers:
                group.create_task(self.client.stay(), name="gateway")
                group.create_task(self.deadlines.run(), name="deadlines")
                group.create_task(self.places.run(), name="places")


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[App]:
    """Build the parts, and take them apart in the other order. Nothing is connected to yet but the pools.

    Raises:
        SetupError: a setting cannot be used.

    """
    async with AsyncExitStack() as stack:
        instance = f"{this_process()}:{uuid.uuid4().hex[:4]}"
        telemetry = await stack.enter_async_context(telemetry_to(settings.trace_address, instance=instance))
        metrics = telemetry.metrics
        redis = watched(connect(settings.redis_url), metrics.redis)
        stack.push_async_callback(redis.aclose)
        keys = Keys(settings.redis_prefix)
        store = RoomStore(
            redis,
            keys=keys,
            days=settings.room_days,
            replicas=settings.redis_replicas,
            archive=Archive(settings.archive) if settings.archive else None,
        )
        queue = Queue(
            redis,
            keys=keys,
            lease_seconds=settings.lease_seconds,
            attempts=settings.round_attempts,
            token=lambda: uuid.uuid4().hex,
            replicas=settings.redis_replicas,
        )
        relay = Relay(redis, queue, keys=keys)
        rooms = Rooms(store, queue, relay, telemetry)

        point_at(settings.discord_api, settings.discord_gateway)
        gate = Gate(time.monotonic, _now)
        plan = plan_of(settings.shards, settings.shard_ids, host=socket.gethostname())
        shards = ShardStore(
            redis,
            keys=keys,
            gateway=instance,
            count=plan.count or 1,
            wanted=plan.ids,
            seconds=settings.shard_lease_seconds,
        )
        trace = watching_rest(metrics, clock=time.monotonic, now=_now)
        rest: SharedRest | None = None
        if settings.rest_rate:
            budget = RestBudget(redis, keys=keys, process=instance, limit=settings.rest_rate)
            rest = SharedRest(budget, clock=time.monotonic)
            trace = rest.join(trace)
        client = StoryroomClient(trace)
        client.answer_for(plan, shards, gate)
        stack.push_async_callback(client.close)
        posts = Posts(client, EditStore(redis, keys=keys))
        boards = Boards(posts, rooms, now=_now, screen=metrics.screen, turn=rest.line() if rest else None)
        stack.push_async_callback(boards.aclose)
        notices = Notices(posts, rooms, now=_now)
        rounds = LiveRounds(posts, rooms, now=_now, screen=metrics.screen, turn=rest.line() if rest else None)
        stack.push_async_callback(rounds.aclose)
        tgi = await stack.enter_async_context(tgi_client(settings))
        programs = Programs()
        again = partial(sent_again, programs, tgi)
        client.serve(
            Desk(
                rooms,
                boards,
                rounds,
                notices,
                now=_now,
                seed=_seed,
                gate=gate,
                prompt_again=again,
                telemetry=telemetry,
            )
        )

        reach = Reach(tgi)
        writer = RoundWriter(
            rooms=rooms,
            queue=queue,
            partials=PartialStore(redis, keys=keys, days=settings.room_days),
            audience=rounds,
            tgi=tgi,
            reach=reach,
            programs=programs,
            attempts=settings.round_attempts,
            clock=time.monotonic,
            now=_now,
            telemetry=telemetry,
        )
        worker = Worker(
            queue=queue,
            writer=writer,
            rounds=settings.worker_rounds,
            lease_seconds=settings.lease_seconds,
            clock=time.monotonic,
            reach=reach,
            room=partial(tgi.token_room, settings.tgi_batch_tokens),
            telemetry=telemetry,
        )
        due = DueStore(redis, keys=keys)
        deadlines = Deadlines(due, rooms, notices, boards, rounds, now=_now, telemetry=telemetry)
        seen = Watched(telemetry, QueueSeen(redis, keys=keys), client, tgi)
        stack.push_async_callback(seen.aclose)
        places = Places(queue, rooms, rounds, posts)
        yield App(settings, store, rooms, relay, client, deadlines, places, worker, seen)


@asynccontextmanager
async def archiver(settings: Settings, folder: Path) -> AsyncIterator[Archiver]:
    """What moves old events between Redis and a folder; nothing else of the program is needed for it.

    Raises:
        SetupError: the address of Redis cannot be used.

    """
    redis = connect(settings.redis_url)
    try:
        keys = Keys(settings.redis_prefix)
        yield Archiver(redis, Archive(folder), keys=keys, days=settings.room_days)
    finally:
        await redis.aclose()


def tgi_client(settings: Settings) -> TgiClient:
    """The client of the writing machine, as the settings have it.

    Raises:
        SetupError: an address or the token cannot be used.

    """
    try:
        return TgiClient(
            settings.tgi_urls,
            token=settings.tgi_token.get_secret_value() if settings.tgi_token else None,
            model=settings.tgi_model,
            budgets=Budgets(
                connect=settings.tgi_connect_seconds,
                first_token=settings.first_token_seconds,
                idle=settings.idle_seconds,
                total=settings.take_seconds,
                probe=settings.tgi_probe_seconds,
            ),
            hedge=Hedge(settings.tgi_hedge_share) if settings.tgi_hedge_share else None,
            limit=settings.tgi_concurrency,
        )
    except ValueError as error:
        raise SetupError(f"STORYROOM_TGI_URLS or STORYROOM_TGI_TOKEN cannot be used: {error}.") from error


def _now() -> int:
    return time.time_ns() // 1_000_000


def _seed() -> int:
    return random.SystemRandom().randint(0, SEED_LIMIT)
