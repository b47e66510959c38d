"""The servers that a plan asks for: their images and arguments, apart from what starts them.

vLLM does not speak TGI's protocol, so this project's own server stands before it. Flags:
`text-generation-launcher --help` of TGI 3.3.7; `vllm serve --help` of vLLM 0.11 and "Parallelism and Scaling"
of its documentation (tensor parallel within a machine, pipeline parallel between them, Ray).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from tgi.opt.errors import OptError
from tgi.opt.limits import Limits
from tgi.opt.plan import Choice, Plan

__all__ = ["PORT", "VLLM_PORT", "Server", "front_server", "tgi_server", "vllm_server"]

PORT = 8080
"""Where TGI's protocol is spoken."""
VLLM_PORT = 8000

_TGI_IMAGE = "ghcr.io/huggingface/text-generation-inference:3.3.7"
_VLLM_IMAGE = "vllm/vllm-openai:v0.11.0"
_FRONT_IMAGE = "storyroom-tgi-local:0.1.0"  # deploy/Dockerfile's target `tgi-local`
_MOST_SEATS = 256


@dataclass(frozen=True)
class Server:
    """One copy of a server: `program` and `arguments`, `gpus` on each of `nodes` machines.

    `entry` takes the place of its image's entry point; empty leaves that. `token` is a shell command that
    asks it for one token and fails where none comes.
    """

    name: str
    image: str
    program: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: dict[str, str]
    port: int
    model: str
    gpus: int = 0
    nodes: int = 1
    copies: int = 1
    entry: tuple[str, ...] = ()
    token: str = ""

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
    quantize = layout.precision.tgi_quantize
    arguments = (
        f"--model-id={model}",
        f"--num-shard={layout.tensor}",
        "--dtype=float16" if quantize is None else f"--quantize={quantize}",
        f"--max-input-tokens={limits.max_input_tokens}",
        f"--max-total-tokens={limits.max_total_tokens}",
        f"--max-batch-prefill-tokens={limits.max_batch_prefill_tokens}",
        f"--max-batch-total-tokens={limits.max_batch_total_tokens}",
        f"--max-concurrent-requests={limits.max_concurrent_requests}",
        f"--max-best-of={limits.max_best_of}",
        f"--max-stop-sequences={limits.max_stop_sequences}",
        "--hostname=0.0.0.0",
        f"--port={PORT}",
        "--json-output",
        "--usage-stats=off",
    )
    return Server(
        name="tgi",
        image=_TGI_IMAGE,
        program=("text-generation-launcher",),
        arguments=arguments,
        environment={"HF_HUB_OFFLINE": "1"},
        port=PORT,
        model=plan.shape.name,
        gpus=layout.tensor,
        copies=layout.copies,
        token=_token(f"http://127.0.0.1:{PORT}/generate", '{"inputs":"A","parameters":{"max_new_tokens":1}}'),
    )


def vllm_server(plan: Plan, choice: Choice, model: str, *, host: str = "127.0.0.1") -> Server:
    """VLLM for a layout; with stages, on Ray over all its machines. `host`: on which address it listens."""
    layout, limits = choice.layout, _limits(choice)
    quantization = layout.precision.vllm_quantization
    stages = layout.pipeline > 1
    name = plan.shape.name
    arguments = (
        f"--served-model-name={name}",
        "--dtype=float16",
        *((f"--quantization={quantization}",) if quantization else ()),
        f"--tensor-parallel-size={layout.tensor}",
        *((f"--pipeline-parallel-size={layout.pipeline}",) if stages else ()),
        *(("--distributed-executor-backend=ray",) if stages else ()),
        f"--max-model-len={limits.max_total_tokens}",
        f"--max-num-batched-tokens={max(limits.max_batch_prefill_tokens, limits.max_total_tokens)}",
        f"--max-num-seqs={_seats(limits)}",
        "--gpu-memory-utilization=0.9",
        f"--host={host}",
        f"--port={VLLM_PORT}",
    )
    return Server(
        name="vllm",
        image=_VLLM_IMAGE,
        program=("vllm", "serve", model),
        arguments=arguments,
        environment={"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"},
        port=VLLM_PORT,
        model=name,
        gpus=layout.tensor,
        nodes=layout.pipeline,
        copies=layout.copies,
        entry=("vllm", "serve", model),
        token=_token(
            f"http://127.0.0.1:{VLLM_PORT}/v1/completions",
            f'{{"model":"{name}","prompt":"A","max_tokens":1}}',
        ),
    )


def front_server(plan: Plan, choice: Choice, upstream: str) -> Server:
    """This project's server before vLLM, with the plan's limits. `upstream`: where vLLM answers.

    Its /health is a token of the model, so it needs no other check.
    """
    limits = _limits(choice)
    arguments = (
        "--engine=upstream",
        f"--upstream={upstream}",
        f"--model-id={plan.shape.name}",
        f"--max-input-tokens={limits.max_input_tokens}",
        f"--max-total-tokens={limits.max_total_tokens}",
        f"--max-concurrent-requests={max(limits.max_concurrent_requests, _seats(limits))}",
        f"--max-batch-size={_seats(limits)}",
        f"--max-best-of={limits.max_best_of}",
        f"--max-stop-sequences={limits.max_stop_sequences}",
        "--hostname=0.0.0.0",
        f"--port={PORT}",
    )
    return Server(
        name="storyroom-tgi",
        image=_FRONT_IMAGE,
        program=("storyroom-tgi", "serve"),
        arguments=arguments,
        environment={},
        port=PORT,
        model=plan.shape.name,
        entry=("storyroom-tgi", "serve"),
    )


def _token(url: str, body: str) -> str:
    """Ask with what the images have. A server that is busy (429) writes for others, and is well."""
    kind = "Content-Type: application/json"
    ask = f"curl --silent --output /dev/null --write-out '%{{http_code}}' --max-time 45 --header '{kind}'"
    return f"{ask} --data '{body}' {url} | grep -qE '200|429'"


def _seats(limits: Limits) -> int:
    return min(_MOST_SEATS, max(1, limits.sequences))


def _limits(choice: Choice) -> Limits:
    if choice.limits is None:
        raise OptError("The model does not fit these GPUs, so there is nothing to start.")
    return choice.limits
