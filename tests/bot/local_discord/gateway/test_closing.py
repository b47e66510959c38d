from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import GUILD
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.gateway.raw import TOKEN, Dial

LOGIN = {"token": TOKEN, "intents": 1, "properties": {}}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"op": 2, "d": {**LOGIN, "token": "wrong"}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 2, "d": {"token": TOKEN, "intents": 1}}, 4002),
        ({"op": 2, "d": {**LOGIN, "token": None}}, 4002),
        ({"op": 2, "d": {**LOGIN, "large_threshold": 9000}}, 4002),
        ({"op": 2, "d": {**LOGIN, "presence": {"status": ["online"]}}}, 4002),
        ({"op": 2, "d": {"token": TOKEN, "properties": {}}}, 4013),
        ({"op": 2, "d": {**LOGIN, "intents": -1}}, 4013),
        ({"op": 2, "d": {**LOGIN, "intents": 1 << 17}}, 4013),
        ({"op": 2, "d": {**LOGIN, "intents": 1 << 26}}, 4013),
        ({"op": 2, "d": {**LOGIN, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {**LOGIN, "shard": [0]}}, 4010),
        ({"op": 2, "d": {**LOGIN, "intents": 1 << 15}}, 4014),
        ({"op": 2, "d": {**LOGIN, "intents": 1 << 1}}, 4014),
        ({"op": 2, "d": {**LOGIN, "intents": 1 << 8}}, 4014),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 99, "d": {}}, 4001),
        ({"op": "2", "d": {}}, 4002),
        ({"op": 2, "d": None}, 4002),
        ({"op": 1, "d": "soon"}, 4002),
        ({"op": 6, "d": {"token": TOKEN, "session_id": "x"}}, 4002),
        ([1], 4002),
    ],
)
async def test_what_is_wrong_closes_the_connection_with_its_code(dial: Dial, sent: Any, code: int) -> None:
    raw = await dial()
    await raw.socket.send_json(sent)
    assert await raw.closed() == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"op": 2, "d": LOGIN}, 4005),
        ({"op": 6, "d": {"token": TOKEN, "session_id": "x", "seq": 1}}, 4005),
        ({"op": 0, "d": {}}, 4001),
        ({"op": 10, "d": {}}, 4001),
        ({"op": 3, "d": {"status": "sleepy"}}, 4001),
        ({"op": 3, "d": {"status": "online", "activities": [{"name": 1}]}}, 4001),
        ({"op": 4, "d": {"guild_id": "here"}}, 4001),
        ({"op": 8, "d": {"guild_id": GUILD}}, 4001),
        ({"op": 8, "d": {"guild_id": [GUILD, GUILD], "query": "a", "limit": 1}}, 4001),
        ({"op": 8, "d": {"guild_id": GUILD, "query": "", "limit": 0}}, 4014),
        ({"op": 31, "d": {"guild_ids": "all"}}, 4001),
    ],
)
async def test_what_is_wrong_after_the_greeting_closes_it_too(dial: Dial, sent: Any, code: int) -> None:
    raw = await dial()
    await raw.ready()
    await raw.socket.send_json(sent)
    assert await raw.closed() == code


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"op": 1, "d": ' + "[" * 3000,
        '{"op":1,"d":"' + "x" * 4090 + '"}',
        '"',
        '{"op":3,"d":{"since":NaN}}',
        r'{"op":2,"d":{"token":"\ud800","intents":1,"properties":{}}}',
    ],
)
async def test_no_json_and_more_than_4096_bytes_are_a_decode_error(dial: Dial, text: str) -> None:
    raw = await dial()
    await raw.socket.send_str(text)
    assert await raw.closed() == 4002


async def test_json_may_come_in_a_binary_frame(dial: Dial) -> None:
    raw = await dial()
    await raw.frame(op=10)
    await raw.socket.send_bytes(b'{"op":1,"d":null}')
    assert (await raw.next())["op"] == 11
    await raw.socket.send_bytes(b"\x83m\xff")
    assert await raw.closed() == 4002


@pytest.mark.parametrize("version", ["6", "8", "11", "ten"])
async def test_an_unknown_version_is_closed(dial: Dial, version: str) -> None:
    assert await (await dial(v=version)).closed() == 4012


async def test_the_close_frame_says_why(dial: Dial) -> None:
    raw = await dial()
    await raw.frame(op=10)
    await raw.send(99)
    message = await raw.socket.receive(timeout=5)
    assert (message.data, message.extra) == (4001, "Unknown opcode.")


async def test_120_frames_a_minute_are_allowed_and_no_more(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready()
    for _ in range(118):
        await raw.send(3, {"status": "online"})
    await raw.send(31, {"guild_ids": [GUILD]})
    await raw.frame(name="SOUNDBOARD_SOUNDS")
    local.parts.clock.advance(60)
    for _ in range(120):
        await raw.send(3, {"status": "online"})
    assert set(await raw.quiet()) <= {1}
    await raw.send(1)
    assert await raw.closed() == 4008


@pytest.mark.parametrize("options", [Options(guilds_per_shard=1, identify_interval=0.0)])
async def test_a_shard_with_too_many_guilds_is_closed(dial: Dial) -> None:
    raw = await dial()
    await raw.identify()
    assert await raw.closed() == 4011
