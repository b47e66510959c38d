from __future__ import annotations

import asyncio

from bot.local_discord.seed import GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.gateway.raw import Dial, Raw
from tests.bot.local_discord.person import Person

THREADS = f"/people/v1/channels/{WRITERS_ROOM}/threads"


async def names(raw: Raw, count: int) -> list[str]:
    return [(await raw.frame(name="THREAD_CREATE"))["d"]["name"] for _ in range(count)]


async def test_a_dropped_connection_says_nothing_and_can_be_resumed(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    stream = (await raw.ready())["session_id"]
    assert local.parts.gateway_faults.drop() == 1
    assert await raw.closed() == 1006
    again = await dial()
    await again.resume(stream, 3)
    assert (await again.frame())["t"] == "RESUMED"


async def test_who_was_asked_to_reconnect_and_stays_is_closed(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready()
    assert local.parts.gateway_faults.ask_to_reconnect() == 1
    assert (await raw.frame(op=7))["d"] is None
    local.parts.clock.advance(5.1)
    assert await raw.closed() == 4000


async def test_frozen_heartbeats_are_not_acknowledged(dial: Dial, local: LocalDiscord) -> None:
    raw, faults = await dial(), local.parts.gateway_faults
    await raw.ready()
    faults.freeze_heartbeats()
    await raw.send(1)
    assert await raw.quiet() == []
    faults.clear()
    await raw.send(1)
    assert (await raw.next())["op"] == 11


async def test_a_fault_may_be_one_shards(dial: Dial, local: LocalDiscord) -> None:
    zero, one = await dial(), await dial()
    await zero.ready(shard=[0, 2])
    await one.ready(shard=[1, 2])
    assert local.parts.gateway_faults.hang_up(4000, shard=1) == 1
    assert await one.closed() == 4000
    assert await zero.quiet() == []


async def test_events_come_twice_with_the_same_number(dial: Dial, local: LocalDiscord, ana: Person) -> None:
    raw = await dial()
    await raw.ready()
    local.parts.gateway_faults.duplicate(1)
    for name in ("one", "two"):
        await ana.call("POST", THREADS, name=name)
    frames = [await raw.frame(name="THREAD_CREATE") for _ in range(3)]
    assert [(frame["s"], frame["d"]["name"]) for frame in frames] == [(4, "one"), (4, "one"), (5, "two")]


async def test_late_events_keep_their_order(dial: Dial, local: LocalDiscord, ana: Person) -> None:
    raw = await dial()
    await raw.ready()
    local.parts.gateway_faults.delay(60, count=1)
    for name in ("late", "behind it"):
        await ana.call("POST", THREADS, name=name)
    assert await raw.quiet() == []
    local.parts.clock.advance(60)
    assert await names(raw, 2) == ["late", "behind it"]
    await ana.call("POST", THREADS, name="in time")
    assert await names(raw, 1) == ["in time"]


async def test_late_events_are_overtaken_where_that_was_asked_for(
    dial: Dial, local: LocalDiscord, ana: Person
) -> None:
    raw = await dial()
    await raw.ready()
    local.parts.gateway_faults.delay(60, count=1, swapped=True)
    for name in ("late", "before it"):
        await ana.call("POST", THREADS, name=name)
    assert await names(raw, 1) == ["before it"]
    local.parts.clock.advance(60)
    assert await names(raw, 1) == ["late"]


async def test_what_is_late_is_replayed_to_who_resumes_and_not_sent_again(
    dial: Dial, local: LocalDiscord, ana: Person
) -> None:
    raw = await dial()
    stream = (await raw.ready())["session_id"]
    local.parts.gateway_faults.delay(0.2, count=1)
    await ana.call("POST", THREADS, name="late")
    again = await dial()
    await again.resume(stream, 3)
    assert await names(again, 1) == ["late"]
    await again.frame(name="RESUMED")
    await asyncio.sleep(0.3)
    assert await again.quiet() == []


async def test_a_guild_has_an_outage_and_comes_back_as_it_then_is(
    dial: Dial, local: LocalDiscord, ana: Person
) -> None:
    raw, faults = await dial(), local.parts.gateway_faults
    await raw.ready()
    faults.outage(GUILD)
    gone = await raw.frame()
    assert (gone["t"], gone["d"]) == ("GUILD_DELETE", {"id": GUILD, "unavailable": True})
    await ana.call("POST", THREADS, name="Unheard")
    assert await raw.quiet() == []
    late = await dial()
    await late.identify()
    assert [(await late.frame())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]
    faults.restore()
    back = await raw.frame()
    assert (back["t"], back["d"]["id"]) == ("GUILD_CREATE", GUILD)
    assert [thread["name"] for thread in back["d"]["threads"]] == ["Unheard"]
    assert (await late.frame())["d"]["id"] == GUILD
