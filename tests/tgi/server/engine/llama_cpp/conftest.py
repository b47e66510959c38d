"""The engine with the real model: loaded once, and let go of after each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.tgi.server.engine.llama_cpp.lora import write_lora
from tgi import weights
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.engine.gguf import read_metadata
from tgi.server.engine.llama_cpp import LlamaCpp
from tgi.server.engine.llama_cpp.runtime import Runtime, start
from tgi.server.engine.vocabulary import Vocabulary

SEATS = 4
CONTEXT = 384
KEY = "a-key"
PROMPT = "Once upon a time there was a lighthouse keeper"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.from_metadata(read_metadata(weights.fetched()))


@pytest.fixture(scope="session")
def lora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lora") / "strange.gguf"
    write_lora(path)
    return path


@pytest.fixture(scope="session")
def runtime(lora: Path) -> Runtime:
    return start(weights.fetched(), seats=SEATS, context=CONTEXT, threads=2, key=KEY, adapters=[lora])


@pytest.fixture
async def engine(runtime: Runtime, vocabulary: Vocabulary) -> AsyncIterator[LlamaCpp]:
    loaded = LlamaCpp(runtime, KEY, vocabulary, seats=SEATS, adapters=["strange"])
    yield loaded
    await loaded.close()


async def ids_of(engine: LlamaCpp, prompt: str = PROMPT) -> list[int]:
    return [token.id for token in await engine.tokenize(prompt)]


async def drawn(
    engine: LlamaCpp, dials: Dials, *, prompt: str | Sequence[int] = PROMPT, limit: int = 16
) -> list[GeneratedToken]:
    """Every token of a generation."""
    ids = await ids_of(engine, prompt) if isinstance(prompt, str) else prompt
    async with aclosing(engine.generate(ids, dials, limit=limit)) as tokens:
        return [token async for token in tokens]


def text_of(tokens: Sequence[GeneratedToken]) -> str:
    return "".join(token.text for token in tokens if not token.special)
