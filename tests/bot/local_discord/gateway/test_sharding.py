from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.local_discord.events import Event, Intent
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, FILM_CLUB, GUILD
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import Channel, ChannelKind
from bot.local_discord.state.guilds import Guild, Member, Role
from tests.bot.local_discord.gateway.raw import TOKEN, Dial

# The two guilds of the start are next to each other in time: this one is of the other shard.
ELSEWHERE = str(int(GUILD) + (1 << 22))


def found(local: LocalDiscord, guild_id: str = ELSEWHERE) -> Guild:
    """A guild more, with the bot in it."""
    world = local.parts.world
    everyone = Role(guild_id, "@everyone", 0, 0)
    members = {one: Member(one, [], 0.0) for one in (APPLICATION, ANA)}
    world.guilds[guild_id] = Guild(guild_id, "Elsewhere", ANA, roles={guild_id: everyone}, members=members)
    return world.guilds[guild_id]


async def about(local: LocalDiscord, http: aiohttp.ClientSession) -> dict[str, Any]:
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with http.get(f"{local.url}/api/v10/gateway/bot", headers=headers) as reply:
        body: dict[str, Any] = await reply.json()
        return body


async def test_a_guild_is_of_the_shard_that_its_id_says(dial: Dial, local: LocalDiscord) -> None:
    found(local)
    shards = [await dial(), await dial()]
    seen = []
    for number, raw in enumerate(shards):
        ready = await raw.ready(shard=[number, 2])
        seen.append({guild["id"] for guild in ready["guilds"]})
    first = (int(GUILD) >> 22) % 2
    assert (seen[first], seen[1 - first]) == ({GUILD, FILM_CLUB}, {ELSEWHERE})


async def test_an_event_goes_to_its_shard_and_direct_messages_to_the_first(
    dial: Dial, local: LocalDiscord
) -> None:
    found(local)
    shards = [await dial(), await dial()]
    for number, raw in enumerate(shards):
        await raw.ready(intents=1 | 1 << 12 | 1 << 14, shard=[number, 2])
    bus = local.parts.bus
    bus.publish(Event("GUILD_UPDATE", {"id": GUILD}, Intent.GUILDS, guild_id=GUILD))
    bus.publish(Event("GUILD_UPDATE", {"id": ELSEWHERE}, Intent.GUILDS, guild_id=ELSEWHERE))
    direct = Channel("77", "", type=ChannelKind.DM, recipients=[ANA, APPLICATION])
    bus.publish(Event.within(direct, "TYPING_START", {"channel_id": "77"}, Intent.GUILD_MESSAGE_TYPING))
    for raw, direct_too in zip(shards, (True, False), strict=True):
        assert (await raw.frame())["t"] == "GUILD_UPDATE"
        assert await raw.quiet() == ["TYPING_START"] * direct_too


@pytest.mark.parametrize("options", [Options(max_concurrency=2)])
async def test_one_identify_in_five_seconds_for_each_bucket(dial: Dial, local: LocalDiscord) -> None:
    zero, one, two = await dial(), await dial(), await dial()
    await zero.ready(shard=[0, 4])
    await one.ready(shard=[1, 4])
    await two.identify(shard=[2, 4])
    assert (await two.frame(op=9))["d"] is False
    local.parts.clock.advance(4.5)
    await two.identify(shard=[2, 4])
    assert (await two.frame(op=9))["d"] is False
    local.parts.clock.advance(0.6)
    await two.ready(shard=[2, 4])


@pytest.mark.parametrize("options", [Options()])
async def test_a_resume_is_not_an_identify(dial: Dial) -> None:
    first, second = await dial(), await dial()
    ready = await first.ready()
    await second.resume(ready["session_id"], 3)
    assert (await second.frame())["t"] == "RESUMED"


@pytest.mark.parametrize("options", [Options(identify_interval=0.0, session_starts=2, max_concurrency=16)])
async def test_the_days_identifies_are_counted_and_end_everything(
    dial: Dial, local: LocalDiscord, browser: aiohttp.ClientSession
) -> None:
    limit = {"total": 2, "remaining": 2, "reset_after": 0, "max_concurrency": 16}
    assert (await about(local, browser))["session_start_limit"] == limit
    first, second, third = await dial(), await dial(), await dial()
    await first.ready()
    await second.ready()
    left = (await about(local, browser))["session_start_limit"]
    assert left["remaining"] == 0
    assert 86_390_000 < left["reset_after"] <= 86_400_000
    await third.identify()
    assert [await raw.closed() for raw in (first, second, third)] == [4004, 4004, 4004]
    local.parts.clock.advance(86_401)
    assert (await about(local, browser))["session_start_limit"]["remaining"] == 2
    await (await dial()).ready()


@pytest.mark.parametrize(
    ("options", "shards"), [(Options(), 1), (Options(shards=4), 4)], ids=["by guilds", "as chosen"]
)
async def test_shards_are_recommended(
    local: LocalDiscord, browser: aiohttp.ClientSession, shards: int
) -> None:
    assert (await about(local, browser))["shards"] == shards


async def test_two_shards_are_recommended_for_more_than_a_thousand_guilds(
    local: LocalDiscord, browser: aiohttp.ClientSession
) -> None:
    for number in range(999):
        found(local, str(int(GUILD) + (number + 1 << 22)))
    assert (await about(local, browser))["shards"] == 2
