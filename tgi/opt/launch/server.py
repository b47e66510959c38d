"""The server that a plan asks for: its image and arguments, apart from what starts it.

Flags: `text-generation-launcher --help` of TGI 3.3.7; `vllm serve --help` of vLLM 0.11 and "Parallelism and
Scaling" of its documentation (tensor parallel within a machine, pipeline parallel between them, Ray).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from tgi.opt.errors import OptError
from tgi.opt.limits import Limits
from tgi.opt.plan import Choice, Plan

__all__ = ["PORT", "Server", "tgi_server", "vllm_server"]

PORT = 8080
_TGI_IMAGE = "ghcr.io/huggingface/text-generation-inference:3.3.7"
_VLLM_IMAGE = "vllm/vllm-openai:v0.11.0"


@dataclass(frozen=True)
class Server:
    """One copy of a server: `program` and `arguments`, `gpus` on each of `nodes` machines."""

    name: str
    image: str
    program: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: dict[str, str]
    gpus: int
    nodes: int
    copies: int
    model: str

    @property
    def command(self) -> str:
        """As typed in a shell, an argument a line."""
        lines = [shlex.join(self.program), *(shlex.quote(each) for each in self.arguments)]
        prefix = "".join(f"{key}={shlex.quote(value)} " for key, value in self.environment.items())
        return prefix + " \\\n  ".join(lines)


def tgi_server(plan: Plan, choice: Choice, model: str) -> Server:
    """Text Generation Inference for a layout. Raises OptError where TGI cannot run it."""
    layout, limits = choice.layout, _limits(choice)
    if layout.pipeline > 1:
        raise OptError(
            "TGI splits a model within one machine only, and here it needs several. Plan for vLLM instead."
        )
    precision = layout.precision
    quantize = precision.tgi_quantize
    store = "--dtype=float16" if quantize is None else f"--quantize={quantize}"
    arguments = (
        f"--model-id={model}",
        f"--num-shard={layout.tensor}",
        store,
        f"--max-input-tokens={limits.max_input_tokens}",
        f"--max-total-tokens={limits.max_total_tokens}",
        f"--max-batch-prefill-tokens={limits.max_batch_prefill_tokens}",
        f"--max-batch-total-tokens={limits.max_batch_total_tokens}",
        f"--max-concurrent-requests={limits.max_concurrent_requests}",
        "--max-best-of=4",
        "--max-stop-sequences=8",
        "--hostname=0.0.0.0",
        f"--port={PORT}",
        "--json-output",
        "--usage-stats=off",
    )
    offline = {"HF_HUB_OFFLINE": "1"}
    program = ("text-generation-launcher",)
    return Server(
        "tgi", _TGI_IMAGE, program, arguments, offline, layout.tensor, 1, layout.copies, plan.shape.name
    )


def vllm_server(plan: Plan, choice: Choice, model: str) -> Server:
    """VLLM for a layout; with stages, on Ray over all its machines."""
    layout, limits = choice.layout, _limits(choice)
    quantization = layout.precision.vllm_quantization
    stages = layout.pipeline > 1
    arguments = (
        f"--served-model-name={plan.shape.name}",
        "--dtype=float16",
        *((f"--quantization={quantization}",) if quantization else ()),
        f"--tensor-parallel-size={layout.tensor}",
        *((f"--pipeline-parallel-size={layout.pipeline}",) if stages else ()),
        *(("--distributed-executor-backend=ray",) if stages else ()),
        f"--max-model-len={limits.max_total_tokens}",
        f"--max-num-batched-tokens={max(limits.max_batch_prefill_tokens, limits.max_total_tokens)}",
        f"--max-num-seqs={min(256, max(1, limits.sequences))}",
        "--gpu-memory-utilization=0.9",
        "--host=0.0.0.0",
        f"--port={PORT}",
    )
    offline = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"}
    program = ("vllm", "serve", model)
    return Server(
        "vllm",
        _VLLM_IMAGE,
        program,
        arguments,
        offline,
        layout.tensor,
        layout.pipeline,
        layout.copies,
        plan.shape.name,
    )


def _limits(choice: Choice) -> Limits:
    if choice.limits is None:
        raise OptError("The model does not fit these GPUs, so there is nothing to start.")
    return choice.limits
