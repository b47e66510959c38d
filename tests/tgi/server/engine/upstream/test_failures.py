"""Whatever an upstream does wrong while it runs is one clear line without prompts, and does not last."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from tests.serving import listening
from tests.tgi.server.engine.upstream.answers import Answer, a_page, free_port, says
from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.fakes import MODEL, FakeSglang, FakeVllm
from tgi.errors import EngineFailed
from tgi.server.engine.upstream import Patience


class Refusing(FakeVllm):
    """Answers completions as it is told."""

    answer: Answer

    async def completions(self, request: web.Request) -> web.StreamResponse:
        return await self.answer(request)


async def failure(open_upstream: Open, answer: Answer) -> str:
    fake = Refusing()
    fake.answer = answer
    with pytest.raises(EngineFailed) as failed:
        await drawn(await open_upstream(fake))
    assert "\n" not in str(failed.value)
    told = re.fullmatch(r"the upstream at http://127\.0\.0\.1:\d+ (.*)", str(failed.value))
    assert told
    return told[1]


def error(status: int, message: str) -> Answer:
    return says(status, error={"message": message, "type": "BadRequestError", "code": status})


async def test_refusals_are_passed_on_in_its_own_words(open_upstream: Open) -> None:
    busy = "too many requests waiting"
    assert await failure(open_upstream, error(429, busy)) == f"is busy or not ready (status 429): {busy}"
    long = "This model's maximum context length is 2048 tokens. However, you requested 2050 tokens"
    assert await failure(open_upstream, error(400, long)) == f"refuses the request (status 400): {long}"
    gone = "The model `facebook/opt-175b` does not exist."
    assert await failure(open_upstream, error(404, gone)) == f"has no such page or model (status 404): {gone}"
    assert await failure(open_upstream, a_page) == (
        "answers with a web page (status 200); is that the address of its API?"
    )


@pytest.mark.parametrize("message", ["bad input: [2, 11, 12]", "got 'prompt': [2,11,12]", "\n", 17, None])
async def test_words_that_repeat_the_prompt_are_left_out(open_upstream: Open, message: Any) -> None:
    assert await failure(open_upstream, error(400, message)) == "refuses the request (status 400)"


async def test_words_that_repeat_the_text_are_left_out(open_upstream: Open) -> None:
    class Quoting(FakeVllm):
        quotes = False

        async def tokenize(self, request: web.Request) -> web.Response:
            if not self.quotes:
                return await super().tokenize(request)
            return web.json_response({"detail": (await request.json())["prompt"]}, status=422)

    fake = Quoting()
    upstream = await open_upstream(fake)
    fake.quotes = True
    for text in ("A secret script", "The butler did it, and nobody but the reader will ever know."):
        with pytest.raises(EngineFailed, match=r"refuses the request \(status 422\)$"):
            await upstream.tokenize(text)


def streams(*lines: bytes) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for line in lines:
            await response.write(line)
        return response

    return answer


async def test_a_stream_that_is_no_stream_of_tokens_is_named(open_upstream: Open) -> None:
    assert await failure(open_upstream, streams(b"data: {oh no\n\n")) == "sends what is no JSON"
    assert await failure(open_upstream, streams(b"data: 17\n\n")) == "sends what is no JSON"
    assert await failure(open_upstream, streams(b'data: {"error": {"message": "out of memory"}}\n\n')) == (
        "broke off: out of memory"
    )
    assert await failure(open_upstream, streams(b"data: [DONE]\n\n")) == "broke off"
    assert await failure(open_upstream, streams(b": ping\n\n", b"\r\n", b"nonsense\n")) == "broke off"


@pytest.mark.parametrize(
    "choice",
    [
        b"17",
        b'{"logprobs": {"tokens": ["token_id:x"], "token_logprobs": [0]}}',
        b'{"logprobs": {"tokens": ["token_id:300", "token_id:301"], "token_logprobs": [0]}}',
        b'{"logprobs": {"tokens": ["token_id:300"], "token_logprobs": {}}}',
    ],
)
async def test_a_form_that_is_not_known_is_a_failure(open_upstream: Open, choice: bytes) -> None:
    words = await failure(open_upstream, streams(b'data: {"choices": [' + choice + b"]}\n\n"))
    assert words == "answers in a form that is not known"


async def test_text_without_tokens_is_refused(open_upstream: Open) -> None:
    fake = Refusing()
    fake.answer = streams(b'data: {"choices":[{"text":"Once","logprobs":null,"finish_reason":null}]}\n\n')
    with pytest.raises(EngineFailed, match="does not tell its tokens"):
        await drawn(await open_upstream(fake))


@pytest.mark.parametrize("fake", [FakeVllm(breaks_after=2), FakeSglang(breaks_after=2)])
async def test_a_connection_that_breaks_is_a_failure(open_upstream: Open, fake: FakeVllm) -> None:
    with pytest.raises(EngineFailed, match="broke off"):
        await drawn(await open_upstream(fake))


async def test_a_stream_that_stalls_is_given_up(open_upstream: Open) -> None:
    patience = Patience(first=5, idle=0.05)
    with pytest.raises(EngineFailed, match=r"has been silent for 0\.05 s"):
        await drawn(await open_upstream(FakeVllm(waits_after=2), patience=patience))
    patience = Patience(first=0.06, idle=5)
    with pytest.raises(EngineFailed, match=r"has been silent for 0\.06 s"):
        await drawn(await open_upstream(FakeVllm(waits_after=0), patience=patience))


async def test_an_upstream_that_is_back_works_again(open_upstream: Open) -> None:
    port = free_port()
    async with AsyncExitStack() as first:
        url = await first.enter_async_context(listening(FakeVllm().app(), port=port))
        upstream = await open_upstream(url)
        await drawn(upstream)
    for _ in range(2):
        with pytest.raises(EngineFailed, match="cannot be reached"):
            await drawn(upstream)
    newer = FakeVllm(version="0.11.0", adapters=["noir"])
    async with listening(newer.app(), port=port):
        assert text_of(await drawn(upstream)) == "Once upon a time"
        assert set(upstream.adapters) == {"noir"}


async def test_an_upstream_that_is_back_with_another_model_is_refused(open_upstream: Open) -> None:
    port = free_port()
    async with AsyncExitStack() as first:
        url = await first.enter_async_context(listening(FakeSglang().app(), port=port))
        upstream = await open_upstream(url)
        await drawn(upstream)
    with pytest.raises(EngineFailed, match="cannot be reached"):
        await drawn(upstream)
    other = FakeSglang(model="facebook/opt-125m")
    async with listening(other.app(), port=port):
        for _ in range(2):
            with pytest.raises(EngineFailed, match=r"serves facebook/opt-125m, and not facebook/opt-175b$"):
                await drawn(upstream)
    assert other.asked == []


async def test_another_model_is_noticed_without_a_failure(open_upstream: Open) -> None:
    fake = FakeSglang()
    upstream = await open_upstream(fake, patience=Patience(trust=0))
    await drawn(upstream)
    fake.model = "facebook/opt-125m"
    with pytest.raises(EngineFailed, match=r"serves facebook/opt-125m, and not facebook/opt-175b$"):
        await drawn(upstream)
    fake.model = MODEL
    await drawn(upstream)
