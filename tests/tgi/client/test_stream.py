from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.wire import (
    CHUNKED,
    LAST_CHUNK,
    UNFRAMED,
    Exchange,
    Script,
    as_json,
    chunk,
    event,
    last,
    streams,
    token,
    tokens,
)
from tgi.client import Budgets, Finished, TgiClient, Token
from tgi.errors import BrokenStream, GenerationFailed, Overloaded, Refused, TimedOut, UnexpectedAnswer
from tgi.protocol import FinishReason, GenerateParameters


async def read(tgi: TgiClient) -> list[Token | Finished]:
    async with aclosing(tgi.stream("Once")) as events:
        return [event async for event in events]


async def read_script(serve: Serve, connect: Connect, script: Script) -> list[Token | Finished]:
    return await read(await connect(await serve(script)))


def sends(*pieces: bytes) -> Script:
    async def play(exchange: Exchange) -> None:
        await exchange.send(*pieces)
        exchange.drop()

    return play


def text(events: list[Token | Finished]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token))


async def test_tokens_come_in_order_and_the_end_comes_last(serve: Serve, connect: Connect) -> None:
    ending = last(3, "!", " upon a!", finish_reason="stop_sequence", seed=2**64 - 1)
    events = await read_script(serve, connect, streams(token(1, " upon"), token(2, " a"), ending))

    assert events == [
        Token(1, 101, " upon", special=False, logprob=-0.5),
        Token(2, 102, " a", special=False, logprob=-0.5),
        Token(3, 103, "!", special=False, logprob=-0.5),
        Finished(" upon a!", FinishReason.STOP_SEQUENCE, 3, "tiny", "abc", seed=2**64 - 1, input_length=3),
    ]


async def test_a_token_is_yielded_before_the_next_one_is_sent(serve: Serve, connect: Connect) -> None:
    seen = asyncio.Event()

    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        await asyncio.wait_for(seen.wait(), 1)
        await exchange.send(chunk(event(last(2, "b", "ab"))), LAST_CHUNK)

    tgi = await connect(await serve(script))
    async with aclosing(tgi.stream("Once")) as events:
        assert await anext(events) == Token(1, 101, "a", special=False, logprob=-0.5)
        seen.set()
        assert [type(left) async for left in events] == [Token, Finished]


async def test_finished_streams_leave_their_connection_to_the_next(serve: Serve, connect: Connect) -> None:
    server = await serve(streams(*tokens("abc")))
    tgi = await connect(server)
    for _ in range(5):
        assert text(await read(tgi)) == "abc"

    assert server.opened == 1


@pytest.mark.parametrize("size", [1, 2, 7, 64])
async def test_frames_split_anywhere_are_joined(serve: Serve, connect: Connect, size: int) -> None:
    whole = b"".join(event(payload) for payload in tokens(["林", "é", "\n\n", "end"]))
    pieces = [chunk(whole[start : start + size]) for start in range(0, len(whole), size)]
    assert text(await read_script(serve, connect, sends(CHUNKED, *pieces, LAST_CHUNK))) == "林é\n\nend"


async def test_crlf_comments_other_fields_and_data_without_a_space_are_understood(
    serve: Serve, connect: Connect
) -> None:
    pieces = [
        b":\r\n\r\n",
        b"event: message\r\nid: 1\r\nretry: 10\r\ndata: " + as_json(token(1, "a")) + b"\r\n\r\n",
        b": keep-alive\n\n",
        b"data\n\n",
        b"data:" + as_json(token(2, "b")) + b"\n\n",
        event(last(3, "c", "abc")),
    ]
    assert text(await read_script(serve, connect, sends(UNFRAMED, *pieces))) == "abc"


async def test_a_last_event_without_its_blank_line_counts(serve: Serve, connect: Connect) -> None:
    script = sends(UNFRAMED, event(token(1, "a")), b"data: " + as_json(last(2, "b", "ab")))
    assert isinstance((await read_script(serve, connect, script))[-1], Finished)


async def test_a_line_of_300_kilobytes_is_read(serve: Serve, connect: Connect) -> None:
    long = "word " * 60_000
    events = await read_script(serve, connect, streams(token(1, "a"), last(2, long, "a" + long)))
    assert events[-1] == Finished("a" + long, FinishReason.LENGTH, 2, "tiny", "abc", seed=7, input_length=3)


async def test_an_event_without_end_is_a_broken_stream(serve: Serve, connect: Connect) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(UNFRAMED, event(token(1, "a")), b"data: ")
        while not exchange.writer.is_closing():
            await exchange.send(b"x" * 256 * 1024)

    with pytest.raises(BrokenStream, match="larger than"):
        await read_script(serve, connect, script)


async def test_null_log_probabilities_specials_and_alternatives_are_kept(
    serve: Serve, connect: Connect
) -> None:
    first = token(1, "a", logprob=None) | {"top_tokens": [token(1, "b")["token"]]}
    events = await read_script(
        serve, connect, streams(first, token(2, "</s>", special=True), last(3, "", "a"))
    )

    assert isinstance(events[0], Token)
    assert isinstance(events[1], Token)
    assert events[0].logprob is None
    assert [other.text for other in events[0].top_tokens] == ["b"]
    assert events[1].special


async def test_the_index_is_the_servers_own(serve: Serve, connect: Connect) -> None:
    # A prefill message counts too, so the first token need not be 1.
    events = await read_script(serve, connect, streams(token(2, "a"), last(3, "b", "ab")))
    assert [event.index for event in events if isinstance(event, Token)] == [2, 3]


