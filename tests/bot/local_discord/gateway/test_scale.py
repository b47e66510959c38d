"""A thousand guilds, two hundred events a second. The bounds are generous: a busy machine keeps them too."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Any

import pytest

from bot.local_discord.events import Event, Intent
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.guilds import Guild, Member, Role
from tests.bot.local_discord.gateway.raw import Dial

GUILD_COUNT, CHANNELS_EACH = 1000, 10


def fill(local: LocalDiscord) -> None:
    world = local.parts.world
    for number in range(1, GUILD_COUNT - 1):
        guild_id = str(int(GUILD) + (number << 22))
        everyone = Role(guild_id, "@everyone", 1 << 10, 0)
        members = {one: Member(one, [], 0.0) for one in (APPLICATION, ANA)}
        guild = Guild(guild_id, f"Guild {number}", ANA, roles={guild_id: everyone}, members=members)
        world.guilds[guild_id] = guild
        for place in range(CHANNELS_EACH):
            channel = Channel(str(int(guild_id) + 100 + place), f"channel-{place}", guild_id=guild_id)
            world.add_channel(channel)


class Ticker:
    """The longest that the event loop computed something else, in seconds of this thread's own time."""

    longest = 0.0

    async def run(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - before)


@pytest.mark.parametrize("compress", ["", "zlib-stream", "zstd-stream"])
async def test_a_thousand_guilds_come_quickly_and_hold_up_nobody(
    dial: Dial, local: LocalDiscord, compress: str
) -> None:
    fill(local)
    raw = await dial(compress)
    await raw.frame(op=10)
    gc.collect()
    gc.freeze()  # what earlier tests left is not to be looked through meanwhile
    ticker = Ticker()
    ticking = asyncio.create_task(ticker.run())
    began = time.process_time()
    ready = await raw.ready()
    took = time.process_time() - began
    ticking.cancel()
    gc.unfreeze()
    assert len(ready["guilds"]) == GUILD_COUNT
    assert took < 3
    assert ticker.longest < 0.25


async def test_an_event_of_a_guild_that_is_still_to_come_brings_it_forward(
    dial: Dial, local: LocalDiscord
) -> None:
    fill(local)
    raw = await dial()
    await raw.identify()
    assert (await raw.frame(name="READY"))["s"] == 1
    last = list(local.parts.world.guilds)[-1]
    local.parts.bus.publish(Event("GUILD_UPDATE", {"id": last}, Intent.GUILDS, guild_id=last))
    payload = {"id": "1", "guild_id": last}
    local.parts.bus.publish(Event("INTERACTION_CREATE", payload, Intent.ALWAYS, frozenset(), guild_id=last))
    seen: list[tuple[str, str]] = []
    for _ in range(GUILD_COUNT + 1):
        frame = await raw.frame()
        seen.append((frame["t"], frame["d"].get("guild_id") or frame["d"]["id"]))
    assert seen.count(("GUILD_CREATE", last)) == 1
    assert ("GUILD_UPDATE", last) not in seen
    place = seen.index(("INTERACTION_CREATE", last))
    assert seen.index(("GUILD_CREATE", last)) < place < GUILD_COUNT
    assert await raw.quiet() == []


@pytest.mark.parametrize("options", [Options(identify_interval=0.0)])
async def test_a_second_of_two_hundred_interactions_costs_a_fraction_of_one(
    dial: Dial, local: LocalDiscord
) -> None:
    streams = [await dial("zlib-stream"), await dial("zstd-stream")]
    for raw in streams:
        await raw.ready()
    member = {"user": {"id": ANA, "username": "ana"}, "roles": ["1"] * 20, "permissions": "2048"}
    option: dict[str, Any] = {"name": "text", "type": 3, "value": "a line of a story " * 20}
    payload = {"id": "1", "type": 2, "guild_id": GUILD, "member": member, "data": {"options": [option] * 5}}
    began = time.process_time()
    for number in range(200):
        body = {**payload, "id": str(number), "channel_id": WRITERS_ROOM}
        local.parts.bus.publish(Event("INTERACTION_CREATE", body, Intent.ALWAYS, frozenset(), guild_id=GUILD))
    for raw in streams:
        ids = [(await raw.frame(name="INTERACTION_CREATE"))["d"]["id"] for _ in range(200)]
        assert ids == [str(number) for number in range(200)]
    assert time.process_time() - began < 0.5
