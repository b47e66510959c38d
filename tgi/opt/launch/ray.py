"""What the machines of one copy run: Ray on all of them, and vLLM on the first once the others are there."""

from __future__ import annotations

import shlex

from tgi.opt.launch.server import Server

__all__ = ["head_script", "worker_script"]

_PORT = 6379


def head_script(server: Server) -> str:
    """For the first machine: wait until all have joined, then serve."""
    serve = shlex.join((*server.program, *server.arguments))
    everybody = f'[ "$(ray status | grep -c node_)" -ge {server.nodes} ]'
    start = f'ray start --head --port={_PORT} --node-ip-address="$VLLM_HOST_IP"'
    return f"{start} && until {everybody}; do sleep 5; done && exec {serve}"


def worker_script(head: str) -> str:
    """For each other machine: join, and try again until the first is there. `head`: its address."""
    first = f'--address="{head}:{_PORT}"'
    join = f'ray start {first} --node-ip-address="$VLLM_HOST_IP" --block'
    return f"until ray status {first}; do sleep 5; done && exec {join}"
