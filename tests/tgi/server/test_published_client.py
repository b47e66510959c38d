"""TGI's published Python client, its blocking and its async one, against this server.

The cases are those of the client's own tests (clients/python/tests/test_client.py): generate, best of,
streams, validation errors, and an address where nothing is.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import aiohttp
import pytest
import requests
from text_generation import AsyncClient, Client
from text_generation.errors import GenerationError, OverloadedError, ValidationError
from text_generation.types import FinishReason, Grammar, GrammarType

from tests.tgi.server.conftest import SEED, Serve
from tests.tgi.server.scripted import Scripted
from tgi.server.limits import Limits

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _own_warnings() -> Iterator[None]:
    """Leave the package its use of pydantic's old `.dict()`."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The `dict` method is deprecated")
        yield


class Asked:
    """One question put through the blocking client (on a thread) or through the async one."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self.url = url

    async def generate(self, **parameters: Any) -> Any:
        if self.kind == "async":
            return await AsyncClient(self.url).generate("test", **parameters)
        return await self._blocking(lambda: Client(self.url).generate("test", **parameters))

    async def stream(self, **parameters: Any) -> list[Any]:
        if self.kind == "async":
            return [each async for each in AsyncClient(self.url).generate_stream("test", **parameters)]
        return await self._blocking(lambda: [*Client(self.url).generate_stream("test", **parameters)])

    async def _blocking(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)


def address(http: aiohttp.ClientSession) -> str:
    return str(http._base_url)


@pytest.fixture(params=["blocking", "async"])
def asked(request: pytest.FixtureRequest, http: aiohttp.ClientSession) -> Asked:
    return Asked(request.param, address(http))


async def test_generate(asked: Asked) -> None:
    response = await asked.generate(max_new_tokens=1, decoder_input_details=True)
    assert response.generated_text == "a"
    details = response.details
    assert (details.finish_reason, details.generated_tokens) == (FinishReason.Length, 1)
    assert details.seed is None
    assert [one.text for one in details.prefill] == list("test")
    assert details.prefill[0].logprob is None
    (token,) = details.tokens
    assert (token.id, token.text, token.special) == (97, "a", False)


async def test_generate_best_of(asked: Asked) -> None:
    response = await asked.generate(max_new_tokens=1, best_of=2, do_sample=True, decoder_input_details=True)
    assert response.details.seed is not None
    (other,) = response.details.best_of_sequences
    assert other.seed is not None


async def test_generate_stream(asked: Asked) -> None:
    (response,) = await asked.stream(max_new_tokens=1)
    assert response.generated_text == "a"
    assert (response.details.finish_reason, response.details.generated_tokens) == (FinishReason.Length, 1)
    assert response.details.seed is None


@pytest.mark.parametrize("way", ["generate", "stream"])
async def test_validation_errors(asked: Asked, way: str) -> None:
    with pytest.raises(ValidationError, match=r"`inputs` tokens \+ `max_new_tokens` must be <= 100"):
        await getattr(asked, way)(max_new_tokens=10_000)


@pytest.mark.parametrize("way", ["generate", "stream"])
async def test_where_nothing_is(asked: Asked, way: str) -> None:
    # The router's 404 has an empty body, on which this client stumbles; a hub's has JSON, which it knows.
    stumbles = aiohttp.ContentTypeError if asked.kind == "async" else requests.exceptions.JSONDecodeError
    with pytest.raises(stumbles):
        await getattr(Asked(asked.kind, f"{asked.url}/nowhere"), way)()


@pytest.mark.parametrize("way", ["generate", "stream"])
async def test_a_generation_that_breaks(asked: Asked, way: str, engine: Scripted) -> None:
    engine.breaks_after = 0
    with pytest.raises(GenerationError):
        await getattr(asked, way)()


@pytest.mark.parametrize("way", ["generate", "stream"])
async def test_a_full_server(asked: Asked, way: str, serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 0
    full = Asked(asked.kind, address(await serve(Limits(max_total_tokens=100, max_concurrent_requests=1))))
    running = asyncio.create_task(full.generate(max_new_tokens=1))
    while engine.running == 0:  # noqa: ASYNC110 - has no event
        await asyncio.sleep(0.001)
    with pytest.raises(OverloadedError):
        await getattr(full, way)()
    engine.go.set()
    assert (await running).generated_text == "a"


# As the integration tests do with every model (`all_params`), within what this client lets through.
ALL: dict[str, Any] = {
    "max_new_tokens": 10,
    "repetition_penalty": 1.2,
    "frequency_penalty": 0.5,
    "return_full_text": True,
    "stop_sequences": ["test"],
    "temperature": 0.5,
    "top_p": 0.9,
    "top_k": 10,
    "truncate": 5,
    "typical_p": 0.9,
    "watermark": True,
    "seed": 0,
    "grammar": Grammar(type=GrammarType.Regex, value="[a-z]*"),
}


async def test_all_parameters(asked: Asked, engine: Scripted) -> None:
    response = await asked.generate(decoder_input_details=True, top_n_tokens=2, **ALL)
    assert response.generated_text == "testabcdefghij"
    assert (response.details.generated_tokens, response.details.seed) == (10, 0)
    *_, last = await asked.stream(**ALL)
    assert last.generated_text == "testabcdefghij"
    for _, dials, limit in engine.asked:
        assert (dials.top_k, dials.top_p, dials.typical_p, dials.temperature) == (10, 0.9, 0.9, 0.5)
        assert (dials.repetition_penalty, dials.frequency_penalty, dials.watermark) == (1.2, 0.5, True)
        assert dials.grammar is not None
        assert (dials.grammar.value, limit, dials.seed) == ("[a-z]*", 10, 0)


async def test_without_a_seed_the_server_chooses_one(asked: Asked) -> None:
    response = await asked.generate(do_sample=True, max_new_tokens=1, decoder_input_details=True)
    assert response.details.seed == SEED


async def test_many_at_once_all_get_the_same(asked: Asked) -> None:
    texts = await asyncio.gather(*(asked.generate(max_new_tokens=10) for _ in range(4)))
    assert {each.generated_text for each in texts} == {"abcdefghij"}
