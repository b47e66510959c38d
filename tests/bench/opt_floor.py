"""OPT with random weights in the transformers engine, against the floor that reading the weights sets.

What a token costs does not depend on what the weights say, so the largest OPT that fits is made in memory,
and no disk is read. `python -m tests.bench.opt_floor` takes all of a GPU; `--shape opt-125m` is for a CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import OPTConfig, OPTForCausalLM

from tests.bench.figures import Figure, table
from tests.models.tiny import tiny_tokenizer
from tgi.opt.gpus import read_gpus
from tgi.opt.shape import KNOWN, Shape
from tgi.server.engine import Dials
from tgi.server.engine.transformers import TransformersEngine
from tgi.server.engine.transformers.loading import DTYPES
from tgi.server.engine.transformers.memory import free
from tgi.server.engine.transformers.start import assemble
from tgi.server.engine.transformers.words import words_of

PROMPT, NEW = 64, 64
BATCHES = (1, 8, 32)
SPARE = 0.06
"""The share of memory that is left for what a pass computes with."""


@dataclass(frozen=True)
class Pace:
    """What was measured with `streams` texts at once, medians of the rounds; `over_floor` is a factor."""

    streams: int
    tokens_a_second: float
    milliseconds_a_step: float
    over_floor: float
    first_milliseconds: float


@dataclass(frozen=True)
class Run:
    """A run; bytes, and bytes a second. `rated` is the card's bandwidth by its maker, where it is known."""

    model: str
    layers: int
    parameters: int
    weights: int
    dtype: str
    device: str
    torch: str
    bandwidth: float
    rated: float | None
    floor_milliseconds: float
    paces: list[Pace]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shape", choices=KNOWN, help="the size of OPT; the largest that fits without it")
    options.add_argument("--layers", type=int, help="only so many of its layers")
    options.add_argument(
        "--device", choices=["cpu", "cuda"], default="cuda" if torch.cuda.is_available() else "cpu"
    )
    options.add_argument("--dtype", choices=DTYPES, help="float16 on a GPU, float32 on a CPU, unless said")
    options.add_argument("--batches", type=int, nargs="+", default=BATCHES)
    options.add_argument("--new", type=int, default=NEW, help="steps that are measured in a round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--bandwidth", type=float, help="TB/s by the card's maker")
    options.add_argument("--json", type=Path, help="a file for the figures")
    chosen = options.parse_args()
    dtype = chosen.dtype or ("float16" if chosen.device == "cuda" else "float32")
    device, size = torch.device(chosen.device), DTYPES[dtype].itemsize
    seats = max(chosen.batches)
    context = PROMPT + chosen.new + seats
    shape = KNOWN[chosen.shape] if chosen.shape else largest(device, size, seats * context)
    shape = replace(shape, layers=chosen.layers or shape.layers)
    run = measure(
        shape,
        device,
        dtype,
        batches=chosen.batches,
        new=chosen.new,
        rounds=chosen.rounds,
        rated=chosen.bandwidth,
    )
    found = json.dumps(asdict(run), indent=2)
    if chosen.json is not None:
        chosen.json.write_text(found + "\n", encoding="utf-8")
    sys.stdout.write(f"{markdown(run)}\n\n{found}\n")


def largest(device: Any, size: int, tokens: int) -> Shape:
    """The known shape, whole or with its first layers only, that has the most weights and fits."""
    there = (free(device) or 0) * (1 - SPARE)
    fitting: list[Shape] = []
    for shape in KNOWN.values():
        for layers in range(shape.layers, 0, -1):
            cut = replace(shape, layers=layers)
            if cut.parameters * size + cut.kv_token_bytes * tokens * size // 2 <= there:
                fitting.append(cut)
                break
    return max(fitting, key=lambda shape: shape.parameters)


