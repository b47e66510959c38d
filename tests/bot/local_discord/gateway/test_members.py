from __future__ import annotations

import pytest

from bot.local_discord.events import PRIVILEGED
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, BO, GUILD
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.guilds import Member
from bot.local_discord.state.world import User
from tests.bot.local_discord.gateway.raw import Dial

GRANTED = Options(privileged=PRIVILEGED, identify_interval=0.0)
WITH_MEMBERS = 1 | 1 << 1


def crowd(local: LocalDiscord, count: int) -> None:
    world = local.parts.world
    for number in range(count):
        user = User(str(10**18 + number), f"guest{number}", None, "#000000")
        world.users[user.id] = user
        world.guilds[GUILD].members[user.id] = Member(user.id, [], 0.0)


@pytest.mark.parametrize("options", [GRANTED])
async def test_all_members_come_in_chunks_of_a_thousand(dial: Dial, local: LocalDiscord) -> None:
    crowd(local, 2100)
    raw = await dial()
    await raw.ready(intents=WITH_MEMBERS)
    await raw.send(8, {"guild_id": GUILD, "query": "", "limit": 0, "nonce": "n"})
    chunks = [(await raw.frame(name="GUILD_MEMBERS_CHUNK"))["d"] for _ in range(3)]
    assert [len(chunk["members"]) for chunk in chunks] == [1000, 1000, 105]
    assert [(chunk["chunk_index"], chunk["chunk_count"]) for chunk in chunks] == [(0, 3), (1, 3), (2, 3)]
    assert {chunk["nonce"] for chunk in chunks} == {"n"}
    assert len({member["user"]["id"] for chunk in chunks for member in chunk["members"]}) == 2105


@pytest.mark.parametrize("options", [GRANTED])
async def test_all_members_of_a_guild_can_be_had_once_in_thirty_seconds(
    dial: Dial, local: LocalDiscord
) -> None:
    raw = await dial()
    await raw.ready(intents=WITH_MEMBERS)
    await raw.send(8, {"guild_id": GUILD, "query": "", "limit": 0})
    await raw.frame(name="GUILD_MEMBERS_CHUNK")
    await raw.send(8, {"guild_id": GUILD, "query": "", "limit": 0, "nonce": "again"})
    limited = (await raw.frame(name="RATE_LIMITED"))["d"]
    assert limited.pop("retry_after") == pytest.approx(30, abs=1)
    assert limited == {"opcode": 8, "meta": {"guild_id": GUILD, "nonce": "again"}}
    local.parts.clock.advance(30.1)
    await raw.send(8, {"guild_id": GUILD, "query": "", "limit": 0})
    await raw.frame(name="GUILD_MEMBERS_CHUNK")


async def test_named_members_need_no_intent(dial: Dial) -> None:
    raw = await dial()
    await raw.ready()
    wanted = {"guild_id": GUILD, "user_ids": [ANA, "42", BO], "presences": True, "nonce": "x" * 33}
    await raw.send(8, wanted)
    chunk = (await raw.frame(name="GUILD_MEMBERS_CHUNK"))["d"]
    assert [member["user"]["id"] for member in chunk["members"]] == [ANA, BO]
    assert chunk["not_found"] == ["42"]
    assert "nonce" not in chunk
    assert "presences" not in chunk


async def test_a_beginning_of_a_name_brings_a_hundred_at_most(dial: Dial, local: LocalDiscord) -> None:
    crowd(local, 150)
    raw = await dial()
    await raw.ready()
    for limit, count in ((0, 100), (3, 3), (500, 100)):
        await raw.send(8, {"guild_id": GUILD, "query": "GUEST", "limit": limit})
        assert len((await raw.frame(name="GUILD_MEMBERS_CHUNK"))["d"]["members"]) == count
    await raw.send(8, {"guild_id": GUILD, "query": "nobody", "limit": 5})
    chunk = (await raw.frame(name="GUILD_MEMBERS_CHUNK"))["d"]
    assert (chunk["members"], chunk["chunk_count"]) == ([], 1)


async def test_a_guild_that_is_not_the_bots_has_no_answer(dial: Dial) -> None:
    raw = await dial()
    await raw.ready()
    await raw.send(8, {"guild_id": "42", "query": "a", "limit": 1})
    await raw.send(31, {"guild_ids": [GUILD]})
    assert (await raw.next())["t"] == "SOUNDBOARD_SOUNDS"


@pytest.mark.parametrize("options", [GRANTED])
async def test_with_presences_a_small_guild_comes_with_all_its_members(
    dial: Dial, local: LocalDiscord
) -> None:
    raw = await dial()
    await raw.identify(intents=1 | 1 << 8)
    guild = (await raw.frame(name="GUILD_CREATE"))["d"]
    assert (len(guild["members"]), guild["large"]) == (5, False)
    crowd(local, 60)
    large = await dial()
    await large.identify(intents=1 | 1 << 8)
    guild = (await large.frame(name="GUILD_CREATE"))["d"]
    assert (guild["member_count"], guild["large"]) == (65, True)
    assert all(member["roles"] or member["nick"] for member in guild["members"])
