"""The client against this project's own server, whose engine here spells the alphabet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import pytest

from tests.serving import listening
from tests.tgi.client.conftest import Connect
from tests.tgi.server.scripted import Scripted
from tgi.client import Finished, Retry, TgiClient, Token
from tgi.errors import Overloaded, Refused, Unauthorized
from tgi.protocol import FinishReason, GenerateParameters
from tgi.server import app
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.limits import Limits

KEY = "key"


class Alphabet(Scripted):
    """An engine whose every text is a, b, c … z, a letter in 5 ms."""

    def __init__(self) -> None:
        super().__init__(seats=4)
        self.left = asyncio.Event()

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        try:
            async with aclosing(super().generate(prompt, dials, limit=limit)) as letters:
                async for letter in letters:
                    await asyncio.sleep(0.005)
                    yield letter
        finally:
            self.left.set()


@pytest.fixture
def engine() -> Alphabet:
    return Alphabet()


@pytest.fixture
async def local(engine: Alphabet) -> AsyncIterator[str]:
    limits = Limits(max_concurrent_requests=1, max_total_tokens=200)
    built = app.build(engine, app.Model("alphabet", "abc"), limits, version="1", api_key=KEY)
    async with listening(built) as url:
        yield f"{url}/"


async def read(tgi: TgiClient, parameters: GenerateParameters) -> list[Token | Finished]:
    async with aclosing(tgi.stream("Once", parameters)) as events:
        return [event async for event in events]


async def test_client_and_local_server_understand_each_other(connect: Connect, local: str) -> None:
    tgi = await connect(local, token=KEY, limit=None)
    wanted = GenerateParameters(max_new_tokens=20, stop=["de"], frequency_penalty=-1.0)
    *tokens, finished = await read(tgi, wanted)
    reply = await tgi.generate("Once", wanted)

    assert await tgi.health()
    assert (await tgi.info()).model_id == "alphabet"
    assert await tgi.count_tokens("Once") == 4
    assert tokens == list(reply.tokens)
    assert finished == Finished(
        "abcde", FinishReason.STOP_SEQUENCE, 5, "alphabet", "abc", seed=None, input_length=4
    )
    assert (reply.generated_text, reply.finish_reason, reply.input_length) == (
        "abcde",
        FinishReason.STOP_SEQUENCE,
        4,
    )


async def test_its_refusals_reach_the_caller_in_its_words(connect: Connect, local: str) -> None:
    tgi = await connect(local, token=KEY)
    for call in (tgi.generate, lambda prompt, dials: anext(tgi.stream(prompt, dials))):
        with pytest.raises(Refused, match="top_p") as caught:
            await call("Once", GenerateParameters(top_p=1.5))
        assert caught.value.error_type == "validation"


async def test_it_wants_the_key(connect: Connect, local: str) -> None:
    for token in (None, "another"):
        tgi = await connect(local, token=token)
        with pytest.raises(Unauthorized):
            await tgi.generate("Once")


async def test_a_full_server_is_busy_until_a_stream_is_left(
    connect: Connect, local: str, engine: Alphabet
) -> None:
    first = await connect(local, token=KEY)
    second = await connect(local, token=KEY)
    patient = await connect(local, token=KEY, retry=Retry(attempts=10, base=0.02))
    async with aclosing(first.stream("Once")) as events:
        await anext(events)
        with pytest.raises(Overloaded):
            await second.generate("Once")
    async with asyncio.timeout(1):
        await engine.left.wait()
    assert (await patient.generate("Once", GenerateParameters(max_new_tokens=2))).generated_text == "ab"
