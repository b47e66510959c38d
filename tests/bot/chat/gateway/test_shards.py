"""One process with two leased shards on the whole stage: one fails, Redis stands still, others take over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yarl
from discord.utils import time_snowflake
from redis.asyncio import Redis

from bot.chat.gateway import Gate, Gateway, Plan, plan_of
from bot.chat.gateway.shard import Shard
from bot.chat.gateway.turns import OwnTurns, SharedTurns
from bot.chat.turn import ELSEWHERE_SECONDS
from bot.errors import SetupError
from bot.local_discord.parts import Options
from bot.local_discord.seed import GUILD
from bot.store.keys import Keys
from bot.store.shards import ShardLease, ShardStore
from bot.story.brief import Kind
from bot.story.commands import AddPremise, GoBack
from bot.story.model import Person as Actor
from bot.words import words
from tests.bot.chat.asides import with_a_draft
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage, Staging
from tests.redis_server import RedisServer, binaries, running

EN = words()
HERE = (int(GUILD) >> 22) % 2
IDENTIFY_SECONDS = 0.3


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running(binaries()["valkey"], tmp_path) as own:
        yield own


@pytest.fixture
def redis_url(server: RedisServer) -> str:
    return server.url


@pytest.fixture
def staging(monkeypatch: pytest.MonkeyPatch) -> Staging:
    monkeypatch.setattr(SharedTurns, "seconds", IDENTIFY_SECONDS + 0.05)
    settings = {"shards": "2", "shard_ids": "leased", "shard_lease_seconds": 1}
    return Staging(discord=Options(max_concurrency=1, identify_interval=IDENTIFY_SECONDS), settings=settings)


@pytest.fixture
def gateway(stage: Stage) -> Gateway:
    assert stage.app.client.gateway is not None
    return stage.app.client.gateway


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not what():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.01)


async def test_a_shard_that_fails_takes_no_other_with_it_and_comes_back(
    stage: Stage, ana: Person, gateway: Gateway
) -> None:
    await until(lambda: gateway.is_ready)
    room = await ana.opens("The Dry Well")
    gone = stage.local.parts.gateway_faults.hang_up(4009, forget=True, shard=1 - HERE)
    assert gone == 1
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await until(lambda: 1 - HERE not in gateway.connected)
    assert HERE in gateway.connected
    assert not gateway.is_ready
    await until(lambda: gateway.is_ready)
    assert gateway.should_have == {0, 1}
    # And the other one, which goes on where it was: what comes meanwhile is answered then.
    stage.local.parts.gateway_faults.drop(shard=HERE)
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    assert len((await stage.room(room)).premises) == 2


async def test_a_gateway_whose_lease_ran_out_stops_by_its_own_clock_and_goes_on_when_it_has_it_again(
    stage: Stage, ana: Person, gateway: Gateway, server: RedisServer
) -> None:
    await until(lambda: gateway.is_ready)
    room = await ana.opens("The Dry Well")
    await asyncio.sleep(0.7)  # where the streams stand is written down
    server.freeze()
    began = time.monotonic()
    await until(lambda: not gateway.connected)
    assert time.monotonic() - began < 1.2
    sent = await ana.client.command(room, "premise add", kind="setting", text="A valley without rain")
    await asyncio.sleep(0.3)
    assert not ana.client.named("INTERACTION_SUCCESS")[1:], "nobody had the shard"
    server.thaw()
    await ana.answered(sent)
    assert [each.text for each in (await stage.room(room)).premises] == ["A valley without rain"]


async def test_who_acts_after_another_gateway_took_over_changes_nothing_and_is_told_so(
    stage: Stage, ana: Person, gateway: Gateway, redis: Redis
) -> None:
    await until(lambda: gateway.is_ready)
    room = await ana.opens("The Dry Well")
    fence = await redis.hget(Keys().room(room).state, "fence")
    assert int(fence or 0) > 0
    await redis.hset(Keys().room(room).state, "fence", int(fence or 0) + 1_000_000)
    sent = await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.private(EN.say("error.fenced", reference=sent))
    assert (await stage.room(room)).premises == ()


async def test_what_the_gateway_that_took_over_did_meanwhile_is_not_said_to_have_failed(
    stage: Stage, ana: Person, gateway: Gateway, redis: Redis
) -> None:
    await until(lambda: gateway.is_ready)
    room = await ana.opens("The Dry Well")
    fence = int(await redis.hget(Keys().room(room).state, "fence") or 0) + 1_000_000
    await redis.hset(Keys().room(room).state, "fence", fence)
    sent = await ana.client.command(room, "premise add", kind="setting", text="A valley without rain")
    await asyncio.sleep(ELSEWHERE_SECONDS / 2)
    by = Actor(id=ana.id, name="Ana")
    done = AddPremise(at=1, by=by, kind=Kind.SETTING, text="A valley without rain")
    assert (await stage.app.rooms.act(room, done, operation=sent, fence=fence)).how == "appended"
    await asyncio.sleep(ELSEWHERE_SECONDS)
    assert not [each for each in ana.messages() if EN.say("error.fenced", reference=sent) in text_of(each)]
    assert len((await stage.room(room)).premises) == 1


async def test_what_it_did_of_a_turn_of_two_steps_is_not_said_to_have_failed_either(
    stage: Stage, ana: Person, gateway: Gateway, redis: Redis
) -> None:
    await until(lambda: gateway.is_ready)
    room = await with_a_draft(ana)
    await ana.command(room, "write", level="beats", takes=1)
    await ana.sees("Round 2: 1 take (Beats)**\nWritten.", room)
    await ana.press("Adopt A")
    await ana.sees("It is **draft 2** now.", room)
    fence = int(await redis.hget(Keys().room(room).state, "fence") or 0) + 1_000_000
    await redis.hset(Keys().room(room).state, "fence", fence)
    sent = await ana.client.command(room, "write", level="synopsis", act="go_on")
    await asyncio.sleep(ELSEWHERE_SECONDS / 2)
    done = GoBack(at=1, by=Actor(id=ana.id, name="Ana"), draft=1)
    assert (await stage.app.rooms.act(room, done, operation=f"{sent}:level", fence=fence)).how == "appended"
    await asyncio.sleep(ELSEWHERE_SECONDS)
    assert not [each for each in ana.messages() if EN.say("error.fenced", reference=sent) in text_of(each)]


async def test_a_press_let_go_at_the_end_of_a_lease_is_answered_when_the_shard_comes_back(
    stage: Stage, ana: Person, gateway: Gateway, server: RedisServer
) -> None:
    await until(lambda: gateway.is_ready)
    room = await ana.opens("The Dry Well")
    await asyncio.sleep(0.7)  # where the streams stand is written down
    server.freeze()
    await asyncio.sleep(0.05)
    gate = gateway._gate
    gate.hold(HERE, gate.holds[HERE].token, time.monotonic() - 1)  # as if it had slept through the end
    sent = await ana.client.command(room, "premise add", kind="setting", text="A valley without rain")
    await until(lambda: HERE not in gateway.connected)
    server.thaw()
    await ana.answered(sent)
    assert [each.text for each in (await stage.room(room)).premises] == ["A valley without rain"]


async def test_a_shard_whose_address_to_resume_at_is_dead_comes_back_all_the_same(
    gateway: Gateway, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Shard.__module__}.PAUSE_SECONDS", 0.05)
    await until(lambda: gateway.is_ready)
    shard = gateway.shard(HERE)
    assert shard is not None
    assert shard.ws is not None
    shard.ws.gateway = yarl.URL("ws://127.0.0.1:9/")
    left = stage.local.parts.hub.starts.json()["remaining"]
    stage.local.parts.gateway_faults.drop(shard=HERE)
    await until(lambda: HERE not in gateway.connected)
    await until(lambda: HERE in gateway.connected)
    assert stage.local.parts.hub.starts.json()["remaining"] == left, "the stream was resumed"


async def test_while_one_shard_is_handed_over_the_leases_of_the_others_are_renewed(
    gateway: Gateway, redis: Redis
) -> None:
    await until(lambda: gateway.is_ready)
    mine = gateway.shard(0)
    other = ShardStore(redis, keys=Keys(), gateway="other", count=2, wanted=None, seconds=1)
    with gateway._gate.answering(1 << 22, time_snowflake(datetime.now(UTC))):  # for as long as is waited
        taken: set[int] = set()
        began = time.monotonic()
        held: tuple[ShardLease, ...] = ()
        while time.monotonic() - began < 1.8:
            held = tuple((await other.beat(held)).held.values())
            taken |= {each.shard for each in held}
            await asyncio.sleep(0.1)
    assert taken == {1}
    assert gateway.shard(0) is mine


async def test_a_shard_that_does_not_hear_that_it_is_to_end_holds_up_no_shutdown(
    stage: Stage, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Gateway.__module__}.STOP_SECONDS", 0.05)
    await until(lambda: gateway.is_ready)

    async def hard_of_hearing(_: Shard) -> None:
        with suppress(asyncio.CancelledError):  # as a call of redis-py may lose it
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    monkeypatch.setattr(Shard, "_connect", hard_of_hearing)
    alone = Gateway(
        stage.app.client,
        Gate(time.monotonic, lambda: 0),
        count=1,
        store=None,
        turns=OwnTurns(),
        clock=time.monotonic,
        on_ready=lambda: None,
    )
    running = asyncio.create_task(alone.run())
    await asyncio.sleep(0.05)
    running.cancel()
    _, late = await asyncio.wait([running], timeout=3)
    assert not late


async def test_the_last_identifies_of_a_day_are_not_spent(stage: Stage, gateway: Gateway) -> None:
    await until(lambda: gateway.is_ready)
    starts = stage.local.parts.hub.starts
    assert starts.json()["remaining"] == 998, "one for each shard, in turn"
    for _ in range(990):
        starts.take()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await gateway._turns.wait(0)


def test_what_is_sent_again_long_after_the_person_was_told_that_it_failed_is_let_go() -> None:
    now = 1_800_000_000_000
    gate = Gate(lambda: 0.0, lambda: now)
    gate.hold(0, 7, float("inf"))
    old, young = (time_snowflake(datetime.fromtimestamp(now / 1000 - ago, UTC)) for ago in (11, 3))

    def fence(operation: int) -> int | None:
        with gate.answering(None, operation) as found:
            return found

    assert (fence(old), fence(young)) == (7, 7), "a clock that is wrong stops nothing that is new"
    gate.resuming(0, yes=True)
    assert (fence(old), fence(young)) == (None, 7)
    gate.resuming(0, yes=False)
    assert fence(old) == 7
    gate.drop(0)
    assert fence(young) is None


@pytest.mark.parametrize(
    ("shards", "ids", "plan"),
    [
        ("1", "all", Plan()),
        ("auto", "all", Plan(count=None)),
        ("4", "leased", Plan(count=4, leased=True)),
        ("16", "0,2,8-10", Plan(count=16, leased=True, ids=(0, 2, 8, 9, 10))),
        ("16", "ordinal", Plan(count=16, leased=True, ids=(3,))),
    ],
)
def test_settings_say_which_shards_are_wanted(shards: str, ids: str, plan: Plan) -> None:
    assert plan_of(shards, ids, host="gateway-3") == plan


@pytest.mark.parametrize(
    ("shards", "ids", "host"),
    [
        ("auto", "leased", "gateway-3"),
        ("4", "4", "gateway-3"),
        ("3", "ordinal", "gateway-3"),
        ("4", "ordinal", "a-laptop"),
        ("4", "3-", "gateway-3"),
        ("4", "mine", "gateway-3"),
        ("4", "3-1", "gateway-3"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_what_to_mend(shards: str, ids: str, host: str) -> None:
    with pytest.raises(SetupError, match="STORYROOM_SHARD"):
        plan_of(shards, ids, host=host)


def test_a_range_that_runs_backwards_is_told_the_right_way_round() -> None:
    with pytest.raises(SetupError, match="12-8, which runs backwards: write 8-12"):
        plan_of("16", "0,12-8", host="gateway-3")


async def test_a_shard_whose_cancellation_is_lost_on_its_way_is_stopped_all_the_same(
    stage: Stage, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Gateway.__module__}.STOP_SECONDS", 0.05)
    await until(lambda: stage.app.client.gateway is gateway and HERE in gateway.connected)

    async def hard_of_hearing() -> None:
        with suppress(asyncio.CancelledError):  # as a call of redis-py may lose it
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(hard_of_hearing())
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await gateway._stop(replace(gateway._held[HERE], task=task))
    assert task.cancelled()
