from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.wire import Exchange, Script, answers, as_json
from tgi.client import TgiClient
from tgi.errors import (
    BrokenStream,
    ClientError,
    GenerationFailed,
    Overloaded,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)

HTML = b"<html><body>Bad Gateway</body></html>"
JSON = "application/json"


def error(words: Any, error_type: str) -> bytes:
    return as_json({"error": words, "error_type": error_type})


async def stream(tgi: TgiClient) -> None:
    async with aclosing(tgi.stream("Once")) as events:
        async for _ in events:
            pass


async def generate(tgi: TgiClient) -> None:
    await tgi.generate("Once")


async def tokenize(tgi: TgiClient) -> None:
    await tgi.tokenize("Once")


CALLS = pytest.mark.parametrize("call", [stream, generate, tokenize])


@CALLS
@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answers(401), Unauthorized),
        (answers(403, HTML, "text/html"), Unauthorized),
        (answers(422, b"Failed to deserialize the JSON body", "text/plain; charset=utf-8"), Refused),
        (answers(400, b"Failed to parse the request body as JSON", "text/plain"), Refused),
        (answers(413, b"length limit exceeded", "text/plain"), Refused),
        (answers(415, b"Expected request with `Content-Type`", "text/plain"), Refused),
        (answers(422, error("Input validation error: x", "validation"), JSON), Refused),
        (answers(422, error("Template error: x", "template_error"), JSON), Refused),
        (answers(422, error("Number of prompts", "batch size exceeded"), JSON), Refused),
        (answers(429, error("Model is overloaded", "overloaded"), JSON), Overloaded),
        (answers(429, HTML, "text/html"), Overloaded),
        (answers(424, error("Request failed during generation: x", "generation"), JSON), GenerationFailed),
        (answers(500, error("Incomplete generation", "incomplete_generation"), JSON), GenerationFailed),
        (answers(500, HTML, "text/html"), UnexpectedAnswer),
        (answers(502, HTML, "text/html"), Unreachable),
        (answers(503, error("unhealthy", "healthcheck"), JSON), Unreachable),
        (answers(504), Unreachable),
        (answers(404), UnexpectedAnswer),
        (answers(404, error("no such page", "not_found"), JSON), UnexpectedAnswer),
        (answers(405), UnexpectedAnswer),
        (answers(422, HTML, "text/html"), UnexpectedAnswer),
        (answers(500, b"[" * 100_000, JSON), UnexpectedAnswer),
        (answers(200, HTML, "text/html"), UnexpectedAnswer),
        (answers(200, b"{", JSON), UnexpectedAnswer),
        (answers(204), UnexpectedAnswer),
    ],
)
async def test_each_foreign_answer_is_one_error_of_ours(
    serve: Serve, connect: Connect, call: Any, script: Script, kind: type[ClientError]
) -> None:
    tgi = await connect(await serve(script))
    with pytest.raises(ClientError) as caught:
        await call(tgi)
    assert type(caught.value) is kind
    assert "<html" not in str(caught.value)


async def test_a_refusal_in_plain_text_keeps_its_words_in_one_bounded_line(
    serve: Serve, connect: Connect
) -> None:
    body = b"Failed to deserialize:\n  parameters.seed " + b"x" * 10_000
    tgi = await connect(await serve(answers(422, body, "text/plain")))
    with pytest.raises(Refused) as caught:
        await generate(tgi)
    assert caught.value.words.startswith("Failed to deserialize: parameters.seed xxx")
    assert len(caught.value.words) == 300
    assert caught.value.error_type is None


async def test_an_error_type_is_kept(serve: Serve, connect: Connect) -> None:
    body = error("Incomplete generation", "incomplete_generation")
    tgi = await connect(await serve(answers(500, body, JSON)))
    with pytest.raises(GenerationFailed) as caught:
        await generate(tgi)
    assert (caught.value.words, caught.value.error_type) == ("Incomplete generation", "incomplete_generation")


@CALLS
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(serve: Serve, connect: Connect, call: Any, status: int) -> None:
    elsewhere = await serve(answers(200))
    server = await serve(answers(status, b"", None, ("location", elsewhere.url)))
    tgi = await connect(server, token="key")
    with pytest.raises(UnexpectedAnswer, match="another address"):
        await call(tgi)
    assert elsewhere.requests == []


@CALLS
async def test_an_error_without_end_is_read_only_so_far(serve: Serve, connect: Connect, call: Any) -> None:
    sent = 0

    async def script(exchange: Exchange) -> None:
        nonlocal sent
        await exchange.send(b"HTTP/1.1 500 Word\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n")
        while not exchange.writer.is_closing() and sent < 64 * 1024 * 1024:
            await exchange.send(b"x" * 64 * 1024)
            sent += 64 * 1024
        exchange.drop()

    tgi = await connect(await serve(script))
    with pytest.raises(UnexpectedAnswer, match="HTTP 500"):
        await call(tgi)
    assert sent < 32 * 1024 * 1024


async def test_an_answer_that_breaks_off_is_broken(serve: Serve, connect: Connect) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"generated_')
        exchange.drop()

    tgi = await connect(await serve(script))
    for call in (generate, tokenize):
        with pytest.raises(BrokenStream):
            await call(tgi)


@CALLS
async def test_the_status_of_an_error_counts_though_its_body_breaks_off(
    serve: Serve, connect: Connect, call: Any
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 429 Word\r\ncontent-length: 100\r\n\r\n{")
        exchange.drop()

    with pytest.raises(Overloaded):
        await call(await connect(await serve(script)))


@CALLS
async def test_what_does_not_speak_http_is_no_server(serve: Serve, connect: Connect, call: Any) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(b"220 mail.example ESMTP\r\n\r\n")
        exchange.drop()

    tgi = await connect(await serve(script))
    with pytest.raises(UnexpectedAnswer, match="HTTP"):
        await call(tgi)


async def test_an_unknown_host_is_named_plainly(connect: Connect) -> None:
    tgi = await connect("http://tgi.invalid:1")
    with pytest.raises(Unreachable, match=r"http://tgi\.invalid:1/? cannot be reached \(no such host\)"):
        await generate(tgi)


async def test_no_error_shows_the_password_of_an_address(serve: Serve, connect: Connect) -> None:
    async def drops(exchange: Exchange) -> None:
        exchange.drop()

    server = await serve(drops)
    tgi = await connect(f"http://someone:secret@127.0.0.1:{server.port}")
    with pytest.raises(Unreachable) as caught:
        await generate(tgi)
    assert "secret" not in str(caught.value)
    assert "someone" not in str(caught.value)
    assert server.requests[0].headers["authorization"].startswith("Basic ")