def measure(
    shape: Shape,
    device: Any,
    dtype: str,
    *,
    batches: Sequence[int],
    new: int,
    rounds: int,
    rated: float | None,
) -> Run:
    bandwidth = read_speed(device)
    model = made(shape, device, DTYPES[dtype])
    weights = sum(each.nbytes for each in model.parameters())  # the tied head once
    floor = weights / bandwidth
    with tempfile.TemporaryDirectory() as empty:
        words = words_of(tiny_tokenizer().to_str(), Path(empty))
    seats = max(batches)
    context = PROMPT + new + seats
    engine = TransformersEngine(assemble(model, words, seats=seats, context=context), context=context)
    del model
    paces = asyncio.run(run_all(engine, floor, batches=batches, new=new, rounds=rounds))
    on_gpu = device.type == "cuda"
    name = torch.cuda.get_device_name(device) if on_gpu else f"{torch.get_num_threads()} CPU threads"
    if on_gpu and rated is None:
        memory = torch.cuda.get_device_properties(device).total_memory
        rated = read_gpus(f"1x{memory // 10**9}").bandwidth / 1e12
    return Run(
        shape.name,
        shape.layers,
        shape.parameters,
        weights,
        dtype,
        name,
        torch.__version__,
        bandwidth,
        None if rated is None else rated * 1e12,
        floor * 1000,
        paces,
    )


def read_speed(device: Any) -> float:
    """The bytes a second at which the device reads a matrix that no cache holds, once, to multiply it."""
    width = 16_384 if device.type == "cuda" else 8_192
    matrix = torch.ones((width, width), dtype=torch.float32, device=device)
    vector = torch.ones(width, device=device)
    best: float = float("inf")
    for _ in range(8):
        began = now(device)
        matrix @ vector
        best = min(best, now(device) - began)
    return float(matrix.nbytes / best)


def made(shape: Shape, device: Any, dtype: Any) -> Any:
    """The model, made where it will run; it never ends a text."""
    config = OPTConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        ffn_dim=shape.feed_forward,
        max_position_embeddings=shape.positions,
        word_embed_proj_dim=shape.word_width,
        do_layer_norm_before=shape.norm_before,
        eos_token_id=None,
    )
    with torch.device("meta"):
        model = OPTForCausalLM(config)
    model = model.to(dtype).to_empty(device=device)
    model.tie_weights()
    with torch.inference_mode():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.fill_(float(name.endswith("weight")))
            else:
                weight.normal_(std=0.02)
    return model.eval()


async def run_all(
    engine: TransformersEngine, floor: float, *, batches: Sequence[int], new: int, rounds: int
) -> list[Pace]:
    try:
        await together(engine, 1, 4)
        return [await pace(engine, streams, floor, new=new, rounds=rounds) for streams in batches]
    finally:
        await engine.close()


async def pace(engine: TransformersEngine, streams: int, floor: float, *, new: int, rounds: int) -> Pace:
    steps, firsts = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        # They begin one after another, a step apart; what counts is the time in which all are written.
        heard = await together(engine, streams, new + streams)
        begin, end = max(times[0] for times in heard), min(times[-1] for times in heard)
        taken = min(sum(begin < at <= end for at in times) for times in heard)
        steps.append((end - begin) / taken)
        firsts.append(statistics.median(times[0] for times in heard) - began)
    step = statistics.median(steps)
    return Pace(streams, streams / step, step * 1000, step / floor, statistics.median(firsts) * 1000)


async def together(engine: TransformersEngine, streams: int, new: int) -> list[list[float]]:
    async def one(number: int) -> list[float]:
        prompt = [4 + (number + at) % 300 for at in range(PROMPT)]
        return [time.perf_counter() async for _ in engine.generate(prompt, Dials(greedy=True), limit=new)]

    return await asyncio.gather(*map(one, range(streams)))


def now(device: Any) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def markdown(run: Run) -> str:
    rated = "" if run.rated is None else f", {run.rated / 1e12:.2f} TB/s by its maker"
    whole = (
        f" ({run.layers} of {KNOWN[run.model].layers} layers)" if run.layers < KNOWN[run.model].layers else ""
    )
    figures = [
        Figure(
            f"{run.model}{whole}, {run.weights / 1e9:.1f} GB in {run.dtype} on {run.device}",
            f"reads {run.bandwidth / 1e12:.3f} TB/s{rated}",
        ),
        Figure("floor: reading the weights once", f"{run.floor_milliseconds:.2f} ms a token"),
        *(
            Figure(
                f"{each.streams} at once",
                f"{each.tokens_a_second:.1f} tokens/s, {each.milliseconds_a_step:.2f} ms a step, "
                f"{each.over_floor:.2f} times the floor; first tokens after {each.first_milliseconds:.0f} ms",
            )
            for each in run.paces
        ),
    ]
    return table(figures)


if __name__ == "__main__":
    main()
