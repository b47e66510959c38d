"""A plan in words for people, and as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tgi.opt.gpus import GB
from tgi.opt.plan import Choice, Plan
from tgi.opt.shape import PRECISIONS
from tgi.opt.sizes import size_text
from tgi.opt.speed import ROUND

__all__ = ["plan_json", "plan_text"]

_QUANTISED = {
    "fp16": (),
    "int8": (
        "TGI makes int8 of fp16 weights while it loads them (slower); for vLLM quantise them first (GPTQ).",
    ),
    "int4": ("The weights must be quantised first (GPTQ).",),
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan: bytes, tokens and seconds are whole or floating numbers, nothing is rounded."""
    chosen = plan.chosen
    return {
        "model": plan.shape.name,
        "parameters": plan.shape.parameters,
        "weight_bytes": {name: plan.shape.weight_bytes(each) for name, each in PRECISIONS.items()},
        "kv_token_bytes": plan.shape.kv_token_bytes,
        "gpus": asdict(plan.gpus),
        "shard_counts": plan.shards,
        "fits": chosen is not None,
        "chosen": None if chosen is None else plan.choices.index(chosen),
        "choices": [_choice_json(choice) for choice in plan.choices],
        "instead": plan.instead,
    }


def _choice_json(choice: Choice) -> dict[str, Any]:
    layout = choice.layout
    return {
        "precision": layout.precision.name,
        "tensor_parallel": layout.tensor,
        "pipeline_parallel": layout.pipeline,
        "copies": layout.copies,
        "weight_bytes_per_gpu": layout.weight_bytes,
        "kv_token_bytes_per_gpu": layout.kv_token_bytes,
        "usable_bytes_per_gpu": layout.usable_bytes,
        "room_tokens": max(0, layout.room),
        "fits": choice.fits,
        "limits": None if choice.limits is None else asdict(choice.limits),
        "speed": None if choice.speed is None else asdict(choice.speed),
    }


def plan_text(plan: Plan) -> str:
    """The plan, to be read."""
    shape, chosen = plan.shape, plan.chosen
    sizes = ", ".join(f"{size_text(shape.weight_bytes(one))} in {name}" for name, one in PRECISIONS.items())
    window = shape.kv_token_bytes * shape.positions
    whole = f"{window / GB:.2f} GB" if window >= GB else size_text(window)
    lines = [
        f"{shape.name}: {shape.parameters:,} parameters, {sizes}.",
        f"Keys and values: {shape.kv_token_bytes:,} bytes a token, {whole} for {shape.positions:,}.",
        f"On {plan.gpus}; shard counts that divide the {shape.heads} heads: {_counts(plan.shards)}.",
        "",
        *(_line(choice) for choice in plan.choices),
        "",
    ]
    if chosen is None:
        lines.append("It does not fit, in any precision. What would hold it, in one machine:")
        lines += [f"  {each}" for each in plan.instead]
    else:
        lines += _chosen(plan, chosen)
    return "\n".join(lines) + "\n"


def _counts(shards: list[int]) -> str:
    return ", ".join(str(count) for count in shards)


def _line(choice: Choice) -> str:
    layout = choice.layout
    where = "whole" if layout.gpus == 1 else f"{layout.tensor} shards"
    where += f" x {layout.pipeline} stages" if layout.pipeline > 1 else ""
    where += f", {layout.copies} copies" if layout.copies > 1 else ""
    weights = f"{layout.weight_bytes / GB:.1f} of {layout.usable_bytes / GB:.1f} GB a GPU"
    if choice.fits:
        return f"  fits    {layout.precision.name:5} {where:24} {weights}, room for {layout.room:,} tokens"
    short = (layout.weight_bytes - layout.usable_bytes) / GB
    why = f"{short:.1f} GB too little" if short > 0 else f"room for {max(0, layout.room):,} tokens only"
    return f"  no      {layout.precision.name:5} {where:24} {weights}: {why}"


def _chosen(plan: Plan, choice: Choice) -> list[str]:
    layout, limits, speed = choice.layout, choice.limits, choice.speed
    if limits is None or speed is None:
        raise ValueError(layout)
    count, used = plan.gpus.count, layout.gpus * layout.copies
    asked = f"{ROUND.takes} takes ({ROUND.new} tokens on {ROUND.prompt:,})"
    lines = [
        f"Take {layout.precision.name}. {limits.sequences} requests of full length fit at once.",
        f"A token takes at least {speed.floor * 1000:.1f} ms: the weights are read for each.",
        f"Rounds of {asked} an hour, estimated:",
    ]
    on_vllm = f"{speed.vllm_rounds_an_hour:,} on vLLM"
    if layout.pipeline > 1:
        lines.append(f"  {on_vllm}.")
    else:
        lines.append(f"  {speed.tgi_rounds_an_hour:,} on TGI's padded path, {on_vllm}.")
    if used < count:
        lines.append(f"{used} of the {count} GPUs are used: shards must divide the {plan.shape.heads} heads.")
    lines += _QUANTISED[layout.precision.name]
    if layout.pipeline > 1:
        lines.append("One copy needs all machines: vLLM on Ray. TGI does not split a model over machines.")
    batch = f"--max-batch-total-tokens={limits.max_batch_total_tokens}"
    return [
        *lines,
        "Limits to set:",
        f"  --max-input-tokens={limits.max_input_tokens} --max-total-tokens={limits.max_total_tokens}",
        f"  --max-batch-prefill-tokens={limits.max_batch_prefill_tokens} {batch}",
        f"  --max-concurrent-requests={limits.max_concurrent_requests}",
        f"What starts it: add --launch {_launches(layout.pipeline)}.",
    ]


def _launches(pipeline: int) -> str:
    forms = "(or -command, -kubernetes, -helm"
    return f"vllm-compose {forms})" if pipeline > 1 else f"tgi-compose {forms}; vllm- likewise)"
