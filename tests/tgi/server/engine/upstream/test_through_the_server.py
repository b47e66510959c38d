"""The whole server over HTTP with an upstream behind it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import aiohttp
import pytest

from tests.serving import listening
from tests.tgi.server.conftest import frames, needs_model, post
from tests.tgi.server.engine.upstream.conftest import Open
from tests.tgi.server.engine.upstream.fakes import Fake, FakeSglang, FakeVllm
from tgi.server import app
from tgi.server.engine.upstream import Upstream
from tgi.server.engine.upstream.abilities import ABILITIES, SGLANG, VLLM
from tgi.server.limits import Limits

Front = Callable[[Upstream], Awaitable[aiohttp.ClientSession]]


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """Put our server before an upstream; what comes back sends requests to it."""
    async with AsyncExitStack() as parts:
        yield partial(_fronted, parts)


async def _fronted(parts: AsyncExitStack, upstream: Upstream) -> aiohttp.ClientSession:
    limits = Limits(max_total_tokens=100)
    built = app.build(upstream, app.Model(upstream.model, None), limits, version="1.2.3")
    url = await parts.enter_async_context(listening(built))
    return await parts.enter_async_context(aiohttp.ClientSession(url))


async def test_a_stream_of_vllms_is_a_stream_of_tgis(open_upstream: Open, front: Front) -> None:
    http = await front(await open_upstream(FakeVllm()))
    *tokens, last = await frames(http, "Once", max_new_tokens=20, details=True)
    assert [event["token"]["text"] for event in tokens] == ["Once", " upon", " a", " time"]
    assert [event["token"]["id"] for event in tokens] == [300, 301, 302, 303]
    assert last["token"] == {"id": 2, "text": "</s>", "logprob": -0.25, "special": True}
    assert last["generated_text"] == "Once upon a time"
    assert last["details"]["finish_reason"] == "eos_token"
    assert last["details"]["input_length"] == 5


async def test_limits_and_stop_sequences_are_cut_here(open_upstream: Open, front: Front) -> None:
    fake = FakeVllm()
    http = await front(await open_upstream(fake))
    stopped = await post(http, "/generate", stop=["upon"], max_new_tokens=20, details=True)
    assert stopped["generated_text"] == "Once upon"
    assert stopped["details"]["finish_reason"] == "stop_sequence"
    short = await post(http, "/generate", max_new_tokens=3, details=True)
    assert (short["generated_text"], short["details"]["finish_reason"]) == ("Once upon a", "length")
    assert "stop" not in fake.asked[0]


DIALS: dict[str, Any] = {
    "typical_p": 0.5,
    "repetition_penalty": 1.2,
    "watermark": True,
    "seed": 3,
    "decoder_input_details": True,
    "top_n_tokens": 2,
    "adapter_id": "mine",
}


@pytest.mark.parametrize(
    ("fake", "dialect"),
    [(FakeVllm(), VLLM), (FakeSglang(), SGLANG), (FakeSglang(info={"grammar_backend": "none"}), SGLANG)],
)
async def test_what_an_upstream_cannot_do_is_refused_by_name_and_never_sent(
    open_upstream: Open, front: Front, fake: Fake, dialect: str
) -> None:
    upstream = await open_upstream(fake)
    http = await front(upstream)
    assert set(upstream.abilities) < ABILITIES[dialect]  # no adapters, at least
    lacking = set(DIALS) - set(upstream.abilities)
    assert {"typical_p", "watermark", "adapter_id"} <= lacking
    fake.asked.clear()
    for name in lacking:
        refused = await post(http, "/generate", **{name: DIALS[name]})
        assert refused["error_type"] == "validation"
        assert f"`{name}` is not supported" in refused["error"]
    if "grammar.regex" not in upstream.abilities:
        refused = await post(http, "/generate", grammar={"type": "regex", "value": "a+"})
        assert "grammar is not supported" in refused["error"]
    assert fake.asked == []


async def test_a_dead_upstream_is_unhealthy_until_it_is_back(open_upstream: Open, front: Front) -> None:
    async with AsyncExitStack() as first:
        url = await first.enter_async_context(listening(FakeVllm().app()))
        http = await front(await open_upstream(url))
        assert await health(http) == 200
    assert await health(http) == 503
    failed = await post(http, "/generate")
    assert failed["error_type"] in {"validation", "generation"}
    assert f"the upstream at {url} cannot be reached (connection refused)" in failed["error"]
    async with listening(FakeVllm().app(), port=int(url.rsplit(":", 1)[1])):
        assert await health(http) == 200
        assert (await post(http, "/generate"))["generated_text"] == "Once upon a time"


async def health(http: aiohttp.ClientSession) -> int:
    async with http.get("/health") as answer:
        return answer.status


async def test_a_broken_stream_is_an_error_frame(open_upstream: Open, front: Front) -> None:
    http = await front(await open_upstream(FakeVllm(breaks_after=2)))
    *_, last = await frames(http)
    assert last["error_type"] == "generation"
    assert last["error"].endswith("broke off")


@needs_model[0]
@needs_model[1]
async def test_llama_cpps_text_comes_through(open_upstream: Open, front: Front, llama_cpp: str) -> None:
    http = await front(await open_upstream(llama_cpp))
    body: dict[str, Any] = {"prompt": "Once upon a time", "max_tokens": 12, "temperature": 0}
    body["cache_prompt"] = False
    async with (
        aiohttp.ClientSession() as direct,
        direct.post(f"{llama_cpp}/v1/completions", json=body) as answer,
    ):
        expected = json.loads(await answer.read())["choices"][0]["text"]
    got = await post(http, "/generate", "Once upon a time", max_new_tokens=12)
    assert got["generated_text"] == expected