async def test_events_of_an_older_server_without_index_or_input_length_are_read(
    serve: Serve, connect: Connect
) -> None:
    frames = tokens("ab")
    for frame in frames:
        del frame["index"]
    del frames[1]["details"]["input_length"]
    events = await read_script(serve, connect, streams(*frames))

    assert [event.index for event in events if isinstance(event, Token)] == [1, 2]
    assert events[-1] == Finished("ab", FinishReason.LENGTH, 2, "tiny", "abc", seed=7, input_length=None)


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param([LAST_CHUNK], id="the stream just ends"),
        pytest.param([chunk(b"data: [DONE]\n\n"), LAST_CHUNK], id="a [DONE] and no text"),
        pytest.param([], id="the connection is dropped"),
        pytest.param([chunk(b"data: {nonsense}\n\n"), LAST_CHUNK], id="no JSON"),
        pytest.param([chunk(b"data: " + b"[" * 100_000 + b"\n\n"), LAST_CHUNK], id="bottomless JSON"),
        pytest.param([chunk(b"data: [1, 2]\n\n"), LAST_CHUNK], id="JSON of another shape"),
        pytest.param([chunk(b'data: {"token": null}\n\n'), LAST_CHUNK], id="a token of another shape"),
        pytest.param([chunk(b"data: \xff\xfe\n\n"), LAST_CHUNK], id="no UTF-8"),
        pytest.param(
            [chunk(event(last(2, "b", "ab") | {"details": None})), LAST_CHUNK],
            id="an end that does not say why",
        ),
    ],
)
async def test_a_stream_that_does_not_end_as_it_should_is_broken(
    serve: Serve, connect: Connect, ending: list[bytes]
) -> None:
    server = await serve(sends(CHUNKED, chunk(event(token(1, "a"))), *ending))
    tgi = await connect(server)
    async with aclosing(tgi.stream("Once")) as events:
        assert isinstance(await anext(events), Token)
        with pytest.raises(BrokenStream):
            await anext(events)

    assert len(server.requests) == 1


async def test_a_reset_in_mid_stream_is_a_broken_stream(serve: Serve, connect: Connect) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        await asyncio.sleep(0.02)
        exchange.drop(reset=True)

    with pytest.raises(BrokenStream, match="connection was lost"):
        await read_script(serve, connect, script)


async def test_garbled_chunks_end_within_the_idle_budget(serve: Serve, connect: Connect) -> None:
    # aiohttp leaves the reader waiting after a chunk without a length; the watchdog is what ends it.
    server = await serve(sends(CHUNKED, chunk(event(token(1, "a"))), b"zz\r\n"))
    tgi = await connect(server, budgets=Budgets(idle=0.05))
    with pytest.raises((BrokenStream, TimedOut)):
        await read(tgi)


async def test_what_follows_the_end_is_not_read_as_part_of_it(serve: Serve, connect: Connect) -> None:
    events = await read_script(serve, connect, streams(*tokens("ab"), b"[DONE]"))
    assert [type(happened) for happened in events] == [Token, Token, Finished]


@pytest.mark.parametrize("begun", [True, False], ids=["after a token", "before any token"])
@pytest.mark.parametrize(
    "error_type", ["generation", "incomplete_generation", "incomplete_generation_stream", "new"]
)
async def test_an_error_in_a_stream_is_a_failed_generation_with_its_type(
    serve: Serve, connect: Connect, error_type: str, *, begun: bool
) -> None:
    error = {"error": "Incomplete generation stream", "error_type": error_type}
    with pytest.raises(GenerationFailed, match="Incomplete generation stream") as caught:
        await read_script(serve, connect, streams(*([token(1, "a")] if begun else []), error))
    assert caught.value.error_type == error_type


async def test_overload_inside_a_stream_is_overload(serve: Serve, connect: Connect) -> None:
    with pytest.raises(Overloaded):
        await read_script(
            serve, connect, streams({"error": "Model is overloaded", "error_type": "overloaded"})
        )


@pytest.mark.parametrize("error_type", ["validation", "template_error", "tool_error"])
async def test_a_refusal_inside_a_stream_is_a_refusal(
    serve: Serve, connect: Connect, error_type: str
) -> None:
    words = "Input validation error: `top_p` must be > 0.0 and < 1.0"
    with pytest.raises(Refused) as caught:
        await read_script(serve, connect, streams({"error": words, "error_type": error_type}))
    assert (caught.value.words, caught.value.error_type) == (words, error_type)


async def test_an_error_object_of_the_chat_routes_is_read(serve: Serve, connect: Connect) -> None:
    with pytest.raises(GenerationFailed, match="no more") as caught:
        await read_script(serve, connect, streams({"error": {"message": "no more", "http_status_code": 422}}))
    assert caught.value.error_type is None


async def test_a_page_with_status_200_is_no_stream(serve: Serve, connect: Connect) -> None:
    page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>"
    with pytest.raises(UnexpectedAnswer, match="text/html"):
        await read_script(serve, connect, sends(page))


async def test_the_stream_is_posted_with_its_own_parameters(serve: Serve, connect: Connect) -> None:
    server = await serve(streams(*tokens("ab")))
    tgi = await connect(server)
    async with aclosing(tgi.stream("Once", GenerateParameters(max_new_tokens=5))) as events:
        _ = [event async for event in events]

    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/generate_stream")
    assert request.json == {"inputs": "Once", "parameters": {"max_new_tokens": 5, "details": True}}
