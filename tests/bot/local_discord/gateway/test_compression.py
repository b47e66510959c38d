from __future__ import annotations

import json
import zlib

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_discord.gateway.compression import ZlibStream, ZstdStream
from bot.local_discord.reply import absolute, absolute_text, dumps
from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.local_discord.gateway.raw import Dial, Raw
from tests.bot.local_discord.person import Person


@pytest.mark.parametrize("compress", ["zlib-stream", "zstd-stream"])
async def test_frames_of_a_compressed_connection_share_one_context(
    dial: Dial, ana: Person, compress: str
) -> None:
    raw = await dial(compress)
    assert (await raw.next())["op"] == 10
    await raw.ready(intents=1 | 1 << 9)
    for _ in range(3):
        await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="雨 rain")
        assert (await raw.frame(name="MESSAGE_CREATE"))["d"]["content"] == ""


async def test_payload_compression_packs_the_large_frames_one_by_one(dial: Dial) -> None:
    raw = await dial()
    await raw.frame(op=10)
    await raw.identify(compress=True)
    kinds = []
    for _ in range(3):
        message = await raw.socket.receive(timeout=5)
        text = zlib.decompress(message.data) if message.type is aiohttp.WSMsgType.BINARY else message.data
        kinds.append((json.loads(text)["t"], message.type))
    assert kinds[1] == ("GUILD_CREATE", aiohttp.WSMsgType.BINARY)
    await raw.send(1)
    assert (await raw.socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT


async def test_transport_compression_wins_over_payload_compression(dial: Dial) -> None:
    raw = await dial("zlib-stream")
    await raw.ready(compress=True)


@pytest.mark.parametrize("query", [{"encoding": "etf"}, {"compress": "brotli-stream"}])
async def test_what_is_not_spoken_here_is_refused(dial: Dial, query: dict[str, str]) -> None:
    raw: Raw = await dial(**query)
    assert await raw.closed() == 4002


@given(st.lists(st.text(max_size=200), min_size=1, max_size=10))
def test_each_frame_can_be_read_as_soon_as_it_is_there(texts: list[str]) -> None:
    for codec, raw in ((ZlibStream(), "zlib-stream"), (ZstdStream(), "zstd-stream")):
        reader = Raw.__new__(Raw)
        Raw.__init__(reader, None, raw)  # type: ignore[arg-type]  # no socket: only the contexts are used
        inflate = reader.zlib if raw == "zlib-stream" else reader.zstd
        for text in texts:
            packed = codec.encode(text)
            assert isinstance(packed, bytes)
            assert inflate.decompress(packed).decode() == text


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(['"url":"/attachments/x', "/attachments/1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["url", "proxy_url", "icon_url", "content", "items"]), inner, max_size=3
        )
    ),
)


@given(_JSON)
def test_links_in_text_are_those_that_a_walk_would_find(body: object) -> None:
    assert absolute_text(dumps(body), "http://here") == dumps(absolute(body, "http://here"))
