"""What the tests of the transformers engine share: an engine on a tiny folder, and short ways to ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from tests.models.tiny import write_tiny_opt
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.engine.transformers import TransformersEngine

GREEDY = Dials(greedy=True)
PROMPTS = ("The lamp", "A storm takes the keeper, and the ship " * 3, "x", "Synopsis: 灯塔 in winter\n")


@asynccontextmanager
async def loaded(folder: Path, **options: Any) -> AsyncIterator[TransformersEngine]:
    """An engine on the CPU with 4 seats of 200 tokens, closed at the end."""
    asked = {"seats": 4, "context": 200, "device": "cpu", **options}
    engine = await TransformersEngine.load(folder, **asked)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def tiny(
    folder: Path, *, seats: int = 4, context: int = 200, **opt: Any
) -> AsyncIterator[TransformersEngine]:
    """An engine on a tiny OPT that is written into `folder`."""
    async with loaded(write_tiny_opt(folder, **opt), seats=seats, context=context) as engine:
        yield engine


async def ids(engine: TransformersEngine, text: str) -> list[int]:
    return [token.id for token in await engine.tokenize(text)]


async def write(
    engine: TransformersEngine, prompt: str | Sequence[int], dials: Dials = GREEDY, *, limit: int = 20
) -> list[GeneratedToken]:
    """All tokens of one generation."""
    tokens = await ids(engine, prompt) if isinstance(prompt, str) else prompt
    return [token async for token in engine.generate(tokens, dials, limit=limit)]


async def together(
    engine: TransformersEngine, asked: Sequence[tuple[str, Dials]], *, limit: int = 20
) -> list[list[GeneratedToken]]:
    """All tokens of several generations at once."""
    return await asyncio.gather(*(write(engine, prompt, dials, limit=limit) for prompt, dials in asked))


def numbers(tokens: Sequence[GeneratedToken]) -> list[int]:
    return [token.id for token in tokens]


def reference(folder: Path) -> Any:
    """The folder's model as transformers loads it, in float32."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def scores_after(model: Any, tokens: Sequence[int]) -> torch.Tensor:
    """The scores after each of the tokens, of one pass over all: [tokens, vocabulary]."""
    with torch.inference_mode():
        return model(torch.tensor([list(tokens)])).logits[0].float()


def greedy_text(model: Any, prompt: Sequence[int], limit: int) -> list[int]:
    """What transformers' own `generate` writes."""
    given = torch.tensor([list(prompt)])
    found: list[int] = model.generate(
        given, attention_mask=torch.ones_like(given), max_new_tokens=limit, do_sample=False
    )[0, len(prompt) :].tolist()
    return found
