from __future__ import annotations

import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import APPLICATION, GUILD
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.gateway.raw import GUILDS, TOKEN, Dial
from tests.bot.local_discord.person import Person


async def test_hello_ready_and_the_guilds_in_that_order(dial: Dial) -> None:
    raw = await dial()
    assert (await raw.next())["d"]["heartbeat_interval"] == 41250
    await raw.identify()
    ready = await raw.next()
    assert (ready["t"], ready["s"], ready["d"]["user"]["id"]) == ("READY", 1, APPLICATION)
    assert ready["d"]["resume_gateway_url"].startswith("ws://127.0.0.1:")
    assert ready["d"]["guilds"] == [{"id": guild, "unavailable": True} for guild in GUILDS]
    guild = await raw.next()
    assert (guild["t"], guild["s"], guild["d"]["id"], guild["d"]["unavailable"]) == (
        "GUILD_CREATE",
        2,
        GUILD,
        False,
    )
    assert [member["user"]["id"] for member in guild["d"]["members"]] == [APPLICATION]
    assert guild["d"]["member_count"] == 5


async def test_ready_names_the_shard_only_to_who_named_one(dial: Dial) -> None:
    assert "shard" not in await (await dial()).ready()
    assert (await (await dial()).ready(shard=[0, 1]))["shard"] == [0, 1]


async def test_an_answered_heartbeat_and_one_that_is_asked_for(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.frame(op=10)
    await raw.send(1)
    assert await raw.next() == {"t": None, "s": None, "op": 11, "d": None}
    assert local.parts.gateway_faults.ask_for_heartbeat() == 1
    assert (await raw.next())["op"] == 1
    await raw.send(1, 7)
    assert (await raw.next())["op"] == 11


@pytest.mark.parametrize("options", [Options(heartbeat_interval=0.4)])
async def test_a_client_whose_heart_stops_is_asked_and_then_closed(dial: Dial) -> None:
    raw = await dial()
    await raw.ready()
    assert (await raw.frame(op=1))["d"] is None
    assert await raw.closed() == 4009


async def test_a_clock_moved_ahead_cuts_off_nobody_who_answers(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready()
    local.parts.clock.advance(3600)
    assert (await raw.next())["op"] == 1
    await raw.send(1, 3)
    assert (await raw.next())["op"] == 11
    assert await raw.quiet(1.2) == []


async def test_without_the_guilds_intent_no_guild_is_sent(dial: Dial, ana: Person) -> None:
    raw = await dial()
    assert len((await raw.ready(intents=0))["guilds"]) == 2
    await ana.call("POST", f"/people/v1/channels/{GUILD[:-2]}12/threads", name="A room")
    assert await raw.quiet() == []


async def test_a_presence_and_a_voice_state_are_accepted(dial: Dial) -> None:
    raw = await dial()
    await raw.frame(op=10)
    await raw.identify(
        presence={"status": None, "game": None, "since": 0, "afk": False}, large_threshold=250, compress=False
    )
    await raw.frame(name="READY")
    activity = {"name": "the rain", "type": 2}
    await raw.send(3, {"status": "idle", "since": 0.0, "afk": True, "activities": [activity]})
    await raw.send(4, {"guild_id": GUILD, "channel_id": None, "self_mute": False, "self_deaf": False})
    await raw.send(31, {"guild_ids": [GUILD]})
    sounds = await raw.frame(name="SOUNDBOARD_SOUNDS")
    assert sounds["d"] == {"guild_id": GUILD, "soundboard_sounds": []}


async def test_what_passes_is_on_the_tap_without_the_token(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready()
    noted = local.parts.tap.read()
    names = [one["t"] for one in noted if one["kind"] == "dispatch"]
    assert names == ["READY", "GUILD_CREATE", "GUILD_CREATE"]
    sent = [(one["from"], one["op"]) for one in noted if one["kind"] == "gateway"]
    assert sent == [("discord", 10), ("bot", 2)]
    assert TOKEN not in repr(noted)
    await raw.send(99)
    assert await raw.closed() == 4001
    (closing,) = local.parts.tap.read(since=noted[-1]["number"])
    assert (closing["op"], closing["d"]) == ("close", {"code": 4001, "reason": "Unknown opcode."})
